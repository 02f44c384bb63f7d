import JSON
import Postgres
import Practice

extension Assignment {
    /// The exercise that is to be given, in its present version; nil where there is none.
    static func exercise(
        _ exercise: ID<Exercise>, of practice: ID<Practice>
    ) -> Query<(version: ID<ExerciseVersion>, title: String, isRetired: Bool)?> {
        .optionalRow(
            """
            select e.current_version_id, e.title, e.retired_at is not null from exercises e
            where e.practice_id = \(practice) and e.exercise_id = \(exercise)
            """
        ) { row in (try row.next(), try row.next(), try row.next()) }
    }

    /// How many people a unit has today, in the practice's time zone; a group may be empty, and fill later.
    static func people(of unit: Unit, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        let members: SQL =
            switch unit {
            case .client(let client):
                """
                from clients c where c.practice_id = \(practice) and c.client_id = \(client) and c.status = 'active'
                """
            case .couple(let couple):
                """
                from couple_members m join practices p using (practice_id)
                where m.practice_id = \(practice) and m.couple_id = \(couple)
                  and m.during @> (\(now) at time zone p.time_zone)::date
                """
            case .group(let group): "from groups g where g.practice_id = \(practice) and g.group_id = \(group)"
            }
        return .row("select count(*) \(members)") { try $0.next() }
    }

    static func add(_ plan: HomeworkPlan) -> Query<Int> {
        .run(
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, client_id, couple_id, group_id, assigned_by, assigned_at,
                 schedule, anchor, skips_closures, ends_with_phase, phase_id, remind_minutes)
            values (\(plan.practice), \(plan.assignment), \(plan.version), \(plan.unit.client), \(plan.unit.couple),
                    \(plan.unit.group), access.account(), \(plan.assignedAt), \(JSONB(bytes: plan.schedule.json.bytes)),
                    \(plan.schedule.timing.anchor), \(plan.schedule.skipsClosures), \(plan.schedule.endsWithPhase),
                    \(plan.phase), \(plan.remindMinutes))
            """)
    }

    /// Leaves the planning to the worker, which sees what this request may not.
    static func leaveToWorker(_ plan: HomeworkPlan) -> Query<Int> {
        .run(
            """
            update homework_assignments set plan_next = \(plan.assignedAt)
            where practice_id = \(plan.practice) and assignment_id = \(plan.assignment)
            """)
    }
}

extension Assignment.Unit {
    var client: ID<Client>? { if case .client(let id) = self { id } else { nil } }
    var couple: ID<Couple>? { if case .couple(let id) = self { id } else { nil } }
    var group: ID<Group>? { if case .group(let id) = self { id } else { nil } }
}
