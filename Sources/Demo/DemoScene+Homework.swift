import JSON
import Postgres
import Practice

/// Homework that has been going on for a while, and goes on: the worker makes what is ahead.
extension DemoScene {
    /// A month of daily check-ins of one client: most evenings done, a hard week in the middle, read within days.
    mutating func addDailyCheckIns(
        _ exercise: Library.Exercise, of client: ID<Client>, by counselor: ID<Account>, days: Int = 30
    ) throws {
        let assignment = assignment(
            exercise, to: .client(client), by: counselor, since: -days,
            ["repeats": "daily", "dueTime": "21:00"])
        var pieces = DemoPieces(assignment, exercise, .client(client), reviewedBy: counselor)
        for number in 1...days {
            let day = today.adding(days: number - 1 - days)
            let (opensAt, dueAt) = (zone.instant(on: day, at: .midnight), zone.instant(on: day, at: Self.nine))
            let chance = DemoPeople.number(number, days, below: 100)
            let isHard = (12...17).contains(number)
            var course = DemoPieces.Course(answers: Self.checkIn(chance, isHard: isHard))
            if chance < (isHard ? 35 : 88) {
                course.submittedAt = dueAt - .seconds(Int64(60 * (chance - 20)))
                if number <= days - 3, chance % 4 > 0 {
                    course.reviewedAt = dueAt + .seconds(Int64(3_600 * (9 + chance)))
                }
                if number % 7 == 0 { course.comment = "Thank you for writing on a day like this one, too." }
            }
            try pieces.add(client, number, plannedOn: day, opensAt: opensAt, dueAt: dueAt, course, self)
        }
        for statement in pieces.statements(in: practiceID) { add(statement) }
    }

    /// A couple's FANOS check-in on Sundays: each answers alone, and what both wanted to share is open to both.
    mutating func addFANOS(
        _ exercise: Library.Exercise, of couple: ID<Couple>, _ partners: [ID<Client>], by counselor: ID<Account>,
        weeks: Int = 5
    ) throws {
        let sunday = today.adding(days: -1 - (Weekday.allCases.firstIndex(of: today.weekday) ?? 0))
        let first = sunday.adding(days: -7 * (weeks - 1))
        let assignment = assignment(
            exercise, to: .couple(couple), by: counselor, since: today.days(until: first.adding(days: -6)),
            ["repeats": "weekly", "weekdays": ["sunday"], "dueTime": "21:00"])
        var pieces = DemoPieces(assignment, exercise, .couple(couple), reviewedBy: counselor)
        for week in 0..<weeks {
            let day = first.adding(days: 7 * week)
            let dueAt = zone.instant(on: day, at: Self.nine)
            for (place, partner) in partners.enumerated() {
                let isMissing = week == 1 && place == 1
                var course = DemoPieces.Course(answers: Self.fanos(week, place))
                if !isMissing {
                    course.submittedAt = dueAt - .seconds(Int64(1_800 * (place + 1)))
                    course.sharedAt = week == 0 ? nil : course.submittedAt.map { $0 + .seconds(60) }
                    if week < weeks - 1 { course.reviewedAt = dueAt + .seconds(Int64(86_400 * (1 + week % 3))) }
                }
                try pieces.add(
                    partner, week + 1, plannedOn: day, opensAt: zone.instant(on: day.adding(days: -6), at: .midnight),
                    dueAt: dueAt, course, self)
            }
        }
        for statement in pieces.statements(in: practiceID) { add(statement) }
    }

