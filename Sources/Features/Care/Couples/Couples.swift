import JSON
import Practice
import WebAPI

extension Couple {
    /// A couple, as far as the caller's rule shows it.
    struct View: Sendable {
        let id: ID<Couple>
        let partners: [Partner]
        let version: Int
        let confidentiality: Confidentiality?
        let span: Span?
        /// Shown to the partners themselves: what each of them may see.
        let showsVisibility: Bool
    }

    struct Partner: Sendable {
        let clientID: ID<Client>
        let name: String
    }

    struct Span: Sendable {
        let from: Day?
        let until: Day?
    }

    /// Two clients who are to be treated together.
    struct New: Sendable {
        let clientIDs: [ID<Client>]
        let confidentiality: Confidentiality
        let from: Day?
        let counselorIDs: [ID<Account>]?

        init(_ body: inout JSONObjectReader) {
            let clientIDs = body.required("clientIds", .array(2...2, of: .id(Client.self)))
            self.clientIDs = clientIDs
            confidentiality = body.optional("confidentiality", .choice()) ?? .limited
            from = body.optional("from", .day(.plans))
            counselorIDs = body.optional("counselorIds", .array(0...8, of: .id(Account.self)))
            body.check(Set(clientIDs).count == clientIDs.count, "clientIds", "same", "These must be two people.")
        }
    }

    struct Change: Sendable {
        let confidentiality: Confidentiality?
        let from: Day?

        init(_ body: inout JSONObjectReader) {
            confidentiality = body.change("confidentiality", .choice())
            from = body.change("from", .day(.plans))
        }
    }

    /// Who sees what of a couple's matters.
    enum Visibility: String, CaseIterable, Sendable {
        case members, ownRecord = "own_record", partnersRecord = "partners_record"
        case coupleHomework = "couple_homework", toldAlone = "told_alone"

        func rule(_ confidentiality: Confidentiality) -> String {
            switch (self, confidentiality) {
            case (.members, _): "You and your partner see that you are treated as a couple."
            case (.ownRecord, _): "You see your own record. Your partner does not."
            case (.partnersRecord, _): "You do not see your partner's record."
            case (.coupleHomework, _):
                "Each answers alone. You see each other's answers when both have submitted and both have shared."
            case (.toldAlone, .noSecrets): "What one of you tells the counselor alone may be brought before both."
            case (.toldAlone, .limited):
                "What one of you tells the counselor alone is shared only if the counselor must."
            case (.toldAlone, .confidential): "What one of you tells the counselor alone stays with that person."
            }
        }
    }
}
