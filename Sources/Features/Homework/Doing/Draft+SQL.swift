import Postgres
import Practice

// Saving a draft is three statements in one segment: the lock, the save, and what others wrote. The lock is a statement of
// its own because a statement that waits for a row sees that row as it is then, but all other tables as they were when it
// began: it would miss the fields that another device has saved meanwhile.

extension Homework {
    /// Holds the piece until the end of the transaction.
    static func lock(_ homework: ID<Homework>, of practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            select from homework h
            where h.practice_id = \(practice) and h.homework_id = \(homework)
            for no key update
            """)
    }

    /// Saves fields, after ``lock(_:of:)``. A text that the device has seen, or that says the same, is written over; one that
    /// it has not seen stays as kept, until the field is saved by who has seen both.
    static func saveDraft(
        _ save: DraftSave, of homework: ID<Homework>, of practice: ID<Practice>, at now: Instant
    ) -> Query<DraftKept> {
        .row(
            """
            with \(target(save, homework, practice, now)), \(sent(save, homework, practice)), gone as (
                delete from homework_draft_fields f using sent s, target t
                where f.practice_id = \(practice) and f.homework_id = \(homework) and f.key = s.key
                  and case when f.kept
                      then f.digest = s.digest or (f.revision <= t.seen and s.present <= t.seen)
                      else s.is_new and f.revision <= t.seen end
                returning f.key
            ), kept as (
                update homework_draft_fields f set kept = true from sent s, target t
                where f.practice_id = \(practice) and f.homework_id = \(homework) and f.key = s.key
                  and not f.kept and s.is_new and f.revision > t.seen
                returning f.key
            ), added as (
                insert into homework_draft_fields
                    (practice_id, homework_id, key, revision, client_id, couple_id, group_id, answer, digest, written_at,
                     saved_at)
                select \(practice), \(homework), s.key, t.revision, t.client_id, t.couple_id, t.group_id, s.answer,
                    s.digest, \(save.writtenAt.map { min($0, now) }), \(now)
                from target t cross join sent s
                -- Asked for, so that what makes room for these is done before.
                where s.is_new and (select count(*) from gone) >= 0 and (select count(*) from kept) >= 0
                returning key
            ), \(piece(homework, practice))
            select t.outcome, coalesce(b.version, t.version), coalesce(b.draft_revision, t.revision - 1),
                case when t.status = 'open' and b.version is not null then 'draft' else t.status end, t.is_late
            from target t left join begun b on true
            """
        ) { row in
            DraftKept(
                outcome: try row.next(), version: try row.next(), revision: try row.next(), status: try row.next(),
                isLate: try row.next())
        }
    }

    /// The fields that are sent, each with what stands there now.
    private static func sent(_ save: DraftSave, _ homework: ID<Homework>, _ practice: ID<Practice>) -> SQL {
        """
        sent as materialized (
            select s.key, s.answer, s.digest, coalesce(p.revision, 0) as present,
                p.digest is distinct from s.digest as is_new
            from target t
                cross join unnest(\(save.keys)::text[], \(save.sealed)::bytea[], \(save.digests)::bytea[])
                    as s (key, answer, digest)
                left join homework_draft_fields p
                    on p.practice_id = \(practice) and p.homework_id = \(homework) and p.key = s.key and not p.kept
            where t.outcome = 'accepted'
        )
        """
    }

    /// What the device has to know after a save: the texts that are kept beside the present ones, and what others have
    /// saved since what it has seen, in fields that it has not sent.
    static func others(than save: DraftSave, of homework: ID<Homework>, of practice: ID<Practice>) -> Query<
        [DraftField]
    > {
        .rows(
            """
            select f.key, f.answer, f.saved_at, f.written_at, f.kept
            from homework h join homework_draft_fields f using (practice_id, homework_id)
            where h.practice_id = \(practice) and h.homework_id = \(homework)
              and (f.kept or (f.key <> all (\(save.keys))
                  and f.revision > case when \(save.base) <= h.draft_revision then \(save.base) else 0 end))
            order by f.key, f.revision
            """
        ) { try DraftField(&$0) }
    }

    /// The whole draft, for its author.
    static func draftFields(_ homework: ID<Homework>, of practice: ID<Practice>) -> Query<[DraftField]> {
        .rows(
            """
            select f.key, f.answer, f.saved_at, f.written_at, f.kept from homework_draft_fields f
            where f.practice_id = \(practice) and f.homework_id = \(homework) and (select access.relation()) = 'self'
            order by f.key, f.revision
            """
        ) { try DraftField(&$0) }
    }

    /// What becomes of a draft when the piece is handed in: what was handed in, and what the device has seen, is done with;
    /// what another device has saved stays as kept.
    static func settleDraft(
        _ filled: Filled, of homework: ID<Homework>, of practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            with done as materialized (
                select f.key, f.revision, f.digest = any (\(filled.fieldDigests))
                    or (f.revision <= \(filled.base) and \(filled.base) <= h.draft_revision) as is_settled
                from homework h join homework_draft_fields f using (practice_id, homework_id)
                where h.practice_id = \(practice) and h.homework_id = \(homework)
                  and h.submitted_digest = \(filled.digest) and h.submitted_at = \(now)
            ), gone as (
                delete from homework_draft_fields f using done d
                where f.practice_id = \(practice) and f.homework_id = \(homework)
                  and (f.key, f.revision) = (d.key, d.revision) and d.is_settled
            )
            update homework_draft_fields f set kept = true from done d
            where f.practice_id = \(practice) and f.homework_id = \(homework)
              and (f.key, f.revision) = (d.key, d.revision) and not d.is_settled and not f.kept
            """)
    }

    /// The piece, judged. A device that claims to have seen what is not there yet has seen nothing for sure.
    private static func target(
        _ save: DraftSave, _ homework: ID<Homework>, _ practice: ID<Practice>, _ now: Instant
    ) -> SQL {
        """
        target as materialized (
            select h.client_id, h.couple_id, h.group_id, h.version, h.state, h.draft_revision + 1 as revision, s.seen,
                homework_status(h.state, h.opens_at, h.closes_at, \(now)) as status,
                homework_is_done(h.state) or homework_is_closed(h.state, h.closes_at, \(now)) as is_late,
                case
                    when h.exercise_version_id <> \(save.version) then 'exercise_version_mismatch'
                    when homework_after('draft', h.state) is null then homework_refusal('draft', h.state)
                    when h.state = 'assigned' and h.opens_at > \(now) then 'not_open_yet'
                    when \(save.size) + (
                        select coalesce(sum(octet_length(f.answer) + 100), 0) from homework_draft_fields f
                        where f.practice_id = \(practice) and f.homework_id = \(homework)
                          and not (f.key = any (\(save.keys)) and f.revision <= s.seen)) > \(DraftSave.sizeLimit)
                        then 'draft_full'
                    else 'accepted' end as outcome
            from homework h cross join lateral (
                select case when \(save.base) <= h.draft_revision then \(save.base) else 0 end as seen) s
            where h.practice_id = \(practice) and h.homework_id = \(homework)
        )
        """
    }

    /// The piece's own part of a save. Only the first changes its version: that there is a draft, others see.
    private static func piece(_ homework: ID<Homework>, _ practice: ID<Practice>) -> SQL {
        """
        begun as (
            update homework h
            set state = homework_after('draft', t.state), draft_revision = t.revision,
                version = h.version + (homework_after('draft', t.state) <> t.state)::int
            from target t
            where h.practice_id = \(practice) and h.homework_id = \(homework) and exists (select from added)
            returning h.version, h.draft_revision
        )
        """
    }
}

extension Homework.DraftField {
    fileprivate init(_ row: inout Row) throws(PostgresError) {
        key = try row.next()
        sealed = try row.next()
        savedAt = try row.next()
        writtenAt = try row.next()
        isKept = try row.next()
    }
}

extension Homework.DraftSave {
    fileprivate var size: Int { sealed.reduce(0) { $0 + $1.count + 100 } }
}
