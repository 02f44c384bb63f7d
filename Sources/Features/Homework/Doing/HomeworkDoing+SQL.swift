import Postgres
import Practice

// What people do with a piece, and the two keys of a couple's. Each statement locks the row, decides on what the row is
// then, and changes it only if all is well; so that of two who come at once the second sees what the first has done.

extension Homework {
    /// Whether the piece asks the questions of a version: asked before its faults are told to anybody.
    static func asks(_ version: ID<ExerciseVersion>, _ homework: ID<Homework>, of practice: ID<Practice>) -> Query<Bool>
    {
        .row(
            """
            select h.exercise_version_id = \(version) from homework h
            where h.practice_id = \(practice) and h.homework_id = \(homework)
            """
        ) { try $0.next() }
    }

    /// Holds both partners' pieces of a couple's due date, in one order always: goes before whatever turns a key or may take
    /// an answer from the partner. Of other homework it holds nothing.
    static func holdBoth(_ homework: ID<Homework>) -> Query<Int> {
        .run("select from access.hold_both_pieces(\(homework))")
    }

    /// Turns one of the two keys of a couple's homework, or turns it back, after ``holdBoth(_:)``.
    static func share(
        _ isShared: Bool, _ homework: ID<Homework>, of practice: ID<Practice>, ifVersion: Int, at now: Instant
    ) -> Query<Changed> {
        .row(
            """
            with target as materialized (
                select h.version, h.shared_at, case
                    when h.couple_id is null then 'not_couples_homework'
                    when \(isShared) and homework_after('share', h.state) is null
                        then homework_refusal('share', h.state)
                    when \(isShared) and h.private then 'kept_private'
                    when (h.shared_at is not null) = \(isShared) then 'repeated'
                    when h.version <> \(ifVersion) then 'stale'
                    else 'accepted' end as outcome
                from homework h
                where h.practice_id = \(practice) and h.homework_id = \(homework)
                for no key update
            ), changed as (
                update homework h
                set shared_at = case when \(isShared) then \(now) end, version = h.version + 1
                from target t
                where h.practice_id = \(practice) and h.homework_id = \(homework) and t.outcome = 'accepted'
                returning h.version, h.shared_at
            )
            select t.outcome, coalesce(c.version, t.version), 0,
                case when c.version is null then t.shared_at else c.shared_at end
            from target t left join changed c on true
            """
        ) { row in try Changed(&row) }
    }

    /// The partner's piece, once both keys are turned.
    static func partnerHomework(beside homework: ID<Homework>) -> Query<ID<Homework>?> {
        .row("select access.partner_homework(\(homework))") { try $0.next() }
    }
}
