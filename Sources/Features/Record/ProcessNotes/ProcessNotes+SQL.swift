import Postgres
import Practice
import WebAPI

extension ProcessNote {
    static func list(of practice: ID<Practice>, _ page: Page) throws(Problem) -> Query<[Sealed]> {
        var after: SQL = ""
        if let key = page.after {
            let (createdAt, id) = (try key.instant(0), try key.id(1, of: ProcessNote.self))
            after = "and (created_at, process_note_id) < (\(createdAt), \(id))"
        }
        return .rows(
            """
            select \(columns) from process.notes
            where practice_id = \(practice) and author_id = (select access.account()) \(after)
            order by created_at desc, process_note_id desc limit \(page.fetch)
            """, Sealed.init)
    }

    static func sealed(_ note: ID<ProcessNote>, in practice: ID<Practice>) -> Query<Sealed> {
        .row(
            "select \(columns) from process.notes where practice_id = \(practice) and process_note_id = \(note)",
            Sealed.init)
    }

    static func insert(
        _ note: ID<ProcessNote>, on client: ID<Client>, in practice: ID<Practice>, body: [UInt8], at now: Instant
    ) -> Query<Sealed> {
        .row(
            """
            insert into process.notes (practice_id, process_note_id, client_id, author_id, body, created_at)
            values (\(practice), \(note), \(client), access.account(), \(body), \(now))
            returning \(columns)
            """, Sealed.init)
    }

    static func update(
        _ note: ID<ProcessNote>, in practice: ID<Practice>, body: [UInt8]?, version: Int
    ) -> Query<Sealed> {
        .row(
            """
            update process.notes set body = coalesce(\(body), body), version = \(version + 1)
            where practice_id = \(practice) and process_note_id = \(note)
            returning \(columns)
            """, Sealed.init)
    }

    private static let columns: SQL = "process_note_id, client_id, body, created_at, version"
}

extension ProcessNote.Sealed {
    init(_ row: inout Row) throws {
        id = try row.next()
        clientID = try row.next()
        body = try row.next()
        createdAt = try row.next()
        version = try row.next()
    }
}
