import JSON

/// When homework is due, on the wall clock of a place.
///
/// The days are counted in the calendar, and only then does each get its instant, so that a clock change shifts an
/// instant but never skips or doubles a day. A schedule knows the calendar alone: of meetings, appointments, and what
/// was handed in, its planner tells it.
public struct Schedule: Sendable, Hashable {
    /// The place of the wall clock.
    public let zone: TimeZoneID
    /// The time on the wall clock at which homework is due.
    public let dueTime: LocalTime
    /// The first day on which anything may be due. Nothing opens before it.
    public let startsOn: Day
    /// On which days it is due.
    public let timing: Timing
    /// How many days before it is due it opens, 0…365; nil: when the one before was due.
    public let opensDaysBefore: Int?
    /// How many days after it was due it closes, 0…365; nil: never.
    public let closesDaysAfter: Int?
    /// For how long after it was due it does not count as late, 0…10,080.
    public let graceMinutes: Int
    /// Whether it pauses while the practice is closed.
    public let skipsClosures: Bool
    /// Whether it ends with the client's phase.
    public let endsWithPhase: Bool

    /// When something that recurs ends.
    public typealias End = Recurrence.End

    /// On which days homework is due.
    public enum Timing: Sendable, Hashable {
        /// On one day.
        case once(Day)
        /// Again and again, by the calendar. The rule starts on the day on which the schedule does.
        case recurring(Recurrence)
        /// So many days (0…30) before the day of each meeting of the group.
        case beforeMeetings(days: Int, End)
        /// So many days (0…30) before the day of each appointment.
        case beforeAppointments(days: Int, End)
        /// First on the day on which the schedule starts; then so many days (1…365) after the day on which the one
        /// before was handed in or missed.
        case afterDone(days: Int, End)
        /// So many days (0…730) after the client's first day in the group.
        case afterJoining(days: Int)

        /// When it ends; nil for what is due once.
        public var end: End? {
            switch self {
            case .once, .afterJoining: nil
            case .recurring(let recurrence): recurrence.end
            case .beforeMeetings(_, let end), .beforeAppointments(_, let end), .afterDone(_, let end): end
            }
        }
    }

    /// A schedule. Faults point to the members of its JSON form: those of ``Recurrence``, `dueOn`, `daysBefore`,
    /// `daysAfter`, `untilPhaseEnds`, `opensDaysBefore`, `closesDaysAfter` and `graceMinutes`.
    public init(
        startsOn: Day, _ timing: Timing, dueTime: LocalTime, in zone: TimeZoneID, opensDaysBefore: Int? = nil,
        closesDaysAfter: Int? = nil, graceMinutes: Int = 0, skipsClosures: Bool = false, endsWithPhase: Bool = false
    ) throws(FieldFaults) {
        self.zone = zone
        self.dueTime = dueTime
        self.startsOn = startsOn
        self.timing = timing
        self.opensDaysBefore = opensDaysBefore
        self.closesDaysAfter = closesDaysAfter
        self.graceMinutes = graceMinutes
        self.skipsClosures = skipsClosures
        self.endsWithPhase = endsWithPhase
        let faults = faults()
        if !faults.isEmpty { throw FieldFaults(faults) }
    }
}
