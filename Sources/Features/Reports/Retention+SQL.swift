import Postgres
import Practice
import WebAPI

extension RetentionReport {
    static func lines(_ question: ReportQuestion, _ call: Call) -> Query<[Line]> {
        .rows(statement(question, call)) { row in
            Line(
                program: try row.next(), programName: try row.next(), cohort: try row.next(), began: try row.next(),
                point: Point(weeks: try row.next(), atRisk: try row.next(), retained: try row.next()))
        }
    }

    /// Of the episodes that cover a day and have ended, the last began last: its first day and whether it was completed
    /// are one number, of which the greatest counts.
    static func statement(_ question: ReportQuestion, _ call: Call) -> SQL {
        """
        with \(question.groups(call)),
        episodes as materialized (
            select g.program_id, s.client_id, s.status, s.during, s.status in ('active', 'paused') as is_seat,
                (lower(s.during) - date '1970-01-01') * 2 + (s.status = 'completed')::int as rank
            from enrollment_spans s join g using (group_id)
            where s.practice_id = \(call.practiceID) and upper_inf(s.recorded)
              and s.status in ('active', 'paused', 'completed', 'withdrawn', 'transferred')
              and lower(s.during) <= access.today()),
        began as materialized (
            select program_id, client_id, min(lower(during)) as day,
                date_trunc('quarter', min(lower(during))::timestamp)::date as cohort
            from episodes where is_seat group by 1, 2),
        stood as (
            select b.program_id, b.cohort, w.weeks,
                coalesce(bool_or(e.is_seat) or max(e.rank) & 1 = 1, false) as retained
            from began b
                join unnest(\(weeks.map { Int32($0) })) as w (weeks) on b.day + 7 * w.weeks <= access.today()
                left join episodes e on e.program_id = b.program_id and e.client_id = b.client_id
                    and e.during @> b.day + 7 * w.weeks
            group by b.program_id, b.client_id, b.cohort, w.weeks),
        points as (
            select program_id, cohort, weeks, count(*) as at_risk, count(*) filter (where retained) as retained
            from stood group by 1, 2, 3),
        cohorts as (select program_id, cohort, count(*) as began from began group by 1, 2)
        select c.program_id, p.name, c.cohort, c.began, w.weeks, coalesce(n.at_risk, 0), coalesce(n.retained, 0)
        from cohorts c
            cross join unnest(\(weeks.map { Int32($0) })) as w (weeks)
            join programs p on p.practice_id = \(call.practiceID) and p.program_id = c.program_id
            left join points n on n.program_id = c.program_id and n.cohort = c.cohort and n.weeks = w.weeks
        order by p.name, c.program_id, c.cohort, w.weeks
        """
    }
}
