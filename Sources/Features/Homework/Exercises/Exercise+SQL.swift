import Postgres
import Practice

extension Exercise {
    static func list(
        of practice: ID<Practice>, _ filter: Filter, after: (title: String, id: ID<Exercise>)?, limit: Int
    ) -> Query<[Item]> {
        var conditions: [SQL] = ["e.practice_id = \(practice)", "(e.retired_at is not null) = \(filter.isRetired)"]
        for tag in filter.tags {
            conditions.append(
                """
                exists (select from exercise_tags t
                        where t.practice_id = e.practice_id and t.exercise_id = e.exercise_id and \(tag))
                """)
        }
        switch filter.shelf {
        case .library: conditions.append("e.author_id is null")
        case .mine: conditions.append("e.author_id = access.account()")
        case nil: break
        }
        if let after { conditions.append("(e.title, e.exercise_id) > (\(after.title), \(after.id))") }
        return .rows(
            """
            select \(Item.columns)
            from exercises e join exercise_versions v
                on v.practice_id = e.practice_id and v.exercise_version_id = e.current_version_id
            where \(.joined(conditions, separator: " and "))
            order by e.title, e.exercise_id limit \(Int32(limit))
            """
        ) { try Item(&$0) }
    }

    static func read(_ exercise: ID<Exercise>, of practice: ID<Practice>) -> Query<Detail> {
        .row(
            """
            select \(Detail.columns)
            from exercises e join exercise_versions v
                on v.practice_id = e.practice_id and v.exercise_version_id = e.current_version_id
            where e.practice_id = \(practice) and e.exercise_id = \(exercise)
            """
        ) { try Detail(&$0) }
    }

    /// An exercise belongs to the library where the proven rule reaches the whole practice, else to its author.
    static func add(
        _ exercise: ID<Exercise>, _ version: ID<ExerciseVersion>, _ text: Text, to practice: ID<Practice>,
        at now: Instant
    ) -> Query<Int> {
        .run(
            """
            with added as (
                insert into exercises (practice_id, exercise_id, author_id, title, current_version_id, created_at)
                values (\(practice), \(exercise), case when access.whole() then null else access.account() end,
                        \(text.title), \(version), \(now)))
            insert into exercise_versions
                (practice_id, exercise_version_id, exercise_id, number, title, instructions, minutes, fields, risks,
                 published_at)
            values (\(practice), \(version), \(exercise), 1, \(text.title), \(text.instructions),
                    \(text.minutes.map { Int16($0) }), \(text.fields), \(text.risks), \(now))
            """)
    }

    /// Puts an exercise that Cairn ships into a practice, unless the practice has one of this title.
    static func ship(
        _ exercise: ID<Exercise>, _ version: ID<ExerciseVersion>, _ text: Text, to practice: ID<Practice>,
        at now: Instant
    ) -> Query<Int> {
        .run(
            """
            with added as (
                insert into exercises (practice_id, exercise_id, title, current_version_id, created_at)
                select \(practice), \(exercise), \(text.title), \(version), \(now)
                where not exists (select from exercises e where e.practice_id = \(practice)
                                  and e.author_id is null and e.title = \(text.title))
                returning exercise_id)
            insert into exercise_versions
                (practice_id, exercise_version_id, exercise_id, number, title, instructions, minutes, fields, risks,
                 published_at)
            select \(practice), \(version), exercise_id, 1, \(text.title), \(text.instructions),
                \(text.minutes.map { Int16($0) }), \(text.fields), \(text.risks), \(now)
            from added
            """)
    }

    /// Holds an exercise until the end of the transaction. A statement of its own, since the number of the next version is
    /// counted in another table.
    static func hold(_ exercise: ID<Exercise>, of practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            select from exercises where practice_id = \(practice) and exercise_id = \(exercise) for no key update
            """)
    }

    /// Whether it is in use, after ``hold(_:of:)``. No row where the exercise is not the caller's.
    static func publish(
        _ version: ID<ExerciseVersion>, _ text: Text, of exercise: ID<Exercise>, in practice: ID<Practice>,
        at now: Instant
    ) -> Query<Bool> {
        .row(
            """
            with target as materialized (
                select e.retired_at is null as in_use
                from exercises e
                where e.practice_id = \(practice) and e.exercise_id = \(exercise)
                for no key update
            ), changed as (
                update exercises e
                set current_version_id = \(version), title = \(text.title), version = e.version + 1
                from target t
                where e.practice_id = \(practice) and e.exercise_id = \(exercise) and t.in_use
                returning e.exercise_id
            ), published as (
                insert into exercise_versions
                    (practice_id, exercise_version_id, exercise_id, number, title, instructions, minutes, fields, risks,
                     published_at)
                select \(practice), \(version), c.exercise_id,
                    (select max(v.number) + 1 from exercise_versions v
                     where v.practice_id = \(practice) and v.exercise_id = \(exercise)),
                    \(text.title), \(text.instructions), \(text.minutes.map { Int16($0) }), \(text.fields), \(text.risks),
                    \(now)
                from changed c
            )
            select in_use from target
            """
        ) { try $0.next() }
    }

    static func retire(
        _ isRetired: Bool, _ exercise: ID<Exercise>, of practice: ID<Practice>, ifVersion: Int, at now: Instant
    ) -> Query<Bool> {
        .row(
            """
            update exercises e
            set retired_at = case when \(isRetired) then coalesce(e.retired_at, \(now)) end, version = \(ifVersion + 1)
            where e.practice_id = \(practice) and e.exercise_id = \(exercise)
            returning true
            """
        ) { try $0.next() }
    }
}
