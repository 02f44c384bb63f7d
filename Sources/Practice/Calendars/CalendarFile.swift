/// A calendar as RFC 5545 writes it, of events that say when somebody is taken and nothing else.
///
/// There is no name in it, no place and no word of what the events are: a calendar program shows them on lock screens and
/// shared displays, and keeps them on servers of its own.
public struct CalendarFile: Sendable {
    /// The media type of ``bytes`` (RFC 5545, 8.1).
    public static let mediaType = "text/calendar; charset=utf-8"
    /// What every event is called.
    public static let summary = "Appointment"

    /// One event.
    public struct Event: Sendable, Hashable {
        /// Names the event for ever, whatever changes of it.
        public let id: ID<Meeting>
        /// When it starts.
        public let startsAt: Instant
        /// How long it lasts, in minutes.
        public let minutes: Int
        /// Whether it does not take place.
        public let isCancelled: Bool
        /// How often it was changed: 0 for never.
        public let revision: Int

        /// Makes an event.
        public init(id: ID<Meeting>, startsAt: Instant, minutes: Int, isCancelled: Bool, revision: Int) {
            self.id = id
            self.startsAt = startsAt
            self.minutes = minutes
            self.isCancelled = isCancelled
            self.revision = revision
        }
    }

    /// The text in UTF-8: lines end in CR LF, and none is longer than the 75 octets after which they would be folded.
    public let bytes: [UInt8]

    /// Writes events, in the order given, as they were known at an instant. Times are UTC, so that no zone, and with it no
    /// place, is named.
    public init(_ events: [Event], at now: Instant) {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Appointments//Appointments//EN", "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH", "X-WR-CALNAME:Appointments", "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
            "X-PUBLISHED-TTL:PT6H",
        ]
        for event in events {
            lines += [
                "BEGIN:VEVENT", "UID:\(event.id)", "DTSTAMP:\(now.calendarText)",
                "DTSTART:\(event.startsAt.calendarText)",
                "DTEND:\((event.startsAt + .seconds(Int64(event.minutes) * 60)).calendarText)",
                "SEQUENCE:\(event.revision)", "SUMMARY:\(Self.summary)", "CLASS:PRIVATE",
                "STATUS:\(event.isCancelled ? "CANCELLED" : "CONFIRMED")",
                "TRANSP:\(event.isCancelled ? "TRANSPARENT" : "OPAQUE")", "END:VEVENT",
            ]
        }
        lines.append("END:VCALENDAR")
        bytes = Array(lines.map { $0 + "\r\n" }.joined().utf8)
    }
}

extension Instant {
    /// `YYYYMMDDTHHMMSSZ`, the form of RFC 5545, 3.3.5; fractions of a second are left out.
    var calendarText: String {
        String(String(description.prefix { $0 != "." && $0 != "Z" }).filter { $0 != "-" && $0 != ":" }) + "Z"
    }
}
