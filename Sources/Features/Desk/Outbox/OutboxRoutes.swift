import HTTPTypes
import JSON
import Postgres
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
            .get("/v1/outbox/{letterId}", "inquiry.read", of: .letter("letterId"), read).tellingSecrets(),
            .post("/v1/outbox/{letterId}/sending", "inquiry.change", of: .letter("letterId"), sendAgain),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let filter = try call.query(Letter.Filter.init)
        let (letters, total) = try await call.run(
            Letter.Listed.list(filter, in: call.practiceID), Letter.Listed.total(filter, in: call.practiceID))
        return call.page(filter.page, letters, total: total) { PageKey($0.createdAt, $0.id) }
    }

    /// The address is told as long as the letter has not gone; the link once, where it is told at all; what else is in
    /// letters is nothing for the desk.
    private func read(_ call: Call) async throws -> Answer {
        let id: ID<Letter> = call.id("letterId")
        let (letter, sealed) = try await call.run(
            Letter.Listed.one(id, in: call.practiceID),
            Letter.Listed.link(id, audit: call.newProvenRequest(), at: call.now))
        guard let sealed else { return .json(.ok, LetterAnswer(letter: letter)) }
        let vault = try await call.vault()
        let content: LetterContent
        do { content = try LetterContent(opening: sealed, of: id, .invitation, with: vault) } catch {
            throw Problem.unexpected
        }
        return .json(.ok, LetterAnswer(letter: letter, link: (publicURL ?? "") + content.path))
    }

    /// What was told to nobody yet stays so: the token is not in the answer.
    private func sendAgain(_ call: Call) async throws -> Answer {
        let vault = try await call.vault()
        let again = NewInvitation(to: .nil, call)
        let letter = try await call.transaction { transaction, _ in
            let sent = try await transaction.pipeline(
                Letter.Listed.sendAgain(call.id("letterId"), again, vault, audit: call.newProvenRequest(), at: call.now)
            )
            return try await transaction.pipeline(Letter.Listed.one(sent, in: call.practiceID))
        }
        return .created(at: "/v1/outbox/\(letter.id)", letter)
    }
}

private struct LetterAnswer: JSONWritable {
    let letter: Letter.Listed
    var link: String?

    func write(to json: inout JSONWriter) {
        json.object { json in
            letter.write(members: &json)
            json.member("to", letter.to)
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
        json.member("state", state.rawValue)
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
