import JSON
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
