import Postgres
import Practice
import WebAPI

extension HomeworkPlan {
    /// Takes assignments that nobody else holds and that have their turn.
    static func take(_ count: Int, of practice: ID<Practice>, at now: Instant) -> Query<[HomeworkPlan]> {
        .rows(
            """
            select a.assignment_id, a.exercise_version_id, v.title, a.client_id, a.couple_id, a.group_id, a.schedule,
                a.remind_minutes, a.phase_id, a.assigned_at, a.planned_until, s.ended_at is not null
            from homework_assignments a join exercise_versions v using (practice_id, exercise_version_id)
                left join phase_steps s on s.practice_id = a.practice_id and s.phase_step_id = a.phase_step_id
            where a.practice_id = \(practice) and a.plan_next <= \(now)
            order by a.plan_next, a.assignment_id limit \(count) for no key update of a skip locked
            """
        ) { try HomeworkPlan(practice, &$0) }
    }

    private init(_ practice: ID<Practice>, _ row: inout Row) throws {
        self.practice = practice
        (assignment, version, title) = (try row.next(), try row.next(), try row.next())
        unit = try Assignment.Unit(&row)
        schedule = try ScheduleRequest.stored(row.next(JSONB.self).bytes)
        (remindMinutes, phase, assignedAt) = (try row.next(), try row.next(), try row.next())
        (plannedUntil, hasEnded) = (try row.next(), try row.next())
    }

    /// The days on which somebody may have something due, of everybody whom the assignment is for.
    var seats: Query<[Seat]> {
        let ofPhase: SQL =
            phase.map { phase in
                """
                 join enrollment_spans s on s.practice_id = m.practice_id and s.client_id = m.client_id
                    and has_seat(s.status) and upper_inf(s.recorded)
                 join groups g on g.practice_id = s.practice_id and g.group_id = s.group_id and g.phase_id = \(phase)
                """
            } ?? ""
        let days: SQL = phase == nil ? "m.during" : "m.during * s.during"
        let zone: SQL = phase == nil ? "m.time_zone" : "g.time_zone"
        return .rows(
            """
            select m.client_id, lower(d.days), upper(d.days), \(zone)
            from (\(members)) m\(ofPhase), lateral (select \(days) as days) d
            where not isempty(d.days)
            """
        ) { row in
            let client: ID<Client> = try row.next()
            let (from, until) = (try row.next(Day?.self) ?? .first, try row.next(Day?.self) ?? .last)
            return Seat(client: client, days: from..<max(from, until), zone: try row.next())
        }
    }

    /// Everybody whom the assignment is for, and since when and until when.
    private var members: SQL {
        switch unit {
        case .client(let client):
            """
            select c.practice_id, c.client_id, daterange(null, null) as during, null::text as time_zone from clients c
            where c.practice_id = \(practice) and c.client_id = \(client) and c.status = 'active'
            """
        case .couple(let couple):
            """
            select practice_id, client_id, during, null::text as time_zone from couple_members
            where practice_id = \(practice) and couple_id = \(couple)
            """
        case .group(let group):
            """
            select s.practice_id, s.client_id, s.during, g.time_zone
            from enrollment_spans s join groups g on g.practice_id = s.practice_id and g.group_id = s.group_id
            where s.practice_id = \(practice) and s.group_id = \(group) and s.status = 'active'
              and upper_inf(s.recorded)
            """
        }
    }

    /// The days on which the practice is closed, as far as they matter.
    func closures(from day: Day) -> Query<[Range<Day>]> {
        .rows(
            """
            select lower(during), upper(during) from closures
            where practice_id = \(practice) and \(schedule.skipsClosures) and upper(during) > \(day)
            """
        ) { row in
            let (from, until) = (try row.next(Day.self), try row.next(Day.self))
            return from..<max(from, until)
        }
    }

    var exceptions: Query<[Change]> {
        .rows(
            """
            select lower(during), upper(during), moved_to from homework_exceptions
            where practice_id = \(practice) and assignment_id = \(assignment)
            """
        ) { row in
            let (from, until) = (try row.next(Day.self), try row.next(Day.self))
            return Change(days: from..<max(from, until), movedTo: try row.next())
        }
    }

    /// The pieces that may have to follow a change, the last of each chain, and those after which nothing comes.
    func pieces(at now: Instant) -> Query<[Piece]> {
        .rows(
            """
            select h.homework_id, h.client_id, h.occurrence, h.planned_on, h.anchor_id, h.opens_at, h.due_at,
                homework_late_from(h.due_at, h.late_at), h.closes_at, homework_is_untouched(h.state, h.submissions),
                h.state = 'withdrawn', h.stops, homework_reached(h.first_submitted_at, h.submitted_at)
            from homework h
            where h.practice_id = \(practice) and h.assignment_id = \(assignment) and h.planned_on is not null
              and (h.due_at > \(now) or h.stops or (h.chained and not exists (
                  select from homework l where l.practice_id = h.practice_id and l.assignment_id = h.assignment_id
                    and l.client_id = h.client_id and l.occurrence > h.occurrence)))
            """
        ) { try Piece(&$0) }
    }

    var numbers: Query<(highest: Int, count: Int)> {
        .row(
            """
            select coalesce(max(h.occurrence), 0), count(distinct h.occurrence) from homework h
            where h.practice_id = \(practice) and h.assignment_id = \(assignment)
            """
        ) { row in (highest: try row.next(), count: try row.next()) }
    }
}

extension HomeworkPlan.Piece {
    fileprivate init(_ row: inout Row) throws {
        (id, client, number) = (try row.next(), try row.next(), try row.next())
        (plannedOn, anchor) = (try row.next(), try row.next())
        window = Schedule.Window(
            opensAt: try row.next(), dueAt: try row.next(), lateAt: try row.next(), closesAt: try row.next())
        (isUntouched, isWithdrawn) = (try row.next(), try row.next())
        (stops, doneAt) = (try row.next(), try row.next())
    }
}

extension Assignment.Unit {
    /// Reads the columns client, couple and group, of which one is not null.
    init(_ row: inout Row) throws {
        let (client, couple, group) = (
            try row.next(ID<Client>?.self), try row.next(ID<Couple>?.self), try row.next(ID<Group>?.self)
        )
        if let couple {
            self = .couple(couple)
        } else if let group {
            self = .group(group)
        } else {
            self = .client(client ?? .nil)
        }
    }
}
