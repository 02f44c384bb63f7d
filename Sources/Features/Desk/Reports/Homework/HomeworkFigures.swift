import JSON
import Postgres
import Practice
import WebAPI

/// What came of homework that was due.
///
/// A piece is due when its time has come and the counselor has not withdrawn it. It is done when it was handed in and the
/// client has not taken it back, and on time when it was first handed in before it was late, with its grace; what was sent
/// back for rework stays done. It is missed when its window closed without it, and open when it can still be done. What
/// these words mean for a row is said once, by functions of the database (`Migrations/routines/homework/lateness.sql`), which
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
