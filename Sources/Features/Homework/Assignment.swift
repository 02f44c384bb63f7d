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

    /// The schedule, and all its due dates.
    struct Timing: Sendable {
        var schedule: Schedule?
        var windows: [Window] = []

        init(_ body: inout JSONObjectReader) {
            schedule = ScheduleRequest(&body).schedule
            guard let schedule else { return }
            let end = schedule.startsOn.adding(days: Self.limit * 366)
            windows = schedule.occurrences(from: schedule.startsOn, before: end).prefix(Self.limit + 1)
                .map { occurrence in
                    Window(
                        number: occurrence.number, opensAt: occurrence.window.opensAt,
                        dueAt: occurrence.window.dueAt, closesAt: occurrence.window.closesAt)
                }
            if windows.isEmpty || windows.count > Self.limit {
                body.record(
                    FieldFaults([FieldFault("", "too_many", "A schedule has 1 to \(Self.limit) due dates.")]))
            }
        }

        static let limit = 400
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
