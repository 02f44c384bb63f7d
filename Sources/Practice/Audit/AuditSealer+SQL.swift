import Postgres

extension AuditSealer {
    static let practices: Query<[ID<Practice>]> =
        .rows("select practice_id from practices order by practice_id") { try $0.next() }

    /// One sealer at a time; another one waits until this transaction is over, and then reads what it has left.
    static func lock(_ practice: ID<Practice>) -> Query<Int> {
        .run("select from pg_advisory_xact_lock(hashtextextended(\("cairn audit \(practice)"), 7160290473))")
    }

    static func head(_ practice: ID<Practice>) -> Query<AuditHead?> {
        .optionalRow(
            """
            select seal_number, seal from audit_seals where practice_id = \(practice)
            order by seal_number desc limit 1
            """
        ) { row in
            AuditHead(number: try row.next(), seal: try row.next())
        }
    }

    static func floor(_ practice: ID<Practice>, _ reach: Reach, _ now: Instant) -> Query<Int> {
        let until = reach == .recent ? now - .seconds(300) : .distantPast
        return .row(
            """
            select coalesce(max(last_event_id), 0) from (
                select last_event_id from audit_seals
                where practice_id = \(practice) and sealed_at < \(until) order by seal_number desc limit 1) as settled
            """
        ) { try $0.next() }
    }

    static func unsealed(
        _ practice: ID<Practice>, after floor: Int, limit: Int
    ) -> Query<[(id: Int, row: AuditRow)]> {
        .rows(
            """
            select e.audit_event_id, \(AuditRow.columns) from audit_events e
            where e.practice_id = \(practice) and e.audit_event_id > \(floor) and e.seal_number is null
            order by e.audit_event_id limit \(limit)
            """
        ) { row in
            (id: try row.next(), row: AuditRow(columns: try row.next()))
        }
    }

    static func insert(_ seal: AuditSeal, _ code: [UInt8], at now: Instant) -> Query<Int> {
        .run(
            """
            insert into audit_seals (practice_id, seal_number, event_count, first_event_id, last_event_id, sealed_at,
                                     previous, seal)
            values (\(seal.practiceID), \(seal.number), \(seal.eventCount), \(seal.firstEventID), \(seal.lastEventID),
                    \(now), \(seal.previous), \(code))
            """)
    }

    static func mark(_ practice: ID<Practice>, _ events: [Int], _ number: Int) -> Query<Int> {
        .run(
            """
            update audit_events set seal_number = \(number)
            where practice_id = \(practice) and audit_event_id = any(\(events)) and seal_number is null
            """)
    }
}
