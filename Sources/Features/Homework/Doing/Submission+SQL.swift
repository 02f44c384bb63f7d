import Postgres
import Practice

// Handing in, taking back, and the receipt. Each statement locks the row, decides on what the row is then, and changes it
// only if all is well; so that of two who come at once the second sees what the first has done. The answer says how it
// came out.

extension Homework {
    /// Hands answers in.
    static func submit(
        _ filled: Filled, for homework: ID<Homework>, of practice: ID<Practice>, ifVersion: Int?, at now: Instant
    ) -> Query<Submitted> {
        .row(
            """
            with \(target(for: filled, homework, practice, ifVersion, now)), changed as (
                update homework h
                set state = homework_after('submit', h.state), submissions = h.submissions + 1, submitted_at = \(now),
                    submitted_digest = \(filled.digest), first_submitted_at = coalesce(h.first_submitted_at, \(now)),
                    reviewed_at = null, shared_at = null, private = \(filled.isPrivate), version = h.version + 1
                from target t
                where h.practice_id = \(practice) and h.homework_id = \(homework) and t.outcome = 'accepted'
                returning h.client_id, h.couple_id, h.group_id, h.version, h.submissions
            ), added as (
                insert into homework_answers
                    (practice_id, homework_id, number, client_id, couple_id, group_id, exercise_version_id, answers,
                     digest, saved_at, private)
                select \(practice), \(homework), c.submissions, c.client_id, c.couple_id, c.group_id, \(filled.version),
                    \(filled.sealed), \(filled.digest), \(now), \(filled.isPrivate)
                from changed c
            )\(Attachment.handedIn(filled.attachments, of: homework, in: practice, isPrivate: filled.isPrivate))
            select t.outcome, coalesce(c.version, t.version), coalesce(c.submissions, t.submissions), t.title,
                case when c.version is null then t.submitted_at else \(now) end, t.late
            from target t left join changed c on true
            """
        ) { row in
            let (outcome, version, number): (Outcome, Int, Int) = (try row.next(), try row.next(), try row.next())
            let (title, at, isLate): (String, Instant?, Bool) = (try row.next(), try row.next(), try row.next())
            return Submitted(
                outcome: outcome, version: version,
                receipt: at.map { at in
                    Receipt(
                        homework: homework, number: number, title: title, submittedAt: at, isLate: isLate,
                        isPrivate: filled.isPrivate, digest: filled.digest)
                })
        }
    }

    /// Takes a submission back, as long as nobody has answered it and it can be handed in again. From then on it is its
    /// author's alone, and so are its files (a trigger); what the partner has opened stays open (a trigger says so).
    static func takeBack(
        _ homework: ID<Homework>, of practice: ID<Practice>, ifVersion: Int, at now: Instant
    ) -> Query<Changed> {
        .row(
            """
            with target as materialized (
                select h.version, h.submissions, case
                    when h.state = 'draft' and h.submissions > 0 then 'repeated'
                    when homework_after('take_back', h.state) is null then homework_refusal('take_back', h.state)
                    when homework_is_closed(h.state, h.closes_at, \(now)) then 'closed'
                    when h.version <> \(ifVersion) then 'stale'
                    else 'accepted' end as outcome
                from homework h
                where h.practice_id = \(practice) and h.homework_id = \(homework)
                for no key update
            ), changed as (
                update homework h
                set state = homework_after('take_back', h.state), submitted_at = null, submitted_digest = null,
                    shared_at = null, private = false, version = h.version + 1
                from target t
                where h.practice_id = \(practice) and h.homework_id = \(homework) and t.outcome = 'accepted'
                returning h.version, h.submissions
            ), hidden as (
                update homework_answers a set withdrawn_at = \(now) from changed c
                where a.practice_id = \(practice) and a.homework_id = \(homework) and a.number = c.submissions
            )
            select t.outcome, coalesce(c.version, t.version), t.submissions,
                case when c.version is not null then \(now) end
            from target t left join changed c on true
            """
        ) { row in try Changed(&row) }
    }

    /// The receipt of the last submission, for its author.
    static func receipt(_ homework: ID<Homework>, of practice: ID<Practice>, at now: Instant) -> Query<Receipt> {
        .row(
            """
            select a.number, h.title, a.saved_at, \(isLate(at: now)), a.private, a.withdrawn_at, a.digest
            from homework h
                join homework_answers a on a.practice_id = h.practice_id and a.homework_id = h.homework_id
                    and a.number = h.submissions
            where h.practice_id = \(practice) and h.homework_id = \(homework) and a.number > 0
              and access.relation() = 'self'
            """
        ) { row in
            Receipt(
                homework: homework, number: try row.next(), title: try row.next(), submittedAt: try row.next(),
                isLate: try row.next(), isPrivate: try row.next(), withdrawnAt: try row.next(),
                digest: try row.next())
        }
    }

    /// Whether a piece came late, or is late now. What was in time once stays so.
    static func isLate(at now: Instant) -> SQL {
        "homework_is_late(h.first_submitted_at, h.submitted_at, h.due_at, h.late_at, \(now))"
    }

    /// The piece, locked, and what comes of handing these answers in.
    private static func target(
        for filled: Filled, _ homework: ID<Homework>, _ practice: ID<Practice>, _ ifVersion: Int?, _ now: Instant
    ) -> SQL {
        """
        target as materialized (
            select h.version, h.submissions, h.submitted_at, h.title, \(isLate(at: now)) as late,
                \(outcome(of: filled, homework, practice, ifVersion, now)) as outcome
            from homework h
            where h.practice_id = \(practice) and h.homework_id = \(homework)
            for no key update
        )
        """
    }

    private static func outcome(
        of filled: Filled, _ homework: ID<Homework>, _ practice: ID<Practice>, _ ifVersion: Int?, _ now: Instant
    ) -> SQL {
        """
        case
            when h.exercise_version_id <> \(filled.version) then 'exercise_version_mismatch'
            when homework_is_done(h.state) and h.submitted_digest = \(filled.digest) then 'repeated'
            when homework_after('submit', h.state) is null then homework_refusal('submit', h.state)
            when \(filled.isPrivate) and h.couple_id is null then 'not_couples_homework'
            when h.opens_at > \(now) then 'not_open_yet'
            when homework_is_closed(h.state, h.closes_at, \(now))
                and (\(filled.completedAt) < h.closes_at
                     and \(now) < h.closes_at + make_interval(hours => \(Int32(Filled.hoursAfterClosing)))) is not true then 'closed'
            when h.version <> \(ifVersion) then 'stale'
            when \(Attachment.isMissing(filled.attachments, of: homework, in: practice)) then 'attachment_missing'
            else 'accepted' end
        """
    }
}
