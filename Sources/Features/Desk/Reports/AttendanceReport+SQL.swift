import Postgres
import Practice

extension AttendanceReport {
    typealias Line = (id: ID<Program>, name: String, figures: Period)

    static func lines(_ question: ReportQuestion, in practice: ID<Practice>) -> Query<[Line]> {
        .rows(statement(question, in: practice)) { row in
            let (id, name) = (try row.next(ID<Program>.self), try row.next(String.self))
            let days = ReportPeriod(from: try row.next(), to: try row.next())
            return (
                id, name,
                Period(
                    days: days, meetings: try row.next(),
                    marks: Marks(
                        present: try row.next(), late: try row.next(), leftEarly: try row.next(),
                        remote: try row.next(), absent: try row.next(), excused: try row.next()))
            )
        }
    }

    /// The marks are counted for each meeting first, so that no set of meetings has to be made distinct.
    static func statement(_ question: ReportQuestion, in practice: ID<Practice>) -> SQL {
        """
        with \(question.span), \(question.groups(in: practice)), \(question.periods),
        held as materialized (
            select m.meeting_id, g.program_id,
                date_trunc(\(question.step.rawValue), m.starts_at at time zone g.time_zone)::date as bucket
            from meetings m join g using (group_id), span
            where m.practice_id = \(practice) and not m.cancelled and sane
              and m.starts_at >= since::timestamp at time zone g.time_zone
              and m.starts_at < (until + 1)::timestamp at time zone g.time_zone),
        marked as materialized (
            select a.meeting_id, count(*) filter (where mark = 'present') as present,
                count(*) filter (where mark = 'late') as late, count(*) filter (where mark = 'left_early') as left_early,
                count(*) filter (where mark = 'remote') as remote, count(*) filter (where mark = 'absent') as absent,
                count(*) filter (where mark = 'excused') as excused
            from attendance a
            where a.practice_id = \(practice) and a.group_id in (select group_id from g)
            group by a.meeting_id),
        counted as materialized (
            select program_id, bucket, count(*) as meetings, sum(present) as present, sum(late) as late,
                sum(left_early) as left_early, sum(remote) as remote, sum(absent) as absent, sum(excused) as excused
            from held join marked using (meeting_id) group by 1, 2)
        select p.program_id, r.name, p.first, p.last, coalesce(c.meetings, 0), coalesce(c.present, 0)::bigint,
            coalesce(c.late, 0)::bigint, coalesce(c.left_early, 0)::bigint, coalesce(c.remote, 0)::bigint,
            coalesce(c.absent, 0)::bigint, coalesce(c.excused, 0)::bigint
        from periods p
            join programs r on r.practice_id = \(practice) and r.program_id = p.program_id
            left join counted c on c.program_id = p.program_id and c.bucket = p.bucket
        order by r.name, p.program_id, p.bucket
        """
    }
}
