import Postgres
import Practice

/// The questionnaires that every practice begins with: their items are in the public domain.
public enum QuestionnaireLibrary {
    /// One questionnaire of the library.
    public struct Entry: Sendable {
        /// The name in paths: `phq-9`.
        public let code: String
        /// The name that people read.
        public let title: String
        let questionnaire: Questionnaire
    }

    /// All of them, by code.
    public static let all: [Entry] = [gad7, phq9]

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

    static let frequency: [Questionnaire.Choice] = [
        .init(value: 0, label: "Not at all"), .init(value: 1, label: "Several days"),
        .init(value: 2, label: "More than half the days"), .init(value: 3, label: "Nearly every day"),
    ]

    /// "No permission required to reproduce, translate, display or distribute": printed on both instruments.
    static let source = """
        Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues. No permission required to \
        reproduce, translate, display or distribute.
        """

    static let instructions = "Over the last 2 weeks, how often have you been bothered by the following problems?"
}
