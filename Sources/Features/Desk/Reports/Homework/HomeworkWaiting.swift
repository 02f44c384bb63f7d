import JSON
import Postgres
import Practice
import WebAPI

/// Homework that waits: for the client, who is late with it, or for the counselor, who has not answered.
///
/// Who treats, leads or oversees people sees the pieces, the oldest first. Who may read counts alone sees, for each group
/// and each counselor who gave it, how many there are and how old the oldest is.
enum HomeworkWaiting: Sendable {
    /// Late, not done, and can still be done.
    case overdue
    /// Handed in so many days ago or before, and not answered.
    case unreviewed(days: Int)

    /// A piece.
    struct Piece: Sendable {
        let id: ID<Homework>
        let client: ID<Client>
        let givenName: String
        let preferredName: String?
        let familyName: String
        let title: String
        let group: ID<Group>?
        let groupName: String?
        let dueAt: Instant
        let submittedAt: Instant?
        /// Since when it waits, which is the order of the list.
        let since: Instant
    }

    /// The pieces of a group that a counselor gave.
    struct Heap: Sendable {
        let group: ID<Group>?
        let groupName: String?
        let counselor: ID<Account>?
        let counselorName: String?
        let count: Int
        let oldest: Instant
    }

    /// A place in the order of either.
    struct Place: Sendable {
        let after: (since: Instant, first: ID<Void>, second: ID<Void>)?
        let most: Int?

        static let all = Place()

        private init() { (after, most) = (nil, nil) }

        init(_ page: Page) throws(Problem) {
            most = page.fetch
            after = try page.after.map { key throws(Problem) in
                (try key.instant(0), try key.id(1, of: Void.self), try key.id(2, of: Void.self))
            }
        }
    }

    var name: String { if case .overdue = self { "overdue" } else { "unreviewed" } }
}

/// A row of one of the lists, in each of its forms.
protocol WaitingRow: Sendable, JSONWritable {
    static var columns: [String] { get }
    var key: PageKey { get }
    func write(to table: inout CSV)
}

extension HomeworkWaiting.Piece: WaitingRow {
    static let columns = [
        "Family name", "Given name", "Title", "Group", "Due", "Handed in", "Waits since", "Homework id", "Client id",
        "Group id",
    ]

    var key: PageKey { PageKey(since, id, ID<Void>.nil) }

    func write(to table: inout CSV) {
        table.row(cells: [familyName, givenName, title, groupName, dueAt, submittedAt, since, id, client, group])
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("homeworkId", id)
            json.member("clientId", client)
            json.member("givenName", givenName.ifAny)
            json.member("preferredName", preferredName)
            json.member("familyName", familyName.ifAny)
            json.member("title", title)
            json.member("groupId", group)
            json.member("groupName", groupName)
            json.member("dueAt", dueAt)
            json.member("submittedAt", submittedAt)
            json.member("since", since)
        }
    }
}

extension HomeworkWaiting.Heap: WaitingRow {
    static let columns = ["Group", "Counselor", "Pieces", "Oldest waits since", "Group id", "Counselor id"]

    var key: PageKey { PageKey(oldest, group ?? .nil, counselor ?? .nil) }

    func write(to table: inout CSV) {
        table.row(cells: [groupName, counselorName, count, oldest, group, counselor])
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("groupId", group)
            json.member("groupName", groupName)
            json.member("counselorId", counselor)
            json.member("counselorName", counselorName)
            json.member("pieces", count)
            json.member("oldestSince", oldest)
        }
    }
}
