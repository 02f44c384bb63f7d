import Postgres
import Practice
import WebAPI

extension Attachment {
    /// One page of a piece's attachments, in the order in which they were begun.
    static func list(
        of homework: ID<Homework>, in practice: ID<Practice>, _ page: Page
    ) throws(Problem) -> Query<[Item]> {
        var place: SQL = ""
        if let after = page.after {
            let (createdAt, id) = (try after.instant(0), try after.id(1, of: Attachment.self))
            place = "and (a.created_at, a.attachment_id) > (\(createdAt), \(id))"
        }
        return .rows(
            """
            select \(columns) from attachments a
            where a.practice_id = \(practice) and a.homework_id = \(homework) and \(isShown) \(place)
            order by a.created_at, a.attachment_id limit \(Int32(page.fetch))
            """
        ) { try Item(&$0) }
    }

    /// One attachment. No row where it is not visible.
    static func item(_ id: ID<Attachment>, of homework: ID<Homework>, in practice: ID<Practice>) -> Query<Item> {
        .row(
            """
            select \(columns) from attachments a
            where a.practice_id = \(practice) and a.homework_id = \(homework) and a.attachment_id = \(id) and \(isShown)
            """
        ) { try Item(&$0) }
    }

    /// One attachment whose content can be read.
    static func complete(_ id: ID<Attachment>, of homework: ID<Homework>, in practice: ID<Practice>) -> Query<Item> {
        .row(
            """
            select \(columns) from attachments a
            where a.practice_id = \(practice) and a.homework_id = \(homework) and a.attachment_id = \(id)
              and a.completed_at is not null and \(isShown)
            """
        ) { try Item(&$0) }
    }

    /// A piece of the content.
    static func chunk(_ number: Int, of id: ID<Attachment>, in practice: ID<Practice>) -> Query<[UInt8]> {
        .row(
            """
            select c.sealed from attachment_chunks c
            where c.practice_id = \(practice) and c.attachment_id = \(id) and c.number = \(Int32(number))
            """
        ) { try $0.next() }
    }

    /// Columns of ``Item``: of `attachments a`.
    private static let columns: SQL = """
        a.attachment_id, a.key, a.name, a.size, a.received, a.media_type, a.created_at, a.completed_at, a.submission
        """

    /// The partner is shown what the last submission names, which both keys have opened. For everybody else the policy
    /// says all.
    private static let isShown: SQL = """
        (access.relation() <> 'shared_with' or exists (
            select from homework h where h.practice_id = a.practice_id and h.homework_id = a.homework_id
              and h.submissions = a.submission and not h.private))
        """
}
