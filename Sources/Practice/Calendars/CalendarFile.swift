/// A calendar as RFC 5545 writes it, of events that say when somebody is taken and nothing else.
///
/// There is no name in it, no place and no word of what the events are, unless the practice has chosen one for those who
/// lead a group: a calendar program shows them on lock screens and shared displays, and keeps them on servers of its own.
public struct CalendarFile: Sendable {
    /// The media type of ``bytes`` (RFC 5545, 8.1).
    public static let mediaType = "text/calendar; charset=utf-8"
    /// What an event is called that has no word of its own.
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
        /// When it was last changed, or made.
        public let changedAt: Instant
        /// What it is called; nil: ``CalendarFile/summary``.
        public let word: String?

        /// Makes an event.
        public init(
            id: ID<Meeting>, startsAt: Instant, minutes: Int, isCancelled: Bool, revision: Int, changedAt: Instant,
            word: String? = nil
        ) {
            self.changedAt = changedAt
            self.word = word
            self.id = id
            self.startsAt = startsAt
            self.minutes = minutes
            self.isCancelled = isCancelled
            self.revision = revision
        }
    }

    /// The text in UTF-8: lines end in CR LF, and none is longer than the 75 octets after which they would be folded.
    public let bytes: [UInt8]

    /// Writes events, in the order given. Times are UTC, so that no zone, and with it no place, is named; and none is that of
    /// the writing, so that nothing changes where nothing has.
    public init(_ events: [Event]) {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Appointments//Appointments//EN", "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH", "X-WR-CALNAME:Appointments", "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
            "X-PUBLISHED-TTL:PT6H",
        ]
        for event in events {
            lines += [
                "BEGIN:VEVENT", "UID:\(event.id)", "DTSTAMP:\(event.changedAt.calendarText)",
                "DTSTART:\(event.startsAt.calendarText)",
                "DTEND:\((event.startsAt + .seconds(Int64(event.minutes) * 60)).calendarText)",
                "SEQUENCE:\(event.revision)", "SUMMARY:\((event.word ?? Self.summary).calendarText)", "CLASS:PRIVATE",
                "STATUS:\(event.isCancelled ? "CANCELLED" : "CONFIRMED")",
                "TRANSP:\(event.isCancelled ? "TRANSPARENT" : "OPAQUE")", "END:VEVENT",
            ]
        }
        lines.append("END:VCALENDAR")
        bytes = lines.flatMap { Self.folded($0) + [0x0D, 0x0A] }
    }

    /// A line in pieces of 75 octets at most, each but the first behind a blank, and no character in two (RFC 5545, 3.1).
    private static func folded(_ line: String) -> [UInt8] {
        guard line.utf8.count > 75 else { return Array(line.utf8) }
        var (bytes, length) = ([UInt8](), 0)
        for character in line {
            let piece = Array(character.utf8)
            if length + piece.count > 75 {
                bytes += [0x0D, 0x0A, 0x20]
                length = 1
            }
            bytes += piece
            length += piece.count
        }
        return bytes
    }
}

extension String {
    /// As a TEXT of RFC 5545, 3.3.11.
    fileprivate var calendarText: String {
        replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,")
            .replacing("\n", with: "\\n")
    }
}

extension Instant {
    /// `YYYYMMDDTHHMMSSZ`, the form of RFC 5545, 3.3.5; fractions of a second are left out.
    var calendarText: String {
        String(String(description.prefix { $0 != "." && $0 != "Z" }).filter { $0 != "-" && $0 != ":" }) + "Z"
    }
}
