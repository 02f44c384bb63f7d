import Postgres
import Practice
import WebAPI

extension Homework {
    /// Whose homework a list shows.
    enum Reach: Sendable {
        /// Everybody's whom the proven relation reaches: one's own, one's children's, one's caseload's.
        case everyone
        case client(ID<Client>)
        case group(ID<Group>)
    }

    /// One page, by due date. Every client has an index range of their own, already in order: the first of each are
    /// taken, and of these the first.
    static func list(
        _ reach: Reach, of practice: ID<Practice>, _ filter: Filter, _ page: Page, at now: Instant
    ) throws(Problem) -> Query<[Item]> {
        let limit = Int32(page.fetch)
        let conditions = try self.conditions(filter, page, now)
        let source: SQL =
            switch reach {
            case .everyone:
                """
                unnest(access.clients()) as mine (client_id) cross join lateral (
                    select \(kept) from homework h
                    where h.practice_id = \(practice) and h.client_id = mine.client_id\(conditions)
                    order by h.due_at, h.homework_id limit \(limit)) h
                """
            case .client(let client):
                """
                (select \(kept) from homework h
                 where h.practice_id = \(practice) and h.client_id = \(client)\(conditions)
                 order by h.due_at, h.homework_id limit \(limit)) h
                """
            case .group(let group):
                """
                (select \(kept) from homework h
                 where h.practice_id = \(practice) and h.group_id = \(group)\(conditions)
                 order by h.due_at, h.homework_id limit \(limit)) h
                """
            }
        return .rows(
            """
            with shown as materialized (select access.shows('standing') as standing)
            select \(columns(at: now)) from \(source), shown
            order by h.due_at, h.homework_id limit \(limit)
            """
        ) { try Item(&$0) }
    }

    /// The piece, and what of its exercise the proven rule shows. No row where it is not visible.
    static func detail(_ homework: ID<Homework>, of practice: ID<Practice>, at now: Instant) -> Query<Detail> {
        .row(
            """
            with shown as materialized (
                select access.shows('standing') as standing, access.shows('answers') as answers,
                    access.shows('review') as review, access.relation() = 'self' as own)
            select \(columns(at: now)),
                shown.answers, case when shown.answers then v.title end,
                case when shown.answers then v.instructions end, case when shown.answers then v.minutes end,
                case when shown.answers then v.fields end,
                shown.own and h.couple_id is not null, case when shown.own then h.shared_at end,
                case when shown.own and h.couple_id is not null then access.partner_homework(h.homework_id) end,
                case when shown.review then (h.discussed_at at time zone p.time_zone)::date end,
                case when shown.review then h.discussed_by end
            from homework h join exercise_versions v using (practice_id, exercise_version_id)
                join practices p using (practice_id), shown
            where h.practice_id = \(practice) and h.homework_id = \(homework)
            """
        ) { try Detail(&$0) }
    }

    /// What was answered: the draft (number 0) for its author while it is one, and the submissions; for the partner, who
    /// was shown the last one, only that.
    static func answers(_ homework: ID<Homework>, of practice: ID<Practice>) -> Query<[Answers]> {
        .rows(
            """
            select a.number, a.answers, a.saved_at
            from homework_answers a join homework h using (practice_id, homework_id)
            where a.practice_id = \(practice) and a.homework_id = \(homework)
              and case access.relation()
                  when 'shared_with' then a.number = h.submissions and a.number > 0
                  when 'self' then a.number > 0 or (h.state in ('draft', 'returned')
                      and (h.submitted_at is null or a.saved_at > h.submitted_at))
                  else a.number > 0 end
            order by a.number
            """
        ) { row in Answers(number: try row.next(), sealed: try row.next(), savedAt: try row.next()) }
    }

    static func reviews(_ homework: ID<Homework>, of practice: ID<Practice>) -> Query<[Review]> {
        .rows(
            """
            select r.number, r.outcome, r.comment, r.reviewed_at, r.reviewer_id, a.name
            from homework_reviews r join accounts a on a.practice_id = r.practice_id and a.account_id = r.reviewer_id
            where r.practice_id = \(practice) and r.homework_id = \(homework)
            order by r.number
            """
        ) { row in
            Review(
                number: try row.next(), outcome: try row.next(), sealedComment: try row.next(),
                reviewedAt: try row.next(), reviewer: try row.next(), reviewerName: try row.next())
        }
    }

    static func fields(of version: ID<ExerciseVersion>, in practice: ID<Practice>) -> Query<JSONB?> {
        .optionalRow(
            """
            select v.fields from exercise_versions v
            where v.practice_id = \(practice) and v.exercise_version_id = \(version)
            """
        ) { try $0.next() }
    }

    private static let kept: SQL = """
        h.homework_id, h.client_id, h.title, h.due_at, h.state, h.version, h.assignment_id, h.exercise_version_id, \
        h.couple_id, h.group_id, h.occurrence, h.opens_at, h.closes_at, h.submissions, h.submitted_at, h.reviewed_at
        """

    /// Columns of ``Item``: of `homework h`, beside `shown`, which says how much of it the proven rule lets through.
    private static func columns(at now: Instant) -> SQL {
        """
        h.homework_id, h.client_id, h.title, h.due_at, h.state in ('submitted', 'reviewed'), \
        case when shown.standing then h.version end, \
        case when shown.standing then homework_status(h.state, h.opens_at, h.closes_at, \(now)) end, \
        case when shown.standing then h.assignment_id end, case when shown.standing then h.exercise_version_id end, \
        case when shown.standing then h.couple_id end, case when shown.standing then h.group_id end, \
        case when shown.standing then h.occurrence end, case when shown.standing then h.opens_at end, \
        case when shown.standing then h.closes_at end, case when shown.standing then h.submissions end, \
        case when shown.standing then h.submitted_at end, case when shown.standing then h.reviewed_at end
        """
    }

    private static func conditions(_ filter: Filter, _ page: Page, _ now: Instant) throws(Problem) -> SQL {
        var conditions: SQL = ""
        if let from = filter.from { conditions = "\(conditions) and h.due_at >= \(from)" }
        if let to = filter.to { conditions = "\(conditions) and h.due_at < \(to)" }
        if let status = filter.status {
            conditions = """
                \(conditions) and homework_status(h.state, h.opens_at, h.closes_at, \(now)) = \(status) \
                and (select access.shows('standing'))
                """
        }
        if let after = page.after {
            let (dueAt, id) = (try after.instant(0), try after.id(1, of: Homework.self))
            conditions = "\(conditions) and (h.due_at, h.homework_id) > (\(dueAt), \(id))"
        }
        return conditions
    }
}
