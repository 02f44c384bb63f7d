import Postgres
import Practice

// What a counselor does with a piece that was given. As in HomeworkDoing+SQL.swift, the row is locked before it is judged.

extension Homework {
    /// Answers a submission.
    static func review(
        _ outcome: Review.Decision, sealedComment: [UInt8]?, of homework: ID<Homework>, of practice: ID<Practice>,
        ifVersion: Int, at now: Instant
    ) -> Query<Changed> {
        .row(
            """
            with target as materialized (
                select h.version, h.submissions, case
                    when h.version <> \(ifVersion) then 'stale'
                    when homework_after(\(outcome.step), h.state) is null
                        then homework_refusal(\(outcome.step), h.state)
                    else 'accepted' end as outcome
                from homework h
                where h.practice_id = \(practice) and h.homework_id = \(homework)
                for no key update
            ), changed as (
                update homework h
                set state = homework_after(\(outcome.step), h.state), reviewed_at = \(now), responded_at = \(now),
                    version = h.version + 1
                from target t
                where h.practice_id = \(practice) and h.homework_id = \(homework) and t.outcome = 'accepted'
                returning h.client_id, h.couple_id, h.group_id, h.version, h.submissions
            ), added as (
                insert into homework_reviews
                    (practice_id, homework_id, number, client_id, couple_id, group_id, reviewer_id, outcome, comment,
                     reviewed_at)
                select \(practice), \(homework), c.submissions, c.client_id, c.couple_id, c.group_id, access.account(),
                    \(outcome), \(sealedComment), \(now)
                from changed c
            )
            select t.outcome, coalesce(c.version, t.version), t.submissions,
                case when c.version is not null then \(now) end
            from target t left join changed c on true
            """
        ) { row in try Changed(&row) }
    }

    /// Withdraws a piece, and with `andLater` what the same assignment still has ahead for the same client. What was
    /// handed in stays, but for the piece named; and nothing more is made for this client. The number is how many were
    /// withdrawn.
    static func withdraw(
        _ homework: ID<Homework>, andLater: Bool, of practice: ID<Practice>, ifVersion: Int
    ) -> Query<Changed> {
        .row(
            """
            with target as materialized (
                select h.version, h.assignment_id, h.client_id, h.occurrence, h.state, case
                    when h.state = 'withdrawn' and not \(andLater) then 'repeated'
                    when homework_after('withdraw', h.state) is null then homework_refusal('withdraw', h.state)
                    when h.version <> \(ifVersion) then 'stale'
                    else 'accepted' end as outcome
                from homework h
                where h.practice_id = \(practice) and h.homework_id = \(homework)
                for no key update
            ), held as materialized (
                -- By their numbers: of two who withdraw what comes after, one waits with nothing that the other wants.
                select h.homework_id, h.homework_id = \(homework) as is_named
                from homework h, target t
                where h.practice_id = \(practice) and h.assignment_id = t.assignment_id and h.client_id = t.client_id
                  and t.outcome = 'accepted' and (h.state <> 'withdrawn' or h.homework_id = \(homework))
                  and (h.homework_id = \(homework) or (\(andLater) and h.occurrence > t.occurrence
                      and homework_is_outstanding(h.state)))
                order by h.occurrence for no key update of h
            ), changed as (
                update homework h
                set state = homework_after('withdraw', h.state), version = h.version + 1,
                    stops = h.stops or (\(andLater) and l.is_named)
                from held l
                where h.practice_id = \(practice) and h.homework_id = l.homework_id
                returning h.homework_id, h.version
            )
            select t.outcome, coalesce((select c.version from changed c where c.homework_id = \(homework)), t.version),
                (select count(*) from changed) - (t.outcome = 'accepted' and t.state = 'withdrawn')::int, null::timestamptz
            from target t
            """
        ) { row in try Changed(&row) }
    }
}

extension Homework.Review.Decision {
    /// The step that this answer is, by its name in the database.
    fileprivate var step: String {
        switch self {
        case .reviewed: "review"
        case .returned: "return"
        }
    }
}
