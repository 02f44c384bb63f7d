import Postgres
import Practice

extension Discussion {
    /// Marks a piece as discussed. To repeat it is harmless; another day takes the place of the one before.
    static func mark(
        _ request: Request, _ homework: ID<Homework>, of practice: ID<Practice>, ifVersion: Int, at now: Instant
    ) -> Query<(outcome: Outcome, version: Int, discussion: Discussion?)> {
        let isOpen: SQL = request.day == nil && request.appointment == nil ? "true" : "false"
        return .row(
            """
            with target as materialized (
                select h.version, h.discussed_at, h.discussed_by, h.state, p.time_zone,
                    homework_reached(h.first_submitted_at, h.submitted_at) as submitted_at,
                    \(moment(request, homework, now)) as at
                from homework h join practices p using (practice_id)
                where h.practice_id = \(practice) and h.homework_id = \(homework)
                for no key update of h
            ), judged as materialized (
                select t.*, case
                    when homework_after('discuss', t.state) is null then homework_refusal('discuss', t.state)
                    when t.at is null then 'unknown_appointment'
                    when t.at > \(now) then 'in_future'
                    when (t.at at time zone t.time_zone)::date < (t.submitted_at at time zone t.time_zone)::date
                        then 'before_submission'
                    when t.discussed_at is not null and (\(isOpen)
                        or (t.discussed_at at time zone t.time_zone)::date = (t.at at time zone t.time_zone)::date)
                        then 'repeated'
                    when t.version <> \(ifVersion) then 'stale'
                    else 'accepted' end as outcome
                from target t
            ), changed as (
                update homework h set discussed_at = j.at, discussed_by = access.account(), version = h.version + 1
                from judged j
                where h.practice_id = \(practice) and h.homework_id = \(homework) and j.outcome = 'accepted'
                returning h.version, h.discussed_at, h.discussed_by
            )
            select j.outcome, coalesce(c.version, j.version),
                (coalesce(c.discussed_at, j.discussed_at) at time zone j.time_zone)::date,
                coalesce(c.discussed_by, j.discussed_by)
            from judged j left join changed c on true
            """
        ) { row in (try row.next(), try row.next(), try Discussion(&row)) }
    }

    /// A day that is named stands for its end, or for now where it is today.
    private static func moment(_ request: Request, _ homework: ID<Homework>, _ now: Instant) -> SQL {
        if let appointment = request.appointment { return "access.appointment_about(\(homework), \(appointment))" }
        guard let day = request.day else { return "\(now)::timestamptz" }
        let end: SQL = "((\(day)::date + 1)::timestamp at time zone p.time_zone) - interval '1 microsecond'"
        return """
            case when \(day)::date <= (\(now)::timestamptz at time zone p.time_zone)::date then least(\(end), \(now)) else \(end) end
            """
    }
}
