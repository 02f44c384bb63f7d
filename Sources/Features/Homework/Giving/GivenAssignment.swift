import JSON
import Postgres
import Practice
import WebAPI

extension Assignment {
    /// An assignment as the API shows it: to professionals, and to the client whose own it is.
    struct Details: Sendable {
        let id: ID<Assignment>
        let exercise: ID<Exercise>
        let exerciseVersion: ID<ExerciseVersion>
        let title: String
        let unit: Unit
        let phase: ID<Phase>?
        let step: ID<PhaseStep>?
        let assignedAt: Instant
        let assignedBy: ID<Account>
        let schedule: Schedule
        let remindMinutes: Int?
        let endedAt: Instant?
        let goesOn: Bool
        /// How many pieces there are that were not withdrawn, and how many of them were handed in.
        let pieces: Int
        let done: Int
        let nextDueAt: Instant?
        let version: Int

        init(_ row: inout Row) throws {
            (id, exercise, exerciseVersion, title) = (
                try row.next(), try row.next(), try row.next(), try row.next()
            )
            unit = try Unit(&row)
            (phase, step, assignedAt, assignedBy) = (
                try row.next(), try row.next(), try row.next(), try row.next()
            )
            schedule = try ScheduleRequest.stored(row.next(JSONB.self).bytes)
            (remindMinutes, endedAt, goesOn) = (try row.next(), try row.next(), try row.next())
            (pieces, done, nextDueAt, version) = (try row.next(), try row.next(), try row.next(), try row.next())
        }
    }

    /// One assignment with its exceptions.
    struct Whole: JSONWritable {
        let details: Details
        let exceptions: [HomeworkException.Details]

        func write(to json: inout JSONWriter) {
            json.object { json in
                details.write(membersTo: &json)
                json.array("exceptions", exceptions)
            }
        }
    }
}

extension Assignment.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { write(membersTo: &$0) }
    }

    fileprivate func write(membersTo json: inout JSONWriter) {
        json.member("id", id)
        json.member("exerciseId", exercise)
        json.member("exerciseVersionId", exerciseVersion)
        json.member("title", title)
        json.member("clientId", unit.client)
        json.member("coupleId", unit.couple)
        json.member("groupId", unit.group)
        json.member("phaseId", phase)
        json.member("stepId", step)
        json.member("assignedAt", assignedAt)
        json.member("assignedBy", assignedBy)
        json.member("schedule", schedule.json)
        json.member("rrule", schedule.rrule)
        json.member("remindMinutesBefore", remindMinutes)
        json.member("endedAt", endedAt)
        json.member("goesOn", goesOn)
        json.member("pieces", pieces)
        json.member("done", done)
        json.member("nextDueAt", nextDueAt)
        json.member("version", version)
    }
}

extension Schedule {
    /// The rule as the text of RFC 5545; nil for what hangs on more than the calendar.
    var rrule: String? {
        if case .recurring(let recurrence) = timing { recurrence.rrule } else { nil }
    }
}
