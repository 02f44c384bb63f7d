import JSON

/// On which days a group meets, again and again, whenever it starts and ends: a ``Recurrence`` without these two.
///
/// Days, weeks or months are counted from the one that holds the first day that is taken, so that a group that meets every
/// second week meets in its first.
public struct MeetingDays: Sendable, Hashable {
    /// Which days of a period.
    public let pattern: Recurrence.Pattern
    /// 1 takes each day, week or month, 2 each second one.
    public let every: Int

    /// Days of a pattern.
    ///
    /// - Throws: what is wrong with them, with pointers as ``Recurrence`` has them.
    public init(_ pattern: Recurrence.Pattern, every: Int = 1) throws(FieldFaults) {
        _ = try Recurrence(startsOn: Self.anyDay, pattern, every: 1)
        let faults = Recurrence.faults(every, pattern)
        guard faults.isEmpty else { throw FieldFaults(faults) }
        self.pattern = pattern
        self.every = every
    }

    /// The days of an `RRULE` without an end, of a group that starts on a day.
    ///
    /// - Parameter startsOn: nil where it is not known; then the rule must say by itself on which days they meet.
    /// - Throws: what is wrong with them, at `rrule`.
    public init(rrule text: some StringProtocol, startsOn: Day?, meetsAt: LocalTime, in zone: TimeZoneID)
        throws(FieldFaults)
    {
        let starts = startsOn.map { [$0] } ?? (0..<7).map { Self.anyDay.adding(days: 37 * $0) }
        var found: Set<MeetingDays> = []
        for day in starts {
            let recurrence = try Recurrence(rrule: text, startsOn: day, dueTime: meetsAt, in: zone)
            guard recurrence.end == .never else {
                throw Self.refusal("has_an_end", "The last day of the group is its end: leave out COUNT and UNTIL.")
            }
            let days = try MeetingDays(recurrence.pattern, every: recurrence.every)
            guard startsOn == nil || days.first(from: day) == recurrence.first else {
                throw Self.refusal("another_start", "Let the group start on the first day on which it meets.")
            }
            found.insert(days)
        }
        guard found.count == 1, let days = found.first else {
            throw Self.refusal(
                "depends_on_start", "Name the days, by BYDAY or BYMONTHDAY, or the first day of the group.")
        }
        self = days
    }

    /// Reads what ``rrule`` has written; nil for anything else.
    public init?(written text: some StringProtocol) {
        do throws(FieldFaults) {
            try self.init(rrule: text, startsOn: nil, meetsAt: .midnight, in: .utc)
        } catch {
            return nil
        }
        guard rrule == text else { return nil }
    }

    /// The days as RFC 5545 writes them.
    public var rrule: String { Recurrence.rrule(pattern, every: every) }

    /// The rule of a group that starts on a day; nil outside the years of rules.
    public func recurrence(from startsOn: Day) -> Recurrence? {
        guard let first = first(from: startsOn) else { return nil }
        do throws(FieldFaults) {
            return try Recurrence(startsOn: first, pattern, every: every)
        } catch {
            return nil
        }
    }

    /// The first day that is taken from one on.
    private func first(from day: Day) -> Day? {
        do throws(FieldFaults) {
            return try Recurrence(startsOn: day, pattern, every: 1).first
        } catch {
            return nil
        }
    }

    private static let anyDay = Day(year: 2024, month: 1, day: 1) ?? .first

    private static func refusal(_ code: String, _ detail: String) -> FieldFaults {
        FieldFaults([FieldFault("/rrule", code, detail)])
    }
}

extension Recurrence {
    /// The first of its days.
    fileprivate var first: Day? {
        var days = days(from: startsOn)
        return days.next()?.day
    }
}
