import JSON
import Postgres
import Practice
import WebAPI

/// A practice's rule for one audience: what is asked of them, and what must be in force before anything begins.
struct ConsentPacket: Sendable {
    let audience: String
    let kinds: [String]
    let required: [String]
    let guardians: Guardians
    let version: Int

    /// How many of a minor's guardians with the scope `consent` must sign.
    enum Guardians: String, Sendable, CaseIterable, PostgresWord {
        case one, all
    }

    struct Change: Sendable {
        let kinds: [String]
        let required: [String]
        let guardians: Guardians

        init(_ body: inout JSONObjectReader) {
            let kinds = body.required("kinds", .array(0...20, of: .consentKind))
            let required = body.required("required", .array(0...20, of: .consentKind))
            (self.kinds, self.required) = (kinds, required)
            guardians = body.optional("guardians", .choice()) ?? .all
            body.check(Set(kinds).count == kinds.count, "kinds", "repeated", "Each kind once.")
            body.check(
                Set(kinds).isSuperset(of: required), "required", "not_asked_for",
                "What is required must be among the kinds that are asked for.")
        }

        init(kinds: [String], required: [String], guardians: Guardians = .all) {
            (self.kinds, self.required, self.guardians) = (kinds, required, guardians)
        }
    }
}
