import JSON
import Postgres
import Practice
import WebAPI

extension HomeworkException {
    /// Days on which nothing of an assignment is due, or one that is due on another day.
    struct Details: Sendable {
        let id: ID<HomeworkException>
        let firstDay: Day
        let lastDay: Day
        let movedTo: Day?
        let createdAt: Instant

        init(_ row: inout Row) throws {
            (id, firstDay, lastDay) = (try row.next(), try row.next(), try row.next())
            (movedTo, createdAt) = (try row.next(), try row.next())
        }
    }

    struct Request: Sendable {
        let firstDay: Day
        let lastDay: Day
        let movedTo: Day?

        init(_ body: inout JSONObjectReader) {
            let first = body.required("firstDay", .day(.plans))
            let last = body.optional("lastDay", .day(.plans))
            let moved = body.optional("movedTo", .day(.plans))
            if let last {
                body.check(last >= first, "lastDay", "before_start", "This must not be before the first day.")
                body.check(
                    moved == nil || last == first, "lastDay", "one_day", "Only one day can be moved at a time.")
            }
            (firstDay, lastDay, movedTo) = (first, max(last ?? first, first), moved)
            let days = first.days(until: last ?? first)
            body.check(
                days < 366, "lastDay", "too_long", "An exception lasts 366 days at most.")
        }

        /// What is wrong with it for a schedule.
        func faults(_ schedule: Schedule, at now: Instant) -> [FieldFault] {
            let today = schedule.zone.day(at: now)
            var faults: [FieldFault] = []
            if firstDay < today { faults.append(Self.past("/firstDay")) }
            if let movedTo {
                if movedTo < today { faults.append(Self.past("/movedTo")) }
                if schedule.timing.anchor == nil,
                    schedule.occurrences(from: firstDay, before: firstDay.adding(days: 1)).isEmpty
                {
                    faults.append(FieldFault("/firstDay", "not_due", "Nothing is due on this day that could be moved."))
                }
            }
            return faults
        }

        private static func past(_ pointer: String) -> FieldFault {
            FieldFault(pointer, "past", "What is past stays as it was: name today or a later day.")
        }
    }

    static let faults: [String: FieldFault] = [
        "homework_exceptions_never_overlap": FieldFault(
            "/firstDay", "overlaps", "Another exception has some of these days: remove it first.")
    ]
}

extension HomeworkException.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("firstDay", firstDay)
            json.member("lastDay", lastDay)
            json.member("movedTo", movedTo)
            json.member("createdAt", createdAt)
        }
    }
}
