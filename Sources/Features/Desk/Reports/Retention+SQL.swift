import Postgres
import Practice

extension RetentionReport {
    static func lines(_ question: ReportQuestion, in practice: ID<Practice>) -> Query<[Line]> {
        .rows(statement(question, in: practice)) { row in
            Line(
                program: try row.next(), programName: try row.next(), cohort: try row.next(), began: try row.next(),
                point: Point(weeks: try row.next(), atRisk: try row.next(), retained: try row.next()))
        }
    }

    /// Of the episodes that cover a day and have ended, the one that began last counts: it was completed where the last that
    /// was completed began on no other day. Nothing is joined with itself, as in the funnel.
    static func statement(_ question: ReportQuestion, in practice: ID<Practice>) -> SQL {
        """
        with \(question.groups(in: practice)),
        episodes as materialized (
            select g.program_id, s.client_id, s.during, has_seat(s.status) as is_seat,
                s.status = 'completed' as is_completed, lower(s.during) as first_day,
                min(lower(s.during)) filter (where has_seat(s.status))
                    over (partition by g.program_id, s.client_id) as began, g.today_there
            from enrollment_spans s join g using (group_id)
            where s.practice_id = \(practice) and upper_inf(s.recorded)
              and (has_seat(s.status) or enrollment_has_ended(s.status))
              and lower(s.during) <= g.today_there),
        stood as materialized (
            select e.program_id, date_trunc('quarter', e.began::timestamp)::date as cohort, w.weeks,
                coalesce(bool_or(e.is_seat) filter (where e.during @> e.began + 7 * w.weeks), false)
                    or coalesce(
                        max(e.first_day) filter (where e.is_completed and e.during @> e.began + 7 * w.weeks)
                            = max(e.first_day) filter (where e.during @> e.began + 7 * w.weeks), false) as retained
            from episodes e cross join unnest(\(weeks.map { Int32($0) })) as w (weeks)
            where e.began is not null
            group by e.program_id, e.client_id, e.began, w.weeks
            -- By the day that it is now in the group in which somebody began.
            having e.began + 7 * w.weeks <= min(e.today_there) filter (where e.is_seat and e.first_day = e.began)),
        points as materialized (
            select program_id, cohort, weeks, count(*) as at_risk, count(*) filter (where retained) as retained
            from stood group by 1, 2, 3),
        cohorts as materialized (
            select program_id, date_trunc('quarter', began::timestamp)::date as cohort, count(distinct client_id) as began
            from episodes where began is not null group by 1, 2)
        select c.program_id, p.name, c.cohort, c.began, w.weeks, coalesce(n.at_risk, 0), coalesce(n.retained, 0)
        from cohorts c
            cross join unnest(\(weeks.map { Int32($0) })) as w (weeks)
            join programs p on p.practice_id = \(practice) and p.program_id = c.program_id
            left join points n on n.program_id = c.program_id and n.cohort = c.cohort and n.weeks = w.weeks
        order by p.name, c.program_id, c.cohort, w.weeks
        """
    }
}
