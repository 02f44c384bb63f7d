import JSON
import Postgres
import Practice
import WebAPI

extension Assignment {
    /// To whom an exercise is given.
    enum Unit: Sendable {
        case client(ID<Client>)
        case couple(ID<Couple>)
        case group(ID<Group>)
    }

    /// An exercise, when it is due, and when clients are reminded of it: of an assignment, or of a step of a phase.
    struct Scheduled: Sendable {
        var exercise: ID<Exercise>
        /// Nil when a fault has been told.
        var schedule: Schedule?
        /// Nil where nobody is to be reminded.
        var remindMinutes: Int?

        /// Three hours: time to begin, and not so early that it is forgotten again.
        static let usualRemindMinutes = 180

        init(_ body: inout JSONObjectReader) {
            exercise = body.required("exerciseId", .id())
            schedule = body.required("schedule", .object { ScheduleRequest(&$0).schedule })
            remindMinutes =
                body.patch("remindMinutesBefore", .integer(0...20_160)).applied(to: Self.usualRemindMinutes)
        }
    }

    /// What is asked for: the exercise is given in its present version.
    struct Request: Sendable {
        var scheduled: Scheduled
        /// Whose seats a client's or a couple's homework ends with.
        var phase: ID<Phase>?

        init(_ body: inout JSONObjectReader, for unit: Unit, at now: Instant) {
            scheduled = Scheduled(&body)
            phase = body.optional("phaseId", .id())
            guard let schedule = scheduled.schedule else { return }
            switch unit {
            case .group:
                body.check(phase == nil, "phaseId", "not_for_groups", "A group has its phase already: leave this out.")
            case .client, .couple:
                body.check(
                    schedule.endsWithPhase == (phase != nil), "phaseId", "required",
                    "Name a phase where the homework ends with it (untilPhaseEnds), and only there.")
                if ["meetings", "joining"].contains(schedule.timing.anchor) {
                    body.fault(
                        "schedule", "not_for_one",
                        "Only a group has meetings and a day of joining: choose another repetition, or assign it to the group."
                    )
                }
            }
            if !schedule.hasSomethingAhead(of: now) {
                body.fault("schedule", "nothing_ahead", "Nothing of this is still ahead: choose later days.")
            }
        }
    }

    static let faults: [String: FieldFault] = [
        "homework_assignments_practice_id_phase_id_fkey": FieldFault("/phaseId", "unknown", "There is no such phase.")
    ]

    /// What was assigned, in short.
    struct Made: Sendable {
        var id: ID<Assignment>
        var exercise: ID<Exercise>
        var version: ID<ExerciseVersion>
        var title: String
        var planned: HomeworkPlanner.Made
    }
}

extension Assignment.Made: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("exerciseId", exercise)
            json.member("exerciseVersionId", version)
            json.member("title", title)
            json.member("pieces", planned.pieces.count)
            json.member("firstDueAt", planned.pieces.map(\.dueAt).min())
            json.member("goesOn", planned.nextLook != nil)
            json.array("first", first)
        }
    }

    /// The first piece of each client.
    private var first: [First] {
        var seen: Set<ID<Client>> = []
        return planned.pieces.filter { seen.insert($0.client).inserted }
            .map { First(client: $0.client, homework: $0.homework) }
    }

    private struct First: JSONWritable {
        var client: ID<Client>
        var homework: ID<Homework>

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("clientId", client)
                json.member("homeworkId", homework)
            }
        }
    }
}

extension Schedule {
    /// Whether anything can be due after an instant. What is due once may be given late: somebody has seen it.
    fileprivate func hasSomethingAhead(of now: Instant) -> Bool {
        let today = zone.day(at: now)
        switch timing {
        case .once, .afterJoining: return true
        case .recurring(let recurrence):
            return recurrence.days(from: today).prefix(2).contains { zone.instant(on: $0.day, at: dueTime) > now }
        case .beforeMeetings(_, let end), .beforeAppointments(_, let end), .afterDone(_, let end):
            return end.includes(1, on: today)
        }
    }
}
