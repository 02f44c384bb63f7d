import JSON
import Postgres
import Practice

extension QuestionnaireLibrary {
    /// Puts those into a practice that it does not have yet; for who may write them, such as `seed.run`.
    public static func insert(
        into practice: ID<Practice>, at now: Instant, _ surroundings: Surroundings
    ) -> [Query<Int>] {
        all.map { entry in
            let version: ID<QuestionnaireVersion> = surroundings.id()
            let definition = JSONB(bytes: entry.questionnaire.json.bytes)
            return .run(
                """
                with added as (
                    insert into questionnaires (practice_id, code, title, current_version_id)
                    values (\(practice), \(entry.code), \(entry.title), \(version))
                    on conflict do nothing returning code)
                insert into questionnaire_versions
                    (practice_id, questionnaire_version_id, code, number, definition, published_at)
                select \(practice), \(version), code, 1, \(definition), \(now) from added
                """)
        }
    }
}
