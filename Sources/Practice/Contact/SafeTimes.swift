/// When it is safe to contact somebody, on the practice's wall clock. None given: at any time.
public struct SafeTimes: Sendable, Hashable {
    /// A span of one weekday.
    public struct Span: Sendable, Hashable {
        /// The day of the week.
        public let weekday: Weekday
        /// From this time on.
        public let from: LocalTime
        /// Until this time, or until midnight where it is 00:00.
        public let until: LocalTime

        /// All of Monday.
        public static let wholeMonday = Span(unchecked: .monday, from: .midnight, until: .midnight)

        /// Nil for a span that ends before it began.
        public init?(_ weekday: Weekday, from: LocalTime, until: LocalTime) {
            guard from < until || until == .midnight else { return nil }
            self.init(unchecked: weekday, from: from, until: until)
        }

        /// Reads `monday 18:00-21:00`; nil for anything else.
        public init?(_ text: String) {
            let words = text.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2, let weekday = Weekday(rawValue: String(words[0])) else { return nil }
            let times = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard times.count == 2, let from = LocalTime(times[0]), let until = LocalTime(times[1]) else { return nil }
            self.init(weekday, from: from, until: until)
        }

        private init(unchecked weekday: Weekday, from: LocalTime, until: LocalTime) {
            self.weekday = weekday
            self.from = from
            self.until = until
        }

        /// `monday 18:00-21:00`, as the database keeps it.
        public var text: String { "\(weekday.rawValue) \(from)-\(until)" }
    }

    /// The most spans that somebody may have: three for each day of the week.
    public static let limit = 21

    /// The spans, in the order in which they were given.
    public let spans: [Span]

    /// Takes spans, which may overlap.
    public init(_ spans: [Span]) {
        self.spans = spans
    }

    /// The first safe instant that does not lie before another: this one itself, where it is safe.
    ///
    /// Spans are of the wall clock. A clock change moves their instants: a span that begins in the hour that is left out
    /// begins later by the length of the gap, and one that holds the hour that comes twice is so much longer.
    public func next(from instant: Instant, in zone: TimeZoneID) -> Instant {
        let today = zone.day(at: instant)
        let starts = (-1...7).flatMap { distance -> [Instant] in
            let day = today.adding(days: distance)
            return spans.filter { $0.weekday == day.weekday }.compactMap { span in
                let start = zone.instant(on: day, at: span.from)
                let end = zone.instant(on: span.until == .midnight ? day.adding(days: 1) : day, at: span.until)
                return instant < end && start < end ? max(start, instant) : nil
            }
        }
        return starts.min() ?? instant
    }
}
