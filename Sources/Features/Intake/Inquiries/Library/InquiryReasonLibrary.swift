import Postgres
import Practice

/// The reasons for ending an inquiry that a new practice begins with. It words them anew, adds its own, and takes out of
/// use what it does not need.
public enum InquiryReasonLibrary {
    /// One reason.
    public struct Entry: Sendable {
        /// The word that programs and reports count by.
        public let code: String
        let label: String
        let states: [String]
        let needsText: Bool

        fileprivate init(_ code: String, _ label: String, _ states: [String], needsText: Bool = false) {
            self.code = code
            self.label = label
            self.states = states
            self.needsText = needsText
        }
    }

    /// All of them, by code.
    public static let all = [
        Entry("another_provider", "Found help elsewhere", ["withdrawn"]),
        Entry("conflict", "Nobody here is free of a conflict", ["declined", "referred"]),
        Entry("cost", "Cannot afford it, or insurance does not pay", ["referred", "withdrawn"]),
        Entry("higher_level_of_care", "Needs more care than we give", ["referred"]),
        Entry("no_answer", "Did not answer any more", ["withdrawn"]),
        Entry("no_capacity", "No counselor or seat is free", ["declined", "referred"]),
        Entry("not_now", "Does not want to begin now", ["withdrawn"]),
        Entry("other", "Another reason", ["declined", "referred", "withdrawn"], needsText: true),
        Entry("outside_region", "Lives where nobody here is licensed", ["declined", "referred"]),
        Entry("outside_scope", "Needs something else than we do", ["declined", "referred"]),
        Entry("sent_twice", "Was sent twice", ["withdrawn"]),
    ]
}
