import Postgres
import Practice

extension GroupHomeworkReport {
    static func cells(_ question: ReportQuestion, of group: ID<Group>, in practice: ID<Practice>, at now: Instant)
        -> Query<[Cell]>
    {
        .rows(statement(question, of: group, in: practice, at: now)) { row in
            let (id, given) = (try row.next(ID<Client>?.self), try row.next(String?.self))
            let (preferred, family) = (try row.next(String?.self), try row.next(String?.self))
            let member = id.map {
                Member(id: $0, givenName: given ?? "", preferredName: preferred, familyName: family ?? "")
            }
            return Cell(
                member: member, assignment: try row.next(), title: try row.next(), week: try row.next(),
                figures: try HomeworkFigures(&row))
        }
    }

    static func statement(_ question: ReportQuestion, of group: ID<Group>, in practice: ID<Practice>, at now: Instant)
        -> SQL
    {
        """
        with \(question.span), \(question.bounds(of: group, in: practice)), shown as materialized (select access.shows('names') as names),
        c as materialized (
            select case when (select names from shown) then h.client_id end as client_id, h.assignment_id,
                max(h.title) as title,
                date_trunc('week', h.due_at at time zone (select time_zone from bounds))::date as week,
                \(HomeworkFigures.columns(at: now))
            from homework h
            where h.practice_id = \(practice) and h.group_id = \(group)
              and \(HomeworkFigures.wasDue(at: now))
            group by 1, 2, 4)
        select c.client_id, p.given_name, p.preferred_name, p.family_name, c.assignment_id, c.title, c.week, c.due, c.done,
            c.on_time, c.missed
        from c left join clients p on p.practice_id = \(practice) and p.client_id = c.client_id
        order by coalesce(nullif(p.family_name, ''), p.given_name), p.given_name, c.client_id, c.week, c.title, c.assignment_id
        """
    }
}
