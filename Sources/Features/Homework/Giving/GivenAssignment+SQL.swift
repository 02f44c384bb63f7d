import Postgres
import Practice
import WebAPI

extension Assignment {
    /// No row where it is not visible, or where the proven rule shows no more than that there is homework.
    static func details(
        of assignment: ID<Assignment>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Details> {
        .row("\(selection(at: now)) where \(shown(in: practice)) and a.assignment_id = \(assignment)", Details.init)
    }

    /// What was given to a client or a group as such, the newest first.
    static func list(
        of unit: Unit, in practice: ID<Practice>, _ page: Page, at now: Instant
    ) throws(Problem) -> Query<[Details]> {
        var conditions = shown(in: practice)
        switch unit {
        case .client(let id): conditions = "\(conditions) and a.client_id = \(id)"
        case .couple(let id): conditions = "\(conditions) and a.couple_id = \(id)"
        case .group(let id): conditions = "\(conditions) and a.group_id = \(id)"
        }
        if let key = page.after {
            let (at, id) = (try key.instant(0), try key.id(1, of: Assignment.self))
            conditions = "\(conditions) and (a.assigned_at, a.assignment_id) < (\(at), \(id))"
        }
        return .rows(
            """
            \(selection(at: now)) where \(conditions)
            order by a.assigned_at desc, a.assignment_id desc limit \(page.fetch)
            """, Details.init)
    }

    /// Ends an assignment: nothing more is made. The row is locked first, so that what a worker has made by then is seen
    /// by the statement that withdraws.
    static func end(
        _ assignment: ID<Assignment>, in practice: ID<Practice>, ifVersion: Int, at now: Instant
    ) -> Query<Homework.Outcome> {
        .row(
            """
            with target as materialized (
                select case when a.ended_at is not null then 'repeated' when a.version <> \(ifVersion) then 'stale'
                    else 'accepted' end as outcome
                from homework_assignments a
                where a.practice_id = \(practice) and a.assignment_id = \(assignment) for no key update
            ), changed as (
                update homework_assignments a set ended_at = \(now), plan_next = null, version = a.version + 1
                from target t
                where a.practice_id = \(practice) and a.assignment_id = \(assignment) and t.outcome = 'accepted'
            )
            select t.outcome from target t
            """
        ) { try $0.next() }
    }

    /// Withdraws what an assignment that was ended just now has ahead and nobody has begun. A piece that its client holds
    /// just now is being begun.
    static func withdrawAhead(
        _ assignment: ID<Assignment>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            update homework h
            set state = homework_after('withdraw', h.state), remind_at = null, version = h.version + 1
            where h.practice_id = \(practice) and h.homework_id in (
                select t.homework_id
                from homework t join homework_assignments a on a.practice_id = t.practice_id
                    and a.assignment_id = t.assignment_id and a.ended_at = \(now)
                where t.practice_id = \(practice) and t.assignment_id = \(assignment)
                  and homework_is_untouched(t.state, t.submissions) and t.due_at > \(now)
                for no key update of t skip locked)
            """)
    }

    private static func shown(in practice: ID<Practice>) -> SQL {
        "a.practice_id = \(practice) and (select access.shows('standing'))"
    }

    // What partners hand in after their couple has ended, they do each for themselves.
    private static func selection(at now: Instant) -> SQL {
        """
        select a.assignment_id, v.exercise_id, a.exercise_version_id, v.title, a.client_id, a.couple_id, a.group_id,
            a.phase_id, a.phase_step_id, a.assigned_at, a.assigned_by, a.schedule, a.remind_minutes, a.ended_at,
            a.ended_at is null and makes_more(a.plan_next), h.pieces, h.done, h.next_due_at, a.version
        from homework_assignments a join exercise_versions v using (practice_id, exercise_version_id)
            left join couples u on u.practice_id = a.practice_id and u.couple_id = a.couple_id
            cross join lateral (
                select count(*) as pieces,
                    count(*) filter (
                        where h.submissions > 0 and (h.first_submitted_at <= u.ended_at) is not false) as done,
                    min(h.due_at) filter (where h.due_at > \(now)) as next_due_at
                from homework h
                where h.practice_id = a.practice_id and h.assignment_id = a.assignment_id and h.state <> 'withdrawn') h
        """
    }
}