    /// What a group was given to do from meeting to meeting: done by most, late by some, not at all by a few. Who joined
    /// later has what was ahead then.
    mutating func addHomework(
        _ exercise: Library.Exercise, of group: ID<Group>, _ plan: DemoGroup, _ meetings: [DemoMeeting],
        _ stays: [DemoStay], by head: ID<Account>
    ) throws {
        guard let first = meetings.first?.planned, let time = LocalTime(plan.time) else { return }
        let weekday = Weekday.allCases[plan.weekday - 1]
        let assignment = assignment(
            exercise, to: .group(group), by: head, since: first - 6,
            [
                "repeats": "weekly", "weekdays": .array([.text(weekday.rawValue)]), "dueTime": .text(plan.time),
                "untilPhaseEnds": true, "skipClosures": true,
            ])
        var pieces = DemoPieces(assignment, exercise, .group(group), reviewedBy: head)
        for meeting in meetings {
            let day = today.adding(days: meeting.planned)
            let dueAt = zone.instant(on: day, at: time)
            for (place, stay) in stays.enumerated() where stay.status(on: meeting.planned) == "active" {
                let chance = DemoPeople.number(place, meeting.planned + 1_000, below: 100)
                try pieces.add(
                    stay.client, (meeting.planned - first) / 7 + 1, plannedOn: day,
                    opensAt: zone.instant(on: day.adding(days: -6), at: .midnight), dueAt: dueAt,
                    Self.course(exercise.title, chance, dueAt), self)
            }
        }
        for statement in pieces.statements(in: practiceID) { add(statement) }
    }

    /// An assignment that goes on from a day counted from today; the schedule lacks where it begins, and the zone.
    private mutating func assignment(
        _ exercise: Library.Exercise, to unit: DemoPieces.Unit, by counselor: ID<Account>, since day: Int,
        _ schedule: JSONValue
    ) -> ID<Assignment> {
        let assignment: ID<Assignment> = id()
        guard case .object(let members) = schedule else { return assignment }
        let whole = JSONValue.object(
            members + [
                JSONMember("startsOn", .text(today.adding(days: day).description)),
                JSONMember("timeZone", .text(zone.name)),
            ])
        let (client, couple, group): (ID<Client>?, ID<Couple>?, ID<Group>?) =
            switch unit {
            case .client(let id): (id, nil, nil)
            case .couple(let id): (nil, id, nil)
            case .group(let id): (nil, nil, id)
            }
        add(
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, client_id, couple_id, group_id, assigned_by, assigned_at,
                 schedule, ends_with_phase, skips_closures, planned_until, plan_next)
            values (\(practiceID), \(assignment), \(exercise.version), \(client), \(couple), \(group), \(counselor),
                    \(at(day: day - 1)), \(JSONB(bytes: whole.bytes)), \(schedule["untilPhaseEnds"] != nil),
                    \(schedule["skipClosures"] == .bool(true)), \(today), \(now))
            """)
        return assignment
    }

    private static func course(_ title: String, _ chance: Int, _ dueAt: Instant) -> DemoPieces.Course {
        var course = DemoPieces.Course(
            answers: title == "Daily recovery check-in" ? checkIn(chance, isHard: false) : gratitude(chance))
        switch chance {
        case ..<68: course.submittedAt = dueAt - .seconds(Int64(3_600 * (2 + chance)))
        case ..<80: course.submittedAt = dueAt + .seconds(Int64(3_600 * (chance - 60)))
        default: break
        }
        if chance % 3 > 0 { course.reviewedAt = dueAt + .seconds(Int64(3_600 * (20 + chance))) }
        return course
    }

    private static func checkIn(_ chance: Int, isHard: Bool) -> JSONValue {
        [
            "mood": .number(JSONNumber((isHard ? 3 : 4) + chance % 5)), "urge": .number(JSONNumber(1 + chance % 8)),
            "boundaries": isHard || chance % 3 == 0 ? "mostly" : "yes",
            "tomorrow": "Call somebody before the evening.",
        ]
    }

    private static func gratitude(_ chance: Int) -> JSONValue {
        [
            "grateful1": "A walk before work.", "victory": "I said what I felt, and stayed in the room.",
            "hope": .number(JSONNumber(4 + chance % 6)),
        ]
    }

    private static func fanos(_ week: Int, _ place: Int) -> JSONValue {
        [
            "feelings": place == 0 ? "Hopeful, and a little afraid." : "Tired, and calmer than last week.",
            "affirmation": place == 0 ? "You asked how my day was." : "You told me before I had to ask.",
            "needs": "Half an hour without a screen on Wednesday.", "ownership": "I was late, and did not call.",
            "struggles": week % 2 == 0 ? "A good week." : "Two hard evenings; I called somebody.",
            "closeness": .number(JSONNumber(3 + week + place)),
        ]
    }

    private static let nine = LocalTime("21:00") ?? .midnight
}
