/// One question of an exercise.
public struct Field: Sendable, Hashable {
    /// The name under which the answer is kept: 1 to 40 lower-case letters, digits and `_`, unique in its form.
    public let key: String
    /// The question as the client reads it.
    public let label: String
    /// What helps to answer it.
    public let help: String?
    /// Whether the homework can be submitted without an answer.
    public let isRequired: Bool
    /// What must have been answered before for this to be asked; nil where it is always asked.
    public let condition: Condition?
    /// What an answer looks like.
    public let kind: Kind

    /// What an answer looks like, and its limits.
    public enum Kind: Sendable, Hashable {
        /// One line of text, in characters.
        case shortText(maxLength: Int)
        /// Text of several lines.
        case longText(maxLength: Int)
        case number(minimum: Double?, maximum: Double?, isWhole: Bool)
        /// Whole numbers, with words for both ends.
        case scale(minimum: Int, maximum: Int, minimumLabel: String?, maximumLabel: String?)
        case singleChoice([Choice])
        case multipleChoice([Choice], minimum: Int, maximum: Int)
        case yesNo
        case date(earliest: Day?, latest: Day?)
        /// A time on the wall clock.
        case time
        /// Rows, each with a simple answer for each column; what a column requires, each row that says anything has.
        case table(columns: [Field], minimumRows: Int, maximumRows: Int)
        /// Attachments: an array of their ids.
        case file(maximumFiles: Int, accepts: Set<Media>)
        /// One picture: an array of the one id of an attachment.
        case drawing
    }

    /// What an attachment may be.
    public enum Media: String, Sendable, Hashable, CaseIterable {
        case image, pdf, audio
    }

    /// One of the answers to choose from.
    public struct Choice: Sendable, Hashable {
        /// What is kept.
        public let value: String
        /// What the client reads.
        public let label: String

        /// A choice.
        public init(_ value: String, _ label: String) {
            self.value = value
            self.label = label
        }
    }
}

/// The questions of one version of an exercise.
public struct Form: Sendable, Hashable {
    /// The questions in the order in which they are asked: 1 to 100.
    public let fields: [Field]
    /// The item rules: what in the answers somebody should look at before the review. Clients never see them.
    public let risks: [Condition]

    init(fields: [Field], risks: [Condition] = []) {
        self.fields = fields
        self.risks = risks
    }

    /// What the answers are for.
    public enum Stage: Sendable, Hashable {
        /// To be continued: what is there must be of its kind, and everything may be missing.
        case draft
        /// To be handed in: what is required must be there, and something must be.
        case submission
    }
}
