import JSON
import Practice
import WebAPI

/// Which days something takes again and again, as homework and groups say it.
struct PatternRequest: Sendable {
    enum Repeats: String, Sendable, CaseIterable {
        case daily, weekdays, weekly, monthly
    }

    let every: Int
    /// Nil when a fault has been told.
    let pattern: Recurrence.Pattern?

    /// The members that say it, besides `repeats`.
    static let members = ["every", "weekdays", "dayOfMonth", "daysOfMonth", "nth", "weekday", "weekdaysOfMonth"]

    init(_ repeats: Repeats, _ body: inout JSONObjectReader) {
        let before = body.faultCount
        let pattern: Recurrence.Pattern?
        switch repeats {
        case .daily:
            every = body.optional("every", .integer(Recurrence.everyDays)) ?? 1
            pattern = .daily
        case .weekdays:
            every = 1
            pattern = .weekly(on: [.monday, .tuesday, .wednesday, .thursday, .friday])
        case .weekly:
            every = body.optional("every", .integer(Recurrence.everyWeeks)) ?? 1
            pattern = .weekly(on: Set(body.required("weekdays", .array(1...7, of: .choice(Weekday.self)))))
        case .monthly:
            every = body.optional("every", .integer(Recurrence.everyMonths)) ?? 1
            pattern = Self.monthly(&body)
        }
        self.pattern = body.faultCount == before ? pattern : nil
    }

    private static func monthly(_ body: inout JSONObjectReader) -> Recurrence.Pattern? {
        let before = body.faultCount
        let day = body.optional("dayOfMonth", .integer(-31...31))
        let days = body.optional("daysOfMonth", .array(1...31, of: .integer(-31...31)))
        let nth = body.optional("nth", .integer(-5...5))
        let weekday = body.optional("weekday", .choice(Weekday.self))
        let weekdays = body.optional("weekdaysOfMonth", .array(1...35, of: .nthWeekday))
        guard body.faultCount == before else { return nil }
        switch (day, days, nth, weekday, weekdays) {
        case (let day?, nil, nil, nil, nil): return .monthly(onDay: day)
        case (nil, let days?, nil, nil, nil): return .monthly(onDays: Set(days))
        case (nil, nil, let nth?, let weekday?, nil): return .monthlyOnWeekday(nth: nth, weekday)
        case (nil, nil, nil, nil, let weekdays?): return .monthlyOnWeekdays(Set(weekdays))
        case (nil, nil, _?, nil, nil): body.fault("weekday", "required", "This is required beside nth.")
        case (nil, nil, nil, _?, nil): body.fault("nth", "required", "This is required beside weekday.")
        default:
            body.fault(
                "dayOfMonth", "required",
                "It is on days of the month (dayOfMonth or daysOfMonth) or on weekdays of it (nth and weekday, or "
                    + "weekdaysOfMonth).")
        }
        return nil
    }
}

extension JSONShape where Value == Recurrence.NthWeekday {
    /// Which of which weekday of a month.
    static var nthWeekday: Self {
        .object { body in
            Recurrence.NthWeekday(
                body.required("nth", .integer(-5...5)), body.required("weekday", .choice(Weekday.self)))
        }
    }
}
