import Postgres
import Practice

/// A meeting of the demo's year.
struct DemoMeeting {
    let id: ID<Meeting>
    /// The day that the rule gave it, and the one on which it was or will be, counted from today.
    let planned: Int
    let day: Int
    let startsAt: Instant
    let isCancelled: Bool
}

extension DemoScene {
    /// The meetings of a group by its rule, until three weeks ahead; those after them are the worker's to make. One was
    /// cancelled, and one moved to the day after.
    mutating func addMeetings(of group: ID<Group>, _ plan: DemoGroup, number: Int) -> [DemoMeeting] {
        let time = LocalTime(plan.time) ?? .midnight
        let start = plan.opens
        let weekday = Weekday.allCases.firstIndex(of: today.adding(days: start).weekday) ?? 0
        let first = start + (plan.weekday - 1 - weekday + 7) % 7
        var meetings: [DemoMeeting] = []
        for planned in stride(from: first, through: 21, by: 7 * plan.everyWeeks) {
            guard !closures.contains(where: { $0.contains(today.adding(days: planned)) }) else { continue }
            let day = planned + (number == 2 && (-49 ..< -42).contains(planned) ? 1 : 0)
            meetings.append(
                DemoMeeting(
                    id: id(), planned: planned, day: day, startsAt: zone.instant(on: today.adding(days: day), at: time),
                    isCancelled: number == 0 && (-77 ..< -70).contains(planned)))
        }
        add(
            """
            insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes, cancelled, planned_on)
            select \(practiceID), m.id, \(group), m.starts_at, 90, m.cancelled, m.planned
            from unnest(\(meetings.map(\.id)), \(meetings.map(\.startsAt)), \(meetings.map(\.isCancelled)),
                        \(meetings.map { today.adding(days: $0.planned) })) as m (id, starts_at, cancelled, planned)
            """)
        return meetings.filter { $0.day < 0 && !$0.isCancelled }
    }

    /// Who was there: those whose seat was active on the day. Some absences turned out to be excused, days later.
    mutating func addAttendance(
        _ meetings: [DemoMeeting], of group: ID<Group>, number: Int, _ stays: [DemoStay], _ recorder: ID<Account>
    ) {
        var marks = Marks()
        for meeting in meetings {
            for (place, stay) in stays.enumerated()
            where stay.group == number && stay.status(on: meeting.day) == "active" {
                marks.add(
                    meeting, stay.client, DemoGroup.all[number],
                    chance: DemoPeople.number(place, meeting.planned, below: 100))
            }
        }
        add(
            """
            insert into attendance
                (practice_id, meeting_id, client_id, group_id, mark, arrived_at, left_at, recorded_at, recorded_by)
            select \(practiceID), m.meeting, m.client, \(group), m.mark,
                case when m.mark = 'late' then m.starts_at + interval '15 minutes' end,
                case when m.mark = 'left_early' then m.starts_at + interval '60 minutes' end,
                m.starts_at + interval '100 minutes', \(recorder)
            from unnest(\(marks.meetings), \(marks.clients), \(marks.marks), \(marks.starts))
                as m (meeting, client, mark, starts_at)
            """)
        add(
            """
            update attendance set mark = 'excused', recorded_at = recorded_at + interval '2 days'
            where practice_id = \(practiceID) and group_id = \(group) and mark = 'absent'
              and recorded_at < \(now - .seconds(3 * 86_400))
              and (meeting_id, client_id) in (
                  select x.meeting, x.client
                  from unnest(\(marks.excusedMeetings), \(marks.excusedClients)) as x (meeting, client))
            """)
    }
}

/// The rows of attendance, a column each.
private struct Marks {
    var meetings: [ID<Meeting>] = []
    var clients: [ID<Client>] = []
    var marks: [String] = []
    var starts: [Instant] = []
    var excusedMeetings: [ID<Meeting>] = []
    var excusedClients: [ID<Client>] = []

    /// The longer ago, the more often somebody was missing: the groups of this practice have grown steadier.
    mutating func add(_ meeting: DemoMeeting, _ client: ID<Client>, _ plan: DemoGroup, chance: Int) {
        let missing = 8 - meeting.day / 26
        let mark =
            switch chance {
            case ..<missing: "absent"
            case ..<(missing + 5): "excused"
            case ..<(missing + 12): "late"
            case ..<(missing + 15): "left_early"
            case ..<(missing + 20): "remote"
            default: plan.isTelehealth ? "remote" : "present"
            }
        meetings.append(meeting.id)
        clients.append(client)
        marks.append(mark)
        starts.append(meeting.startsAt)
        if mark == "absent", chance % 5 == 0 {
            excusedMeetings.append(meeting.id)
            excusedClients.append(client)
        }
    }
}
