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

    /// What a group was given to do from meeting to meeting: done by most, late by some, not at all by a few.
    mutating func addHomework(
        _ exercise: Library.Exercise, of group: ID<Group>, _ plan: DemoGroup, _ meetings: [DemoMeeting],
        _ stays: [DemoStay], by head: ID<Account>
    ) throws {
        guard let first = meetings.first else { return }
        let (assignment, weekday) = (id(Assignment.self), Weekday.allCases[plan.weekday - 1])
        let schedule: JSONValue = [
            "repeats": "weekly", "startsOn": .text(today.adding(days: first.planned - 6).description), "every": 1,
            "weekdays": .array([.text(weekday.rawValue)]), "count": .number(JSONNumber(meetings.count)),
            "dueTime": .text(plan.time), "timeZone": .text(zone.name),
        ]
        add(
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, group_id, assigned_by, assigned_at, schedule)
            values (\(practiceID), \(assignment), \(exercise.version), \(group), \(head),
                    \(at(day: first.planned - 7)), \(JSONB(bytes: schedule.bytes)))
            """)
        var pieces = Pieces()
        for (index, meeting) in meetings.enumerated() {
            for (place, stay) in stays.enumerated() where stay.status(on: meeting.day) == "active" {
                let chance = DemoPeople.number(place, meeting.planned + 1_000, below: 100)
                try pieces.add(id(), stay.client, index + 1, meeting, exercise, chance, self)
            }
        }
        add(pieces.insert(assignment, exercise, group, into: practiceID))
        add(pieces.insertAnswers(exercise, group, into: practiceID))
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

/// The rows of homework and of its answers, a column each.
private struct Pieces {
    var ids: [ID<Homework>] = []
    var clients: [ID<Client>] = []
    var occurrences: [Int32] = []
    var due: [Instant] = []
    var submitted: [Instant?] = []
    var digests: [[UInt8]?] = []
    var answers: [[UInt8]?] = []

    mutating func add(
        _ id: ID<Homework>, _ client: ID<Client>, _ occurrence: Int, _ meeting: DemoMeeting,
        _ exercise: Library.Exercise, _ chance: Int, _ scene: DemoScene
    ) throws {
        let due = meeting.startsAt
        let done: Instant? =
            switch chance {
            case ..<68: due - .seconds(Int64(3_600 * (2 + chance)))
            case ..<80: due + .seconds(Int64(3_600 * (chance - 60)))
            default: nil
            }
        ids.append(id)
        clients.append(client)
        occurrences.append(Int32(occurrence))
        self.due.append(due)
        guard let done, done < scene.now else {
            submitted.append(nil)
            digests.append(nil)
            return answers.append(nil)
        }
        let filled = Self.answers(exercise.title, chance).bytes
        submitted.append(done)
        digests.append(scene.keys.contentDigest.code(for: Array("\(id)/\(exercise.version)/".utf8) + filled))
        answers.append(try scene.vault.seal(filled, at: Place("homework_answers", "answers", id)))
    }

    func insert(
        _ assignment: ID<Assignment>, _ exercise: Library.Exercise, _ group: ID<Group>, into practice: ID<Practice>
    ) -> SQL {
        """
        insert into homework
            (practice_id, homework_id, assignment_id, exercise_version_id, client_id, group_id, occurrence, title, opens_at,
             due_at, state, submissions, submitted_at, submitted_digest)
        select \(practice), h.id, \(assignment), \(exercise.version), h.client, \(group), h.occurrence, \(exercise.title),
            h.due - interval '7 days', h.due, case when h.done is null then 'assigned' else 'submitted' end,
            (h.done is not null)::int, h.done, h.digest
        from unnest(\(ids), \(clients), \(occurrences), \(due), \(submitted), \(digests))
            as h (id, client, occurrence, due, done, digest)
        """
    }

    func insertAnswers(_ exercise: Library.Exercise, _ group: ID<Group>, into practice: ID<Practice>) -> SQL {
        """
        insert into homework_answers
            (practice_id, homework_id, number, client_id, group_id, exercise_version_id, answers, digest, saved_at)
        select \(practice), h.id, 1, h.client, \(group), \(exercise.version), h.answers, h.digest, h.done
        from unnest(\(ids), \(clients), \(answers), \(digests), \(submitted)) as h (id, client, answers, digest, done)
        where h.done is not null
        """
    }

    private static func answers(_ title: String, _ chance: Int) -> JSONValue {
        title == "Daily recovery check-in"
            ? [
                "mood": .number(JSONNumber(3 + chance % 6)), "urge": .number(JSONNumber(1 + chance % 8)),
                "boundaries": chance % 3 == 0 ? "mostly" : "yes", "tomorrow": "Call somebody before the evening.",
            ]
            : [
                "grateful1": "A walk before work.", "victory": "I said what I felt, and stayed in the room.",
                "hope": .number(JSONNumber(4 + chance % 6)),
            ]
    }
}
