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

    /// The clients to whom a unit's homework goes: who is in it today, in the practice's time zone.
    static func clients(of unit: Unit, in practice: ID<Practice>, at now: Instant) -> Query<[ID<Client>]> {
        let today: SQL = "(\(now) at time zone p.time_zone)::date"
        let members: SQL =
            switch unit {
            case .client(let client):
                """
                select c.client_id from clients c
                where c.practice_id = \(practice) and c.client_id = \(client) and c.status = 'active'
                """
            case .couple(let couple):
                """
                select m.client_id from couple_members m join practices p using (practice_id)
                where m.practice_id = \(practice) and m.couple_id = \(couple) and m.during @> \(today) order by m.seat
                """
            case .group(let group):
                """
                select s.client_id from enrollment_spans s join practices p using (practice_id)
                where s.practice_id = \(practice) and s.group_id = \(group) and s.status = 'active'
                  and s.during @> \(today) and upper_inf(s.recorded) order by s.enrollment_id
                """
            }
        return .rows(members) { try $0.next() }
    }

    static func add(
        _ assignment: ID<Assignment>, of version: ID<ExerciseVersion>, to unit: Unit, _ timing: Timing,
        in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, client_id, couple_id, group_id, assigned_by,
                 assigned_at, schedule)
            values (\(practice), \(assignment), \(version), \(unit.client), \(unit.couple), \(unit.group),
                    access.account(), \(now), \(JSONB(bytes: timing.schedule?.json.bytes ?? [])))
            """)
    }

    /// A piece for each client and due date. The ids come client by client.
    static func addHomework(
        _ ids: [ID<Homework>], of assignment: ID<Assignment>, _ version: ID<ExerciseVersion>, _ title: String,
        to unit: Unit, _ clients: [ID<Client>], _ windows: [Window], in practice: ID<Practice>
    ) -> Query<Int> {
        .run(
            """
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, couple_id, group_id,
                 occurrence, title, opens_at, due_at, closes_at)
            select \(practice), (\(ids)::uuid[])[(c.place - 1) * \(windows.count) + w.place], \(assignment), \(version),
                c.client_id, \(unit.couple), \(unit.group), w.number, \(title), w.opens_at, w.due_at, w.closes_at
            from unnest(\(clients)) with ordinality as c (client_id, place),
                unnest(\(windows.map { Int32($0.number) }), \(windows.map(\.opensAt)), \(windows.map(\.dueAt)),
                    \(windows.map(\.closesAt))) with ordinality as w (number, opens_at, due_at, closes_at, place)
            """)
    }
}

extension Assignment.Unit {
    var client: ID<Client>? { if case .client(let id) = self { id } else { nil } }
    var couple: ID<Couple>? { if case .couple(let id) = self { id } else { nil } }
    var group: ID<Group>? { if case .group(let id) = self { id } else { nil } }
}
