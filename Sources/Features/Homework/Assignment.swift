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

    /// What is asked for: the exercise, in its present version, and when it is due.
    struct Request: Sendable {
        var exercise: ID<Exercise>
        var timing: Timing

        init(_ body: inout JSONObjectReader) {
            exercise = body.required("exerciseId", .id())
            timing = body.required("schedule", .object { Timing(&$0) })
        }

        /// More than this is a mistake, and would hold up others while it is written.
        static let limit = 20_000
    }

    /// The schedule, and how long after it is due a piece can still be handed in.
    struct Timing: Sendable {
        var request: ScheduleRequest
        var schedule: Schedule?
        var closesDaysAfter: Int?

        init(_ body: inout JSONObjectReader) {
            let before = body.faultCount
            request = ScheduleRequest(&body)
            closesDaysAfter = body.optional("closesDaysAfter", .integer(0...365))
            guard let recurrence = request.recurrence, body.faultCount == before else { return }
            do throws(FieldFaults) {
                schedule = try Schedule(
                    startsOn: request.startsOn, recurrence, dueTime: request.dueTime, in: request.zone,
                    opening: request.opensDaysBefore.map(Schedule.Opening.daysBefore) ?? .afterPrevious)
            } catch {
                body.record(error)
            }
        }

        /// All due dates with their windows.
        func windows() -> [Window] {
            guard let schedule else { return [] }
            return schedule.occurrences().map { occurrence in
                Window(
                    number: occurrence.number, opensAt: occurrence.opensAt, dueAt: occurrence.dueAt,
                    closesAt: closesDaysAfter.map { days in
                        schedule.zone.instant(on: occurrence.dueOn.adding(days: days), at: schedule.dueTime)
                    })
            }
        }
    }

    /// One due date.
    struct Window: Sendable {
        var number: Int
        var opensAt: Instant
        var dueAt: Instant
        var closesAt: Instant?
    }

    /// What was assigned, in short.
    struct Made: Sendable, JSONWritable {
        var id: ID<Assignment>
        var exercise: ID<Exercise>
        var version: ID<ExerciseVersion>
        var title: String
        var windows: [Window]
        /// The first piece of each client.
        var first: [(client: ID<Client>, homework: ID<Homework>)]

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("id", id)
                json.member("exerciseId", exercise)
                json.member("exerciseVersionId", version)
                json.member("title", title)
                json.member("occurrences", windows.count)
                json.member("firstDueAt", windows.first?.dueAt)
                json.member("lastDueAt", windows.last?.dueAt)
                json.member("first") { json in
                    json.array { json in
                        for piece in first {
                            json.element(First(client: piece.client, homework: piece.homework))
                        }
                    }
                }
            }
        }
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
