import Postgres
import Practice

extension HomeworkPlan {
    /// Makes pieces. One that is there already, in whatever state, stays as it is.
    func make(_ pieces: [(client: ID<Client>, occasion: Occasion)], ids: [ID<Homework>], at now: Instant) -> Query<Int>
    {
        let occasions = pieces.map(\.occasion)
        let isChained = if case .afterDone = schedule.timing { true } else { false }
        return .run(
            """
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, couple_id, group_id, occurrence,
                 title, planned_on, opens_at, due_at, late_at, closes_at, remind_at, anchor_id, chained)
            select \(practice), o.id, \(assignment), \(version), o.client_id, \(unit.couple), \(unit.group), o.number,
                \(title), o.planned_on, o.opens_at, o.due_at, o.late_at, o.closes_at, o.remind_at, o.anchor_id,
                \(isChained)
            from unnest(\(ids), \(pieces.map(\.client)), \(occasions.map { Int32($0.number) }),
                    \(columns(of: occasions, at: now)), \(occasions.map(\.anchor)))
                as o (id, client_id, number, planned_on, opens_at, due_at, late_at, closes_at, remind_at, anchor_id)
            on conflict do nothing
            """)
    }

    /// Moves pieces that nobody has begun. One that somebody holds just now is left alone.
    func follow(_ pieces: [(homework: ID<Homework>, occasion: Occasion)], at now: Instant) -> Query<Int> {
        .run(
            """
            update homework h
            set planned_on = o.planned_on, opens_at = o.opens_at, due_at = o.due_at, late_at = o.late_at,
                closes_at = o.closes_at, remind_at = case when h.remind_at is not null then o.remind_at end,
                version = h.version + 1
            from unnest(\(pieces.map(\.homework)), \(columns(of: pieces.map(\.occasion), at: now)))
                as o (id, planned_on, opens_at, due_at, late_at, closes_at, remind_at)
            where h.practice_id = \(practice) and h.homework_id = o.id
              and h.homework_id in (\(untouched(pieces.map(\.homework))))
            """)
    }

    /// Takes away pieces that nobody has begun; on which something hangs, such as a reminder, is withdrawn.
    func remove(_ ids: [ID<Homework>]) -> [Query<Int>] {
        let inUse: SQL = "select access.homework_in_use(\(practice), \(assignment))"
        return [
            .run(
                """
                delete from homework h
                where h.practice_id = \(practice) and h.homework_id in (\(untouched(ids)))
                  and h.homework_id not in (\(inUse))
                """),
            .run(
                """
                update homework h
                set state = homework_after('withdraw', h.state), remind_at = null, version = h.version + 1
                where h.practice_id = \(practice) and h.homework_id in (\(untouched(ids)))
                  and h.homework_id in (\(inUse))
                """),
        ]
    }

    /// Until when it is made, and when it is to be gone through again.
    func settle(_ until: Day, next: Instant?) -> Query<Int> {
        .run(
            """
            update homework_assignments a
            set planned_until = greatest(a.planned_until, \(until)), plan_next = \(next)
            where a.practice_id = \(practice) and a.assignment_id = \(assignment)
            """)
    }

    /// What was made of a step that has ended ends as well.
    func end(at now: Instant) -> Query<Int> {
        .run(
            """
            update homework_assignments a set ended_at = \(now), version = a.version + 1
            where a.practice_id = \(practice) and a.assignment_id = \(assignment) and a.ended_at is null
            """)
    }

    private func untouched(_ ids: [ID<Homework>]) -> SQL {
        """
        select t.homework_id from homework t
        where t.practice_id = \(practice) and t.homework_id = any (\(ids))
          and homework_is_untouched(t.state, t.submissions)
        for update skip locked
        """
    }

    private func columns(of occasions: [Occasion], at now: Instant) -> SQL {
        let windows = occasions.map(\.window)
        return """
            \(occasions.map(\.plannedOn)), \(windows.map(\.opensAt)), \(windows.map(\.dueAt)), \(windows.map(\.lateAt)), \
            \(windows.map(\.closesAt)), \(windows.map { remindAt($0, now) })
            """
    }

    /// So long before it is due, when it is open, and not in the past.
    private func remindAt(_ window: Schedule.Window, _ now: Instant) -> Instant? {
        guard let remindMinutes else { return nil }
        let at = max(window.opensAt, window.dueAt - .seconds(60 * remindMinutes))
        return at > now ? at : nil
    }
}
