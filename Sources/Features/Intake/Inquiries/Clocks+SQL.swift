import Postgres
import Practice
import WebAPI

extension Inquiry {
    static func stays(_ id: ID<Inquiry>, _ page: Page, in practice: ID<Practice>) throws(Problem) -> Query<[Stay]> {
        var after: SQL = ""
        if let key = page.after { after = "and number > \(try key.integer(0))" }
        return .rows(
            """
            select number, state, since, until, entered_by, reason_code, reason from inquiry_states
            where practice_id = \(practice) and inquiry_id = \(id) \(after)
            order by number limit \(page.fetch)
            """
        ) { row in
            Stay(
                number: try row.next(), state: try row.next(), since: try row.next(), until: try row.next(),
                enteredBy: try row.next(), reasonCode: try row.next(), reason: try row.next())
        }
    }

    /// One row a state, in which nobody may wait.
    static func waiting(in practice: ID<Practice>, at now: Instant) -> Query<[Waiting]> {
        .rows(
            """
            select s.state, (extract(epoch from inquiry_limit(s.state, min(l.hours))) / 3600)::int, count(i.inquiry_id),
                count(*) filter (where i.state_since + inquiry_limit(s.state, l.hours) < \(now)), min(i.state_since)
            from unnest(\(State.waiting.map(\.rawValue))) with ordinality as s (state, place)
                left join inquiry_limits l on l.practice_id = \(practice) and l.state = s.state
                left join inquiries i on i.practice_id = \(practice) and i.state = s.state
                    and inquiry_waits(i.state)
            group by s.state, s.place order by s.place
            """
        ) { row in
            Waiting(
                state: try row.next(), limitHours: try row.next(), count: try row.next(), overdue: try row.next(),
                oldest: try row.next())
        }
    }

    static func limits(in practice: ID<Practice>) -> Query<Limits> {
        let states = State.waiting
        return Query.rows(
            """
            select (extract(epoch from inquiry_limit(s.state, l.hours)) / 3600)::int
            from unnest(\(states.map(\.rawValue))) with ordinality as s (state, place)
                left join inquiry_limits l on l.practice_id = \(practice) and l.state = s.state
            order by s.place
            """
        ) { try $0.next(Int.self) }.map { Limits(Array(zip(states, $0))) }
    }

    static func set(_ limits: Limits, in practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            insert into inquiry_limits (practice_id, state, hours)
            select \(practice), s.state, s.hours
            from unnest(\(limits.hours.map(\.state.rawValue)), \(limits.hours.map { Int32($0.hours) })) as s (state, hours)
            on conflict (practice_id, state) do update set hours = excluded.hours
            """)
    }

    static func reasons(_ page: Page, in practice: ID<Practice>) throws(Problem) -> Query<[Reason]> {
        var after: SQL = ""
        if let key = page.after { after = "and code > \(try key.text(0))" }
        return .rows(
            """
            select \(Reason.columns) from inquiry_reasons where practice_id = \(practice) \(after)
            order by code limit \(page.fetch)
            """, Reason.read)
    }

    /// Those that are not named go out of use; what ended for them before keeps them.
    static func set(_ reasons: [Reason], in practice: ID<Practice>) -> [Query<Int>] {
        let retire: Query<Int> = .run(
            """
            update inquiry_reasons set in_use = false
            where practice_id = \(practice) and code <> all (\(reasons.map(\.code)))
            """)
        return [retire]
            + reasons.map { reason in
                .run(
                    """
                    insert into inquiry_reasons (practice_id, code, label, states, needs_text, in_use)
                    values (\(practice), \(reason.code), \(reason.label), \(reason.states),
                            \(reason.needsText), \(reason.isInUse))
                    on conflict (practice_id, code) do update set label = excluded.label, states = excluded.states,
                        needs_text = excluded.needs_text, in_use = excluded.in_use
                    """)
            }
    }
}

extension Inquiry.Reason {
    fileprivate static let columns: SQL = "code, label, states, needs_text, in_use"

    @Sendable fileprivate static func read(_ row: inout Row) throws -> Inquiry.Reason {
        Inquiry.Reason(
            code: try row.next(), label: try row.next(), states: try row.next(), needsText: try row.next(),
            isInUse: try row.next())
    }
}
