import Practice
import WebAPI

/// How a client's homework goes, told as encouragement.
///
/// The figures are of the pieces that were due in the period; the run, what was reached and the small victories are of all
/// time (``ProgressRun``, ``SmallVictory``). A guardian is told what was due and how much of it is done, and nothing else.
struct ClientProgress: Sendable {
    let frame: ReportFrame
    let client: ID<Client>
    let pieces: [Piece]
    /// When the partners first opened a piece to each other; the client alone is told.
    let firstShared: Instant?
    /// Whether the reader may know no more than what is due and done.
    let isForGuardian: Bool
    let run: ProgressRun

    init(
        frame: ReportFrame, client: ID<Client>, pieces: [Piece], firstShared: Instant?, isForGuardian: Bool,
        at now: Instant
    ) {
        self.frame = frame
        self.client = client
        self.pieces = pieces
        self.firstShared = firstShared
        self.isForGuardian = isForGuardian
        run = ProgressRun(pieces, at: now)
    }

    /// One piece that was due by now or was handed in, as the database judges it.
    struct Piece: Sendable {
        /// Its Monday, on the practice's calendar.
        let week: Day
        let isInPeriod: Bool
        let isDue: Bool
        let isDone: Bool
        /// Nil where the reader may not know.
        let detail: Detail?
    }

    struct Detail: Sendable {
        let exercise: ID<Exercise>
        let title: String
        let lateFrom: Instant
        /// When it was first handed in, whatever became of it since.
        let reachedAt: Instant?
        let isOnTime: Bool
        let isMissed: Bool
        let isWaiting: Bool
        let lagMinutes: Int?
    }

    var counted: [Piece] { pieces.filter { $0.isInPeriod && $0.isDue } }

    /// Each week of the period, those without homework among them.
    var weeks: [(days: ReportPeriod, figures: HomeworkFigures)] {
        let byWeek = Dictionary(grouping: counted, by: \.week)
        return sequence(first: frame.from.monday) { $0.adding(days: 7) }.prefix { $0 <= frame.to }.map { week in
            (
                ReportPeriod(from: max(week, frame.from), to: min(week.adding(days: 6), frame.to)),
                HomeworkFigures(byWeek[week] ?? [])
            )
        }
    }

    var exercises: [(id: ID<Exercise>, title: String, figures: HomeworkFigures)] {
        Dictionary(grouping: counted) { $0.detail?.exercise ?? .nil }
            .map { id, pieces in (id, pieces.first?.detail?.title ?? "", HomeworkFigures(pieces)) }
            .sorted { ($0.title, $0.id.description) < ($1.title, $1.id.description) }
    }

    /// The middle of the lags, in minutes; between two, half way.
    var medianLagMinutes: Int? {
        let lags = counted.compactMap { $0.detail?.lagMinutes }.sorted()
        guard !lags.isEmpty else { return nil }
        return (lags[(lags.count - 1) / 2] + lags[lags.count / 2]) / 2
    }
}

extension HomeworkFigures {
    init(_ pieces: [ClientProgress.Piece]) {
        self.init(
            due: pieces.count, done: pieces.count(where: \.isDone),
            onTime: pieces.count { $0.detail?.isOnTime == true },
            missed: pieces.count { $0.detail?.isMissed == true })
    }
}

extension Day {
    /// The Monday of its week.
    fileprivate var monday: Day {
        adding(days: -(Weekday.allCases.firstIndex(of: weekday) ?? 0))
    }
}
