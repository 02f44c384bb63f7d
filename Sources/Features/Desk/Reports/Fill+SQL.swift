import Postgres
import Practice

extension FillReport {
    typealias Line = (id: ID<Program>, name: String, figures: Period)

    static func lines(_ question: ReportQuestion, in practice: ID<Practice>, at now: Instant) -> Query<[Line]> {
        .rows(statement(question, in: practice, at: now)) { row in
            let (id, name) = (try row.next(ID<Program>.self), try row.next(String.self))
            let days = ReportPeriod(from: try row.next(), to: try row.next())
            return (
                id, name,
                Period(
                    days: days, seats: try row.next(), taken: try row.next(), offered: try row.next(),
                    waiting: try row.next(),
                    offers: Offers(made: try row.next(), accepted: try row.next(), lapsed: try row.next()))
            )
        }
    }

    /// Every group and every span is read once, whatever the number of periods: what changes on a day is put to the
    /// period of that day, and a level is the sum of all changes so far.
    static func statement(_ question: ReportQuestion, in practice: ID<Practice>, at now: Instant) -> SQL {
        """
        with \(question.span), \(question.groups(in: practice)), \(question.periods), \(believed(in: practice, at: now)),
        \(changes),
        levels as materialized (
            select program_id, date_trunc(\(question.step.rawValue), greatest(day, since)::timestamp)::date as bucket,
                sum(seats) as seats, sum(taken) as taken, sum(offered) as offered, sum(waiting) as waiting
            from changes, span where day <= until group by 1, 2),
        \(offers(question, in: practice, at: now))
        select p.program_id, r.name, p.first, p.last,
            coalesce(sum(l.seats) over w, 0)::bigint, coalesce(sum(l.taken) over w, 0)::bigint,
            coalesce(sum(l.offered) over w, 0)::bigint, coalesce(sum(l.waiting) over w, 0)::bigint,
            coalesce(o.made, 0), coalesce(o.accepted, 0), coalesce(o.lapsed, 0)
        from periods p
            join programs r on r.practice_id = \(practice) and r.program_id = p.program_id
            left join levels l on l.program_id = p.program_id and l.bucket = p.bucket
            left join offers o on o.program_id = p.program_id and o.bucket = p.bucket
        window w as (partition by p.program_id order by p.bucket)
        order by r.name, p.program_id, p.bucket
        """
    }

    /// The days on which somebody waits or has a seat, or an offer that has not run out; a seat counts while its group runs.
    private static func believed(in practice: ID<Practice>, at now: Instant) -> SQL {
        """
        believed as (
            select g.program_id, s.status, case s.status when 'waitlisted' then s.during
                else s.during * daterange(g.starts_on, g.ends_on, '[]') end
                * case when s.status = 'offered' and upper_inf(s.during) then daterange(null, (
                    select (e.offer_expires_at at time zone g.time_zone)::date from enrollments e
                    where e.practice_id = s.practice_id and e.enrollment_id = s.enrollment_id
                      and not offer_stands(e.offer_expires_at, \(now)))) else '(,)' end as during
            from enrollment_spans s
                join g using (group_id)
            where s.practice_id = \(practice) and upper_inf(s.recorded)
              and enrollment_goes_on(s.status))
        """
    }

    private static let changes: SQL = """
        changes (program_id, day, seats, taken, offered, waiting) as (
            select program_id, starts_on, capacity, 0, 0, 0 from g
            union all
            select program_id, ends_on + 1, -capacity, 0, 0, 0 from g where ends_on is not null
            union all
            select program_id, day, 0, sign * (status <> 'waitlisted')::int, sign * (status = 'offered')::int,
                sign * (status = 'waitlisted')::int
            from believed, lateral (values (lower(during), 1), (upper(during), -1)) c (day, sign)
            where not isempty(during) and day is not null)
        """

    /// An offer is a first day with that status in an episode, believed now or before: one that was accepted on the day on
    /// which it was made is no span any more. What became of it is what the practice believes came next.
    private static func offers(_ question: ReportQuestion, in practice: ID<Practice>, at now: Instant) -> SQL {
        """
        offers as materialized (
            select o.program_id, date_trunc(\(question.step.rawValue), o.day::timestamp)::date as bucket, count(*) as made,
                count(*) filter (where has_seat(n.status) or n.status in ('completed', 'transferred')) as accepted,
                count(*) filter (where n.status in ('waitlisted', 'withdrawn')
                                    or (n.status is null and not coalesce(k.stands, false))) as lapsed
            from (select distinct g.program_id, s.enrollment_id, lower(s.during) as day
                  from enrollment_spans s join g using (group_id)
                      join enrollments e on e.practice_id = \(practice) and e.enrollment_id = s.enrollment_id
                  where s.practice_id = \(practice) and s.status = 'offered' and not e.was_mistake) o
                join span on o.day between since and until
                left join lateral (
                    select x.status from enrollment_spans x
                    where x.practice_id = \(practice) and x.enrollment_id = o.enrollment_id and upper_inf(x.recorded)
                      and x.status <> 'offered' and (upper_inf(x.during) or upper(x.during) > o.day)
                    order by lower(x.during) limit 1) n on true
                left join lateral (
                    select offer_stands(e.offer_expires_at, \(now)) as stands
                    from enrollments e join enrollment_spans x
                        on x.practice_id = e.practice_id and x.enrollment_id = e.enrollment_id and upper_inf(x.recorded)
                        and x.status = 'offered' and upper_inf(x.during)
                    where e.practice_id = \(practice) and e.enrollment_id = o.enrollment_id) k on true
            group by 1, 2)
        """
    }
}
