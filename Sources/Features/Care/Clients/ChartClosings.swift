import JSON
import Postgres
import Practice
import WebAPI

extension Client {
    /// What is open of a client is asked about in these areas.
    enum OpenArea: String, Sendable, CaseIterable {
        case seats, waitlist, homework, invitations, account, couple, appointments, guardianships, careTeam
    }

    /// What becomes of something that is open.
    enum ClosingWord: String, Sendable, CaseIterable {
        case end, keep
    }

    /// What becomes of each area, where a client is to be in care no more.
    struct Closing: Sendable {
        let words: [(area: OpenArea, word: ClosingWord)]

        init(_ body: inout JSONObjectReader) {
            var words: [(area: OpenArea, word: ClosingWord)] = []
            for area in OpenArea.allCases {
                if let word = body.optional(area.rawValue, .choice(ClosingWord.self)) { words.append((area, word)) }
            }
            self.words = words
        }
    }

    /// Something that would go on by itself.
    struct OpenThing: Sendable {
        let area: String
        let kind: String
        let id: ID<Void>
        let name: String?
        let since: Day?
    }

    /// That a chart was closed, by a death or because somebody said so, and what was ended with it.
    struct ChartClosing: Sendable {
        let id: ID<ChartClosing>
        let cause: String
        let day: Day
        let kept: [String]
        let ended: [Ended]
        let closedAt: Instant
        let closedBy: ID<Account>?
        let reopenedAt: Instant?
        let reopenedBy: ID<Account>?

        struct Ended: Sendable {
            let kind: String
            let id: String
            let cameBack: Bool
            /// Whether it was not moved to the day of a death that is right, or not ended at all.
            let stayed: Bool
            /// Why it stayed: the owner of a sign-in goes on as somebody else here, or others stand in the way of the move.
            let reason: String?
        }
    }

    /// What the database says of the life of a client.
    static let lifeFaults: [String: FieldFault] = [
        "clients_die_after_birth": FieldFault("/diedOn", "out_of_range", lifeSpan),
        "clients_deceased_have_died": FieldFault(
            "/status", "contradicts_died_on",
            "Who has died on a day is deceased. If that was a mistake, set diedOn to null."),
        "clients_have_a_name": FieldFault("/givenName", "required", "A person has a given name or a family name."),
        "ends_with_account": FieldFault(
            "/closing/invitations", "ends_with_account",
            "Invitations open the account, and end with it: end both, or keep the account."),
        "open": FieldFault(
            "/closing", "open",
            "Something of this is open: say whether it ends or is kept (end, keep). It is listed under open-things."),
    ]
    private static let lifeSpan = "This must lie between the birth and today."
}

extension Client.ChartClosing.Ended {
    static func all(in json: JSONB) throws(Problem) -> [Self] {
        guard case .array(let things) = try JSONValue(parsing: json.bytes) else { throw .unexpected }
        return things.map { thing in
            let stayed = thing["stayed"] == .bool(true)
            return Self(
                kind: thing["kind"]?.text ?? "", id: thing["id"]?.text ?? "",
                cameBack: thing["cameBack"] == .bool(true), stayed: stayed,
                reason: thing["reason"]?.text ?? (stayed ? "not_moved" : nil))
        }
    }
}

extension Client.OpenThing: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("area", area)
            json.member("kind", kind)
            json.member("id", id)
            json.member("name", name)
            json.member("since", since)
        }
    }
}

extension Client.ChartClosing: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("cause", cause)
            json.member("day", day)
            json.array("kept", kept)
            json.array("ended", ended)
            json.member("closedAt", closedAt)
            json.member("closedBy", closedBy)
            json.member("reopenedAt", reopenedAt)
            json.member("reopenedBy", reopenedBy)
        }
    }
}

extension Client.ChartClosing.Ended: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("kind", kind)
            json.member("id", id)
            json.member("cameBack", cameBack)
            if stayed { json.member("stayed", stayed) }
            json.member("reason", ifPresent: reason)
        }
    }
}
