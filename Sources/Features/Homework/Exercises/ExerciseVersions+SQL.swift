import Postgres
import Practice

extension Exercise.Version {
    private static let columns: SQL = "v.exercise_version_id, v.number, v.title, v.minutes, v.published_at"

    /// The newest first.
    static func list(
        of exercise: ID<Exercise>, in practice: ID<Practice>, before number: Int?, limit: Int
    ) -> Query<[Exercise.Version]> {
        .rows(
            """
            select \(columns) from exercise_versions v
            where v.practice_id = \(practice) and v.exercise_id = \(exercise)
              and (v.number < \(number)) is not false
            order by v.number desc limit \(Int32(limit))
            """
        ) { try Exercise.Version(&$0) }
    }

    static func read(
        _ version: ID<ExerciseVersion>, of exercise: ID<Exercise>, in practice: ID<Practice>
    ) -> Query<Exercise.VersionText> {
        .row(
            """
            select \(columns), v.exercise_id, v.instructions, v.fields, v.risks from exercise_versions v
            where v.practice_id = \(practice) and v.exercise_id = \(exercise)
              and v.exercise_version_id = \(version)
            """
        ) { try Exercise.VersionText(&$0) }
    }
}
