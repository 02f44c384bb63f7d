import Postgres
import Practice

extension FunnelReport {
    static func lines(_ question: ReportQuestion, in practice: ID<Practice>) -> Query<[Line]> {
        .rows(statement(question, in: practice)) { row in
            Line(
                program: try row.next(), programName: try row.next(), track: try row.next(),
                trackName: try row.next(), cohort: try row.next(), began: try row.next(),
                stretch: Stretch(
                    id: try row.next(), name: try row.next(), isLast: try row.next(), enrolled: try row.next(),
                    completed: try row.next()))
        }
    }

    /// Nothing large is joined with itself: who began when, and on which way, stands beside each row that says how far the
    /// client came, so that no plan, however wrong its guess, can be a slow one.
    static func statement(_ question: ReportQuestion, in practice: ID<Practice>) -> SQL {
        """
        with \(question.groups(in: practice)), \(reached(in: practice)), \(path(in: practice)),
        sizes as materialized (select program_id, track_id, cohort, count(distinct client_id) as began from reached group by 1, 2, 3),
        steps as materialized (
            select program_id, track_id, cohort, phase_id,
                count(distinct client_id) filter (where not completed) as enrolled,
                count(distinct client_id) filter (where completed) as completed
            from reached group by 1, 2, 3, 4)
        select z.program_id, p.name, z.track_id, t.name, z.cohort, z.began, h.phase_id, h.name, h.is_last,
            coalesce(s.enrolled, 0), coalesce(s.completed, 0)
        from sizes z
            join programs p on p.practice_id = \(practice) and p.program_id = z.program_id
            left join tracks t on t.practice_id = \(practice) and t.track_id = z.track_id
            join path h on h.program_id = z.program_id and h.track_id is not distinct from z.track_id
            left join steps s on s.program_id = z.program_id and s.track_id is not distinct from z.track_id
                and s.cohort = z.cohort and s.phase_id is not distinct from h.phase_id
        order by p.name, z.program_id, t.position nulls first, z.track_id, z.cohort, h.position, h.phase_id
        """
    }

    /// Who had a seat in which phase or completed it, and with which group each began.
    private static func reached(in practice: ID<Practice>) -> SQL {
        """
        reached as materialized (
            select program_id, phase_id, client_id, completed, track_id, date_trunc('quarter', day::timestamp)::date as cohort
            from (select g.program_id, g.phase_id, s.client_id, s.status = 'completed' as completed,
                      first_value(g.track_id) over w as track_id, first_value(lower(s.during)) over w as day,
                      first_value(s.status = 'completed') over w as never_began
                  from enrollment_spans s join g using (group_id)
                  where s.practice_id = \(practice) and upper_inf(s.recorded)
                    and (has_seat(s.status) or s.status = 'completed') and lower(s.during) <= g.today_there
                  window w as (partition by g.program_id, s.client_id
                               order by s.status = 'completed', lower(s.during), g.track_id)) r
            where not never_began)
        """
    }

    /// The phases of each track of which the reader sees a group, those of the whole program among them; and the groups
    /// that are of no phase, before all others.
    private static func path(in practice: ID<Practice>) -> SQL {
        """
        way as materialized (
            select b.program_id, b.track_id, h.phase_id, h.name, h.position,
                not exists (select from phases l
                            where l.practice_id = h.practice_id and l.program_id = h.program_id
                              and (l.track_id = b.track_id or l.track_id is null) and l.position > h.position) as is_last
            from (select distinct program_id, track_id from reached) b
                join phases h on h.practice_id = \(practice) and h.program_id = b.program_id
                    and (h.track_id = b.track_id or h.track_id is null)),
        path as materialized (
            select w.program_id, w.track_id, w.phase_id, w.name, w.position, w.is_last
            from way w where exists (select from g where g.phase_id = w.phase_id)
            union all
            select b.program_id, b.track_id, null::uuid, null::text, 0,
                not exists (select from way w where w.program_id = b.program_id and w.track_id is not distinct from b.track_id)
            from (select distinct program_id, track_id from reached) b
            where exists (select from g where g.program_id = b.program_id and g.phase_id is null
                                          and g.track_id is not distinct from b.track_id))
        """
    }
}
