import Postgres
import Practice

extension HomeworkFigures {
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
}

extension ReviewFigures {
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
}
