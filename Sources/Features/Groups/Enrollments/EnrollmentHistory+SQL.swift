import Postgres
import Practice
import WebAPI

extension Enrollment {
    /// All that was ever believed, or what was believed at one instant.
    static func history(
        of enrollment: ID<Enrollment>, knownAt: Instant?, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[Belief]> {
        var conditions: SQL = "s.practice_id = \(practice) and s.enrollment_id = \(enrollment)"
        if let knownAt { conditions = "\(conditions) and s.recorded @> \(knownAt)::timestamptz" }
        if let key = page.after {
            let (recordedAt, from) = (try key.instant(0), try key.day(1))
            conditions = "\(conditions) and (lower(s.recorded), lower(s.during)) > (\(recordedAt), \(from))"
        }
        return .rows(
            """
            select s.status, lower(s.during), upper(s.during), case when access.shows('reason') then s.reason end,
                   lower(s.recorded), upper(s.recorded), case when access.shows('reason') then s.recorded_by end
            from enrollment_spans s where \(conditions)
            order by lower(s.recorded), lower(s.during) limit \(page.fetch)
            """
        ) { row in
            Belief(
                status: try row.next(), from: try row.next(), until: try row.next(), reason: try row.next(),
                recordedAt: try row.next(), supersededAt: try row.next(), recordedBy: try row.next())
        }
    }

    static func correct(
        _ enrollment: ID<Enrollment>, to correction: Correction, seen version: Int, at now: Instant
    ) -> Query<Int> {
        let steps = correction.steps
        return .run(
            """
            select from access.correct(
                \(enrollment), \(version), \(steps.map(\.from)), \(steps.map(\.status.rawValue)),
                \(steps.map(\.reason)), \(now))
            """)
    }
}
