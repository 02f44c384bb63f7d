import Postgres
import Practice
import WebAPI

/// What came of homework that was due.
///
/// A piece is due when its time has come and the counselor has not withdrawn it. It is done when it was handed in and the
/// client has not taken it back, and on time when it was first handed in before it was late, with its grace; what was sent
/// back for rework stays done. It is missed when its window closed without it, and open when it can still be done. What
/// these words mean for a row is said once, by functions of the database (`Migrations/routines/homework/words.sql`), which
/// the rosters use too.
struct HomeworkFigures: Sendable, Hashable {
    var due = 0
    var done = 0
    var onTime = 0
    var missed = 0

    var late: Int { done - onTime }
    var open: Int { due - done - missed }
    /// Done of due.
    var completion: Share? { Share(done, of: due) }
    /// On time of done.
    var punctuality: Share? { Share(onTime, of: done) }

    static func + (left: Self, right: Self) -> Self {
        Self(
            due: left.due + right.due, done: left.done + right.done, onTime: left.onTime + right.onTime,
            missed: left.missed + right.missed)
    }
}

extension HomeworkFigures {
    init(_ row: inout Row) throws {
        self.init(due: try row.next(), done: try row.next(), onTime: try row.next(), missed: try row.next())
    }

    /// When a piece `h` was handed in; null where it was not.
    static let handedIn: SQL = "homework_handed_in(h.state, h.first_submitted_at, h.submitted_at)"

    /// Whether a piece `h` was handed in on time.
    static let isOnTime: SQL = "\(handedIn) <= homework_late_from(h.due_at, h.late_at)"

    /// Whether a piece `h` is not done, and cannot be any more.
    static func isMissed(at now: Instant) -> SQL { "(\(handedIn) is null and h.closes_at <= \(now))" }

    /// Whether a piece `h` was due in the period, which ``ReportQuestion/bounds(in:)`` gives.
    static func wasDue(at now: Instant) -> SQL {
        """
        h.due_at >= (select begins from bounds) and h.due_at < (select over from bounds)
        and homework_is_due(h.state, h.due_at, \(now))
        """
    }

    /// The counts of pieces `h` that are due, in the order in which they are read.
    static func columns(at now: Instant) -> SQL {
        """
        count(*) as due, count(\(handedIn)) as done, count(*) filter (where \(isOnTime)) as on_time,
        count(*) filter (where \(isMissed(at: now))) as missed
        """
    }

    static let csvColumns = ["Due", "Done", "On time", "Late", "Missed", "Open", "Completion", "Punctuality"]

    var csvCells: [(any CustomStringConvertible)?] {
        [due, done, onTime, late, missed, open, completion, punctuality]
    }

    func write(to json: inout JSONWriter) {
        json.member("due", due)
        json.member("done", done)
        json.member("onTime", onTime)
        json.member("late", late)
        json.member("missed", missed)
        json.member("open", open)
        json.member("completion", completion)
        json.member("punctuality", punctuality)
    }
}

/// How soon submissions were answered: the part that makes homework count.
///
/// The lag is from the last submission to the answer to it, a review or a return. Unreviewed is what has waited for longer
/// than a week.
struct ReviewFigures: Sendable, Hashable {
    static let patienceInDays = 7

    let answered: Int
    let medianLagMinutes: Int?
    let waiting: Int
    let unreviewed: Int

    /// To a tenth.
    var medianLagHours: Double? { medianLagMinutes.map { (Double($0) / 6).rounded() / 10 } }
}

extension ReviewFigures: JSONWritable {
    init(_ row: inout Row) throws {
        self.init(
            answered: try row.next(), medianLagMinutes: try row.next(), waiting: try row.next(),
            unreviewed: try row.next())
    }

    /// How long the last submission of a piece `h` waited.
    static let lag: SQL = "homework_review_lag(h.submitted_at, h.responded_at, h.reviewed_at)"

    static let minutes: SQL = "extract(epoch from \(lag))::bigint / 60"

    /// The counts of pieces `h`, in the order in which they are read.
    static func columns(at now: Instant) -> SQL {
        let limit = now - .seconds(patienceInDays * 86_400)
        return """
            count(\(lag)) as answered,
            (extract(epoch from percentile_cont(0.5) within group (order by \(lag))) / 60)::bigint as lag,
            count(*) filter (where h.state = 'submitted') as waiting,
            count(*) filter (where h.state = 'submitted' and h.submitted_at <= \(limit)) as unreviewed
            """
    }

    static let csvColumns = ["Answered", "Median lag in hours", "Waiting", "Unreviewed"]

    var csvCells: [(any CustomStringConvertible)?] { [answered, medianLagHours, waiting, unreviewed] }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("answered", answered)
            json.member("medianLagHours", medianLagHours)
            json.member("waiting", waiting)
            json.member("unreviewed", unreviewed)
        }
    }
}
