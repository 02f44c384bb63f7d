import Postgres
import Practice
import WebAPI

extension Inquiry.Record {
    private static let columns: SQL = """
        inquiry_id, kind, contact_name, email, phone, state, state_since, reason, assigned_to, received_at, client_id,
        partner_id, couple_id, version, message
        """

    static func one(_ id: ID<Inquiry>, _ call: Call) -> Query<Inquiry.Record> {
        .row(
            "select \(columns) from inquiries where practice_id = \(call.practiceID) and inquiry_id = \(id)", read)
    }

    /// Oldest first: who waits longest is seen first. Whom the role alone does not show all sees those assigned.
    static func list(_ filter: Inquiry.Filter, _ call: Call) throws(Problem) -> Query<[Inquiry.Record]> {
        var conditions: [SQL] = [
            "practice_id = \(call.practiceID)", "(access.whole() or assigned_to = access.account())",
        ]
        if let state = filter.state { conditions.append("state = \(state.rawValue)") }
        if let key = filter.page.after {
            let (at, id) = (try key.instant(0), try key.id(1, of: Inquiry.self))
            conditions.append("(received_at, inquiry_id) > (\(at), \(id))")
        }
        return .rows(
            """
            select \(columns) from inquiries where \(SQL.joined(conditions, separator: " and "))
            order by received_at, inquiry_id limit \(filter.page.fetch)
            """, read)
    }

    @Sendable private static func read(_ row: inout Row) throws -> Inquiry.Record {
        Inquiry.Record(
            id: try row.next(), kind: try row.next(), name: try row.next(), email: try row.next(),
            phone: try row.next(), state: Inquiry.State(rawValue: try row.next()) ?? .received,
            stateSince: try row.next(), reason: try row.next(), assignedTo: try row.next(),
            receivedAt: try row.next(), clientID: try row.next(), partnerID: try row.next(), coupleID: try row.next(),
            version: try row.next(), sealedMessage: try row.next())
    }
}

extension Inquiry {
    static func practice(named slug: String) -> Query<ID<Practice>?> {
        .optionalRow("select practice_id from access.practice_named(\(slug))") { try $0.next() }
    }

    static func enter(_ slug: String, _ call: Call) -> Query<Int> {
        .run(
            """
            select from access.enter_public(
                \(slug), 'inquiry.submit', \(call.now), \(call.requestID), \(call.proof))
            """)
    }

    static func insert(
        _ inquiry: Submission, _ id: ID<Inquiry>, sealed message: [UInt8]?, digest: [UInt8]?, in practice: ID<Practice>,
        _ call: Call
    ) -> Query<Int> {
        .run(
            """
            insert into inquiries
                (practice_id, inquiry_id, kind, contact_name, email, phone, message, state_since, received_at,
                 sent_digest)
            values (\(practice), \(id), \(inquiry.kind.rawValue), \(inquiry.name), \(inquiry.email), \(inquiry.phone),
                    \(message), \(call.now), \(call.now), \(digest))
            on conflict do nothing
            """)
    }

    static func was(_ id: ID<Inquiry>, _ digest: [UInt8], in practice: ID<Practice>) -> Query<Bool> {
        .row("select access.inquiry_was(\(practice), \(id), \(digest))") { try $0.next() }
    }

    static func update(_ change: Change, _ id: ID<Inquiry>, seen version: Int, _ call: Call) -> Query<Int> {
        var changes = Changes(version: version)
        changes.set("reason", change.reason)
        changes.set("assigned_to", change.assignedTo)
        if let state = change.state {
            changes.set("state", state.rawValue)
            changes.set(
                "state_since", to: "case when state = \(state.rawValue) then state_since else \(call.now) end")
        }
        return .run(
            """
            update inquiries set \(changes.sql) where practice_id = \(call.practiceID) and inquiry_id = \(id)
            """)
    }

    static let faults = [
        "inquiries_practice_id_assigned_to_fkey": FieldFault(
            "/assignedTo", "no_such_staff", "There is no such professional in this practice."),
        "inquiries_closed_with_a_reason": FieldFault(
            "/reason", "required", "An inquiry is declined, referred or withdrawn with a reason."),
    ]
}
