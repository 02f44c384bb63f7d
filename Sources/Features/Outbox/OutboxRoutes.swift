import HTTPTypes
import Practice
import WebAPI

/// What leaves the practice by mail, and what is kept for the desk to hand over.
struct OutboxRoutes: RouteGroup {
    private let publicURL: String?

    init(_ settings: FeatureSettings) {
        publicURL = settings.publicURL
    }

    var routes: [Route] {
        [
            .get("/v1/outbox", "inquiry.read", of: .practice, list),
            .get("/v1/outbox/{letterId}", "inquiry.read", of: .letter("letterId"), read),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let filter = try call.query(Letter.Filter.init)
        let letters = try await call.run(Letter.Listed.list(filter, call))
        return call.page(filter.page, letters) { PageKey($0.createdAt, $0.id) }
    }

    /// The link is told as long as the letter has not gone; what else is in letters is nothing for the desk.
    private func read(_ call: Call) async throws -> Answer {
        let letter = try await call.run(Letter.Listed.one(call.id("letterId"), call))
        guard let sealed = letter.sealed else { return .json(.ok, LetterAnswer(letter: letter)) }
        let vault = try await call.vault()
        let content: LetterContent
        do {
            content = try LetterContent(opening: sealed, of: letter.id, .invitation, with: vault)
        } catch { throw Problem.unexpected }
        return .json(
            .ok,
            LetterAnswer(letter: letter, to: content.address, link: (publicURL ?? "") + content.path))
    }
}

private struct LetterAnswer: JSONWritable {
    let letter: Letter.Listed
    var to: String?
    var link: String?

    func write(to json: inout JSONWriter) {
        json.object { json in
            letter.write(members: &json)
            json.member("to", to)
            json.member("link", link)
        }
    }
}

extension Letter.Listed: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { write(members: &$0) }
    }

    fileprivate func write(members json: inout JSONWriter) {
        json.member("id", id)
        json.member("state", state)
        json.member("reason", reason)
        json.member("stateSince", stateSince)
        json.member("createdAt", createdAt)
        json.member("expiresAt", expiresAt)
        json.member("nextAttemptAt", nextAttemptAt)
        json.member("accountId", accountID)
        json.member("name", name)
        json.member("clientId", clientID)
    }
}
