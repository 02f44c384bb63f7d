import Postgres
import Practice

extension HomeworkPlan {
    /// The meetings or appointments before which homework may be due, in the order in which they begin; nil where the plan
    /// does not hang on any.
    func anchors(at now: Instant, before end: Day) -> Query<[Anchor]>? {
        let zone = schedule.zone
        let until = zone.instant(on: end.adding(days: Self.daysBefore), at: .midnight)
        let unmade = plannedUntil.map { zone.instant(on: $0, at: .midnight) } ?? now
        let from = max(assignedAt, min(now, unmade) - .seconds(86_400 * (Self.daysAhead + Self.daysBefore)))
        let source: SQL
        switch schedule.timing {
        case .beforeMeetings: source = meetings
        case .beforeAppointments: source = appointments
        case .once, .recurring, .afterDone, .afterJoining: return nil
        }
        return .rows(
            """
            select t.id, t.starts_at, t.day from (\(source)) t (id, starts_at, day)
            where t.starts_at > \(from) and t.starts_at < \(until) order by t.starts_at, t.id
            """
        ) { row in Anchor(id: try row.next(), startsAt: try row.next(), day: try row.next()) }
    }

    private var meetings: SQL {
        """
        select m.meeting_id, m.starts_at, (m.starts_at at time zone g.time_zone)::date
        from meetings m join groups g on g.practice_id = m.practice_id and g.group_id = m.group_id
        where m.practice_id = \(practice) and m.group_id = \(unit.group) and not m.cancelled
        """
    }

    /// Those of a client as one of a couple count as well.
    private var appointments: SQL {
        """
        select a.appointment_id, a.starts_at, null::date from appointments a
        where a.practice_id = \(practice) and a.cancelled_at is null
          and (a.client_id = \(unit.client) or a.couple_id = \(unit.couple) or a.group_id = \(unit.group)
            or a.couple_id in (select m.couple_id from couple_members m
                where m.practice_id = \(practice) and m.client_id = \(unit.client)))
        """
    }
}
