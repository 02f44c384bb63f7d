/// A day of which perhaps only the year, or the year and the month, is known: many people's birth dates.
///
/// What asks for a day gets one only where it is known. A right that ends at an age ends by the first day that it may
/// be, and what begins with an age begins by the last.
public struct PartialDay: Sendable, Hashable {
    /// The first day that it may be.
    public let earliest: Day
    /// The last day that it may be; the same as ``earliest`` where the day is known.
    public let latest: Day

    /// A day that is known.
    public init(_ day: Day) {
        (earliest, latest) = (day, day)
    }

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, the forms of FHIR's `date`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        switch text.utf8.count {
        case 4:
            guard let first = Day("\(text)-01-01"), let last = Day("\(text)-12-31") else { return nil }
            (earliest, latest) = (first, last)
        case 7:
            guard let first = Day("\(text)-01") else { return nil }
            let (year, month, _) = first.components
            (earliest, latest) = (first, first.adding(days: Day.length(ofMonth: month, in: year) - 1))
        default:
            guard let day = Day(text) else { return nil }
            (earliest, latest) = (day, day)
        }
    }

    /// Joins the two columns in which the database keeps a birth: the day, or else the year or the month.
    /// Nil where neither says anything.
    public init?(day: Day?, part: String?) {
        if let day {
            self.init(day)
        } else if let part {
            self.init(part)
        } else {
            return nil
        }
    }

    /// The day, where it is known.
    public var day: Day? { earliest == latest ? earliest : nil }

    /// `YYYY` or `YYYY-MM`, where the day is not known.
    public var part: String? { day == nil ? description : nil }

    /// The ages, in whole years, that a person born then may have on a day.
    public func ages(on day: Day) -> ClosedRange<Int> { latest.age(on: day)...earliest.age(on: day) }

    /// The age on a day, where it does not depend on what is not known.
    public func age(on day: Day) -> Int? {
        let ages = ages(on: day)
        return ages.count == 1 ? ages.lowerBound : nil
    }
}

extension PartialDay: CustomStringConvertible {
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    public var description: String {
        let text = earliest.description
        return String(text.prefix(day != nil ? 10 : earliest.components.month == latest.components.month ? 7 : 4))
    }
}
