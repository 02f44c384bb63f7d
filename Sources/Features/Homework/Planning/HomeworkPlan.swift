import Practice

/// An assignment whose row is held while its pieces are made.
struct HomeworkPlan: Sendable {
    let practice: ID<Practice>
    let assignment: ID<Assignment>
    let version: ID<ExerciseVersion>
    let title: String
    let unit: Assignment.Unit
    let schedule: Schedule
    let remindMinutes: Int?
    let phase: ID<Phase>?
    let assignedAt: Instant
    /// The first day for which nothing was made yet; nil before the first time.
    var plannedUntil: Day?
    /// The step of a phase that it comes from is none any more.
    var hasEnded = false

    /// How far ahead pieces are made: six weeks.
    static let daysAhead = 42
    /// The plan is gone through again so many days before that runs out.
    static let daysToSpare = 7
    /// What a plan hangs on that begins later than it is due.
    static let daysBefore = 31
}

extension HomeworkPlan {
    /// What a plan hangs on, as the database has it at one moment.
    struct Circumstances: Sendable {
        var seats: [Seat] = []
        var closures: [Range<Day>] = []
        var exceptions: [Change] = []
        var anchors: [Anchor] = []
        var pieces: [Piece] = []
        /// The highest number of a piece, and how many numbers there are.
        var numbers = (highest: 0, count: 0)
    }

    /// Days on which homework may be due for a client.
    struct Seat: Sendable {
        var client: ID<Client>
        var days: Range<Day>
        /// On whose calendar, where it is that of a group; nil where it is that of what is due.
        var zone: TimeZoneID?

        /// Whether an occasion lies on one of the days.
        func holds(_ occasion: Occasion, in schedule: Schedule) -> Bool {
            guard let zone, zone != schedule.zone else { return days.contains(occasion.dueOn) }
            return days.contains(zone.day(at: occasion.window.dueAt))
        }
    }

    /// An exception: days of the rule that are left out, or one that is moved.
    struct Change: Sendable {
        var days: Range<Day>
        var movedTo: Day?
    }

    /// A meeting or an appointment before which homework is due.
    struct Anchor: Sendable {
        var id: ID<Anchor>
        var startsAt: Instant
        /// The day on which a group meets, on its own calendar; nil for an appointment.
        var day: Day?
    }

    /// A piece that is there already.
    struct Piece: Sendable {
        var id: ID<Homework>
        var client: ID<Client>
        var number: Int
        var plannedOn: Day
        var anchor: ID<Anchor>?
        var window: Schedule.Window
        /// Neither begun nor handed in nor withdrawn.
        var isUntouched: Bool
        var isWithdrawn: Bool
        /// This client gets nothing after it.
        var stops: Bool
        var doneAt: Instant?
    }

    /// One due date, before it is somebody's.
    struct Occasion: Sendable {
        var number: Int
        /// The day for which the rule has it.
        var plannedOn: Day
        /// The day on which it is due.
        var dueOn: Day
        var window: Schedule.Window
        var anchor: ID<Anchor>?
    }

    /// What is to be done so that the pieces are as the plan has them.
    struct Steps: Sendable {
        var make: [(client: ID<Client>, occasion: Occasion)] = []
        var follow: [(homework: ID<Homework>, occasion: Occasion)] = []
        var remove: [ID<Homework>] = []
        /// When the plan is to be gone through again; nil where nothing more can come by itself.
        var nextLook: Instant?
        var plannedUntil: Day
    }
}

extension Schedule.Timing {
    /// What due dates hang on, in the words of the table; nil where that is the calendar.
    var anchor: String? {
        switch self {
        case .once, .recurring: nil
        case .beforeMeetings: "meetings"
        case .beforeAppointments: "appointments"
        case .afterDone: "done"
        case .afterJoining: "joining"
        }
    }
}
