import JSON
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
        /// The item rules, as ``Form/watched(by:)`` reads them.
        public let risks: JSONValue

        init(_ title: String, minutes: Int, _ instructions: String, fields: [JSONValue], risks: [JSONValue] = []) {
            self.title = title
            self.instructions = instructions
            self.minutes = minutes
            self.fields = .array(fields)
            self.risks = .array(risks)
        }
    }

    /// An entry on its way into a practice.
    public struct Shipped: Sendable {
        /// The entry's title.
        public let title: String
        /// The version that is made of it.
        public let version: ID<ExerciseVersion>
        /// What puts it there.
        public let query: Query<Int>
    }

    /// All of them, by title.
    public static let all: [Entry] = [
        activeListening, boundaries, dailyRecovery, empathyLetter, fanos, gratitude, safetyPlan, threeCircles,
        triggerMap, values,
    ]

    /// Puts those into a practice whose titles its own exercises do not have, retired ones neither; for who may write
    /// them, such as `seed.run`.
    ///
    /// - Throws: ``FieldFaults`` when an entry is not a form, which a test rules out.
    public static func insert(
        into practice: ID<Practice>, at now: Instant, _ surroundings: Surroundings
    ) throws(FieldFaults) -> [Shipped] {
        var shipped: [Shipped] = []
        for entry in all {
            let text = Exercise.Text(
                title: entry.title, instructions: entry.instructions, minutes: entry.minutes,
                form: try Form(entry.fields).watched(by: entry.risks))
            let version = surroundings.id(ExerciseVersion.self)
            shipped.append(
                Shipped(
                    title: entry.title, version: version,
                    query: Exercise.ship(surroundings.id(), version, text, to: practice, at: now)))
        }
        return shipped
    }
}
