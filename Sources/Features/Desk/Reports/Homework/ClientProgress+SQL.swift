import Postgres
import Practice
import WebAPI

extension ClientProgress {
    /// One range of an index: all that the client was ever given. The longest of charts has a few thousand pieces.
    static func pieces(_ question: ReportQuestion, of client: ID<Client>, in practice: ID<Practice>, at now: Instant)
        -> Query<[Piece]>
    {
        .rows(statement(question, of: client, in: practice, at: now)) { row in
            Piece(
                week: try row.next(), isInPeriod: try row.next(), isDue: try row.next(), isDone: try row.next(),
                detail: try Detail(&row))
        }
    }

    static func firstShared() -> Query<Instant?> {
        .row("select access.first_shared_together()") { try $0.next() }
    }

    static func isForGuardian() -> Query<Bool> {
        .row("select not access.shows('standing')") { try $0.next() }
    }

    static func statement(_ question: ReportQuestion, of client: ID<Client>, in practice: ID<Practice>, at now: Instant)
        -> SQL
    {
        let reached: SQL = "homework_reached(h.first_submitted_at, h.submitted_at)"
        return """
            with \(question.span), \(question.bounds(in: practice)),
            shown as materialized (select access.shows('standing') as standing),
            p as (
                select h.due_at, h.homework_id, homework_is_due(h.state, h.due_at, \(now)) as is_due,
                    \(HomeworkFigures.handedIn) is not null as is_done, h.exercise_version_id,
                    homework_late_from(h.due_at, h.late_at) as late_from, \(reached) as reached_at,
                    coalesce(\(HomeworkFigures.isOnTime), false) as is_on_time,
                    coalesce(\(HomeworkFigures.isMissed(at: now)), false) as is_missed, h.state = 'submitted' as is_waiting,
                    \(ReviewFigures.minutes) as lag
                from homework h
                where h.practice_id = \(practice) and h.client_id = \(client)
                  and (h.due_at <= \(now) or \(reached) is not null))
            select date_trunc('week', p.due_at at time zone b.time_zone)::date,
                coalesce(p.due_at >= b.begins and p.due_at < b.over, false), p.is_due, p.is_done,
                case when s.standing then v.exercise_id end, case when s.standing then e.title end,
                case when s.standing then p.late_from end, case when s.standing then p.reached_at end,
                case when s.standing then p.is_on_time end, case when s.standing then p.is_missed end,
                case when s.standing then p.is_waiting end, case when s.standing then p.lag end
            from p
                join exercise_versions v
                    on v.practice_id = \(practice) and v.exercise_version_id = p.exercise_version_id
                join exercises e on e.practice_id = \(practice) and e.exercise_id = v.exercise_id
                cross join bounds b cross join shown s
            order by p.due_at, p.homework_id
            """
    }
}

extension ClientProgress.Detail {
    /// Nil where the database shows nothing of it.
    fileprivate init?(_ row: inout Row) throws {
        let exercise = try row.next(ID<Exercise>?.self)
        let (title, lateFrom) = (try row.next(String?.self), try row.next(Instant?.self))
        let reachedAt = try row.next(Instant?.self)
        let (isOnTime, isMissed) = (try row.next(Bool?.self), try row.next(Bool?.self))
        let (isWaiting, lag) = (try row.next(Bool?.self), try row.next(Int?.self))
        guard let exercise, let title, let lateFrom, let isOnTime, let isMissed, let isWaiting else { return nil }
        self.init(
            exercise: exercise, title: title, lateFrom: lateFrom, reachedAt: reachedAt, isOnTime: isOnTime,
            isMissed: isMissed, isWaiting: isWaiting, lagMinutes: lag)
    }
}
