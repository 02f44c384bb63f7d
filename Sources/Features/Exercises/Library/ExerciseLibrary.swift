import Postgres
import Practice

/// The exercises that a new practice begins with, in our own words.
public enum ExerciseLibrary {
    /// One exercise of the library.
    public struct Entry: Sendable {
        /// What the client reads above the questions.
        public let title: String
        public let instructions: String
        /// About how long it takes.
        public let minutes: Int
        /// The questions, as ``Form/init(_:)`` reads them.
        public let fields: JSONValue

        init(_ title: String, minutes: Int, _ instructions: String, fields: [JSONValue]) {
            self.title = title
            self.instructions = instructions
            self.minutes = minutes
            self.fields = .array(fields)
        }
    }

    /// All of them, by title.
    public static let all: [Entry] = [
        activeListening, boundaries, dailyRecovery, empathyLetter, fanos, gratitude, safetyPlan, threeCircles,
    ]

    /// Puts the whole library into a practice; for who may write its exercises, such as `seed.run`.
    ///
    /// - Throws: ``FieldFaults`` when an entry is not a form, which a test rules out.
    public static func insert(
        into practice: ID<Practice>, at now: Instant, _ surroundings: Surroundings
    ) throws -> [(title: String, version: ID<ExerciseVersion>, query: Query<Int>)] {
        try all.map { entry in
            let text = Exercise.Text(
                title: entry.title, instructions: entry.instructions, minutes: entry.minutes,
                form: try Form(entry.fields))
            let version = surroundings.id(ExerciseVersion.self)
            return (
                entry.title, version, Exercise.add(surroundings.id(), version, text, to: practice, at: now)
            )
        }
    }
}

/// Questions, written shortly.
extension ExerciseLibrary {
    static func line(_ key: String, _ label: String, _ help: String? = nil, required: Bool = false) -> JSONValue {
        question(key, label, help, "shortText", required, [JSONMember("maxLength", 300)])
    }

    static func text(_ key: String, _ label: String, _ help: String? = nil, required: Bool = false) -> JSONValue {
        question(key, label, help, "longText", required, [JSONMember("maxLength", 5_000)])
    }

    static func letter(_ key: String, _ label: String, _ help: String? = nil) -> JSONValue {
        question(key, label, help, "longText", true, [JSONMember("maxLength", 20_000)])
    }

    static func scale(
        _ key: String, _ label: String, from low: String, to high: String, required: Bool = false
    ) -> JSONValue {
        question(
            key, label, nil, "scale", required,
            [
                JSONMember("minimum", 1), JSONMember("maximum", 10), JSONMember("minimumLabel", .text(low)),
                JSONMember("maximumLabel", .text(high)),
            ])
    }

    static func yesNo(_ key: String, _ label: String, _ help: String? = nil, required: Bool = false) -> JSONValue {
        question(key, label, help, "yesNo", required, [])
    }

    static func time(_ key: String, _ label: String) -> JSONValue {
        question(key, label, nil, "time", false, [])
    }

    static func date(_ key: String, _ label: String) -> JSONValue {
        question(key, label, nil, "date", false, [])
    }

    static func several(_ key: String, _ label: String, _ choices: KeyValuePairs<String, String>) -> JSONValue {
        question(key, label, "Choose as many as are true.", "multipleChoice", false, [self.choices(choices)])
    }

    static func one(
        _ key: String, _ label: String, _ choices: KeyValuePairs<String, String>, required: Bool = false
    ) -> JSONValue {
        question(key, label, nil, "singleChoice", required, [self.choices(choices)])
    }

    private static func choices(_ choices: KeyValuePairs<String, String>) -> JSONMember {
        JSONMember(
            "choices",
            .array(
                choices.map { value, label in
                    .object([JSONMember("value", .text(value)), JSONMember("label", .text(label))])
                }))
    }

    private static func question(
        _ key: String, _ label: String, _ help: String?, _ type: String, _ isRequired: Bool, _ limits: [JSONMember]
    ) -> JSONValue {
        var members = [JSONMember("key", .text(key)), JSONMember("label", .text(label))]
        if let help { members.append(JSONMember("help", .text(help))) }
        members += [JSONMember("type", .text(type)), JSONMember("required", .bool(isRequired))]
        return .object(members + limits)
    }
}
