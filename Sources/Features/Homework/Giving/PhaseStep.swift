import JSON
import Postgres
import Practice
import WebAPI

extension PhaseStep {
    /// A step of a phase as the API shows it.
    struct Details: Sendable {
        let id: ID<PhaseStep>
        let phase: ID<Phase>
        let exercise: ID<Exercise>
        let schedule: Schedule
        let remindMinutes: Int?
        let createdAt: Instant
        let version: Int

        init(_ row: inout Row) throws {
            (id, phase, exercise) = (try row.next(), try row.next(), try row.next())
            schedule = try ScheduleRequest.stored(row.next(JSONB.self).bytes)
            (remindMinutes, createdAt, version) = (try row.next(), try row.next(), try row.next())
        }
    }

    /// What a step may be due by: anything that a group's members have in common, or have had since they joined.
    struct Request: Sendable {
        var scheduled: Assignment.Scheduled

        init(_ body: inout JSONObjectReader) {
            scheduled = Assignment.Scheduled(&body)
            if let timing = scheduled.schedule?.timing, case .beforeAppointments = timing {
                body.fault("schedule", "not_for_groups", "A group has meetings: choose beforeMeetings.")
            }
        }
    }

    static let faults: [String: FieldFault] = [
        "phase_steps_practice_id_exercise_id_fkey":
            FieldFault("/exerciseId", "unknown", "There is no such exercise in the library.")
    ]
}

extension PhaseStep.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("phaseId", phase)
            json.member("exerciseId", exercise)
            json.member("schedule", schedule.json)
            json.member("rrule", schedule.rrule)
            json.member("remindMinutesBefore", remindMinutes)
            json.member("createdAt", createdAt)
            json.member("version", version)
        }
    }
}
