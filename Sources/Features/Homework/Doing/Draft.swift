import JSON
import Postgres
import Practice
import WebAPI

// A draft is kept field by field: two devices that write in different fields do not meet, and where they meet in one,
// both texts stay until the client has seen both.

extension Homework {
    /// Fields of a draft as a device sends them, checked and sealed.
    struct DraftSave: Sendable {
        var version: ID<ExerciseVersion>
        /// The revision of the draft that the device has seen; 0 for none.
        var base: Int
        /// When the client wrote this, by the device's clock, where it is sent later.
        var writtenAt: Instant?
        var keys: [String] = []
        var sealed: [[UInt8]] = []
        /// What the same text in the same field has again.
        var digests: [[UInt8]] = []

        /// All that a draft may have, in bytes: what is kept of conflicts counts.
        static let sizeLimit = 1_048_576
    }

    /// What a save came to.
    struct DraftKept: Sendable {
        var outcome: Outcome
        var version: Int
        var revision: Int
        var status: Status
        /// Whether it came after the piece was handed in, or its time was over.
        var isLate: Bool
    }

    /// One field of a draft, as it is kept.
    struct DraftField: Sendable {
        var key: String
        var sealed: [UInt8]
        var savedAt: Instant
        var writtenAt: Instant?
        /// Another device wrote over it without having seen it.
        var isKept: Bool

        func opened(_ homework: ID<Homework>, _ vault: Vault) throws(KeyError) -> OpenedField {
            OpenedField(
                key: key, answer: try vault.open(sealed, at: .draftField(key, of: homework)), savedAt: savedAt,
                writtenAt: writtenAt)
        }
    }

    /// A field with its text.
    struct OpenedField: JSONWritable {
        var key: String
        /// JSON; null where the text was taken away.
        var answer: [UInt8]
        var savedAt: Instant
        var writtenAt: Instant?

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("key", key)
                json.member("answer") { $0.raw(answer) }
                json.member("savedAt", savedAt)
                json.member("writtenAt", writtenAt)
            }
        }
    }

    /// A draft as its author reads it: the last submission, or the draft of an earlier version of Cairn, and over it the
    /// fields that were saved since.
    struct OpenedDraft: JSONWritable {
        var revision: Int
        var savedAt: Instant
        var answers: JSONValue
        /// Those that were saved since.
        var fields: [OpenedField]
        /// Texts that another device wrote over.
        var conflicts: [OpenedField]
        /// Whether there is more in it than in what it lies over.
        var saysMore: Bool

        /// Nil where there is nothing to go on with.
        init?(
            revision: Int, over below: OpenedAnswers?, _ fields: [DraftField], of homework: ID<Homework>, _ vault: Vault
        ) throws {
            guard let savedAt = (fields.map(\.savedAt) + [below?.savedAt].compactMap(\.self)).max() else { return nil }
            self.revision = revision
            self.savedAt = savedAt
            let opened = try fields.map { ($0.isKept, try $0.opened(homework, vault)) }
            self.fields = opened.filter { !$0.0 }.map(\.1)
            conflicts = opened.filter(\.0).map(\.1)
            let lower = try below.map { try JSONValue(parsing: $0.json) }
            var members: [JSONMember] = []
            if case .object(let given)? = lower { members = given }
            for field in self.fields {
                let text = try JSONValue(parsing: field.answer)
                members.set(field.key, text == .null ? Optional.none : text)
            }
            answers = .object(members)
            saysMore = !conflicts.isEmpty || answers != lower
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("revision", revision)
                json.member("savedAt", savedAt)
                json.member("answers", answers)
                json.member("fields") { json in
                    json.array { json in
                        for field in fields { json.element(FieldTimes(field: field)) }
                    }
                }
                json.array("conflicts", conflicts)
            }
        }
    }

    private struct FieldTimes: JSONWritable {
        var field: OpenedField

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("key", field.key)
                json.member("savedAt", field.savedAt)
                json.member("writtenAt", field.writtenAt)
            }
        }
    }
}

extension Homework.DraftKept {
    /// What the client has to know where the text came too late to be a part of the piece.
    var notice: String? {
        guard isLate else { return nil }
        return switch status {
        case .submitted:
            """
            This was handed in meanwhile. What you wrote is kept as a draft that only you can read: take the submission \
            back, and hand it in again with it.
            """
        case .reviewed:
            """
            This was reviewed meanwhile. What you wrote is kept as a draft that only you can read: bring it to your next \
            appointment.
            """
        default:
            """
            The time for this homework is over. What you wrote is kept as a draft that only you can read: ask your \
            counselor for more time.
            """
        }
    }
}

extension Place {
    /// A field's text opens in its field and nowhere else.
    static func draftField(_ key: String, of homework: ID<Homework>) -> Place {
        Place("homework_draft_fields", key, homework)
    }
}

extension [JSONMember] {
    fileprivate mutating func set(_ name: String, _ value: JSONValue?) {
        let member = value.map { JSONMember(name, $0) }
        guard let index = firstIndex(where: { $0.name == name }) else {
            return append(contentsOf: [member].compactMap(\.self))
        }
        replaceSubrange(index...index, with: [member].compactMap(\.self))
    }
}
