import Postgres
import Practice
import WebAPI

extension Homework {
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
                case when shown.own then h.draft_revision end, h.state in ('draft', 'returned'),
                case when shown.review then (h.discussed_at at time zone p.time_zone)::date end,
                case when shown.review then h.discussed_by end
            from homework h join exercise_versions v using (practice_id, exercise_version_id)
                join practices p using (practice_id), shown
            where h.practice_id = \(practice) and h.homework_id = \(homework)
            """
        ) { try Detail(&$0) }
    }

    /// What was handed in, and for its author a draft of an earlier version of Cairn (number 0); for the partner, who was
    /// shown the last submission, only that. What is private or was taken back the policies show to its author alone.
    static func answers(_ homework: ID<Homework>, of practice: ID<Practice>) -> Query<[Answers]> {
        .rows(
            """
            select a.number, a.answers, a.saved_at, a.private, a.withdrawn_at
            from homework_answers a join homework h using (practice_id, homework_id)
            where a.practice_id = \(practice) and a.homework_id = \(homework)
              and case access.relation()
                  when 'shared_with' then a.number = h.submissions and a.number > 0
                  when 'self' then true
                  else a.number > 0 end
            order by a.number
            """
        ) { row in
            Answers(
                number: try row.next(), sealed: try row.next(), savedAt: try row.next(), isPrivate: try row.next(),
                withdrawnAt: try row.next())
        }
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

    /// The questions of a version, and its item rules.
    static func form(
        of version: ID<ExerciseVersion>, in practice: ID<Practice>
    ) -> Query<(fields: JSONB, risks: JSONB)?> {
        .optionalRow(
            """
            select v.fields, v.risks from exercise_versions v
            where v.practice_id = \(practice) and v.exercise_version_id = \(version)
            """
        ) { row in (fields: try row.next(), risks: try row.next()) }
    }

    /// Columns of ``Item``: of `homework h`, beside `shown`, which says how much of it the proven rule lets through. In a
    /// list each piece says it for itself.
    static func columns(
        at now: Instant, standing: SQL = "shown.standing",
        named: SQL = "shown.standing and (select access.by_staff())"
    ) -> SQL {
        """
        h.homework_id, h.client_id, h.title, h.due_at, homework_is_done(h.state), \
        case when \(standing) then h.version end, \
        case when \(standing) then homework_status(h.state, h.opens_at, h.closes_at, \(now)) end, \
        case when \(standing) then h.assignment_id end, case when \(standing) then h.exercise_version_id end, \
        case when \(standing) then h.couple_id end, case when \(standing) then h.group_id end, \
        case when \(standing) then h.occurrence end, case when \(standing) then h.opens_at end, \
        case when \(standing) then h.closes_at end, case when \(standing) then h.submissions end, \
        case when \(standing) then h.submitted_at end, case when \(standing) then h.reviewed_at end, \
        case when \(standing) then homework_late_from(h.due_at, h.late_at) end, \
        case when \(standing) then h.state <> 'withdrawn' and \(isLate(at: now)) end, \
        case when \(standing) then h.private end, \
        case when \(named) then (
            select \(SQL.name(of: "c")) from clients c
            where c.practice_id = access.practice() and c.client_id = h.client_id) end
        """
    }
}
