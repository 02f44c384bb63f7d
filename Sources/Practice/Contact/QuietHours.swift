/// The hours of the practice's wall clock in which nobody is reminded of anything. They may span midnight.
public struct QuietHours: Sendable, Hashable {
    /// From this time on.
    public let from: LocalTime
    /// Until this time, of the same day or of the next.
    public let until: LocalTime

    /// Hours between two times; where these are the same there are none.
    public init(from: LocalTime, until: LocalTime) {
        self.from = from
        self.until = until
    }

    /// The first instant that is not quiet and does not lie before another: this one itself, where it is not.
    ///
    /// A clock change makes a night shorter or longer; hours that end in the hour that is left out end later by the
    /// length of the gap, and those that end in the hour that comes twice end at the first.
    public func next(from instant: Instant, in zone: TimeZoneID) -> Instant {
        let today = zone.day(at: instant)
        let ends = (-1...0).compactMap { distance -> Instant? in
            let day = today.adding(days: distance)
            let start = zone.instant(on: day, at: from)
            let end = zone.instant(on: until > from ? day : day.adding(days: 1), at: until)
            return from != until && start <= instant && instant < end ? end : nil
        }
        return ends.max() ?? instant
    }
}

extension SafeTimes {
    /// The first instant that is safe and not quiet, and does not lie before another; nil where the next eight days have
    /// none, and so no other week will.
    public func next(from instant: Instant, outside quiet: QuietHours, in zone: TimeZoneID) -> Instant? {
        let end = instant + .seconds(8 * 86_400)
        var candidate = next(from: instant, in: zone)
        while candidate < end {
            let loud = quiet.next(from: candidate, in: zone)
            if loud == candidate { return candidate }
            candidate = next(from: loud, in: zone)
        }
        return nil
    }
}
