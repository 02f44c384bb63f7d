import Crypto
import HTTPTypes
import JSON
import NIOCore
import Postgres
import Practice
import Synchronization

import Foundation

/// The `Idempotency-Key` of a request: 1 to 255 printable ASCII characters. Only its keyed hash is kept.
public struct IdempotencyKey: Sendable {
    /// A keyed hash of the key.
    public let hash: [UInt8]
    /// A keyed hash of the query and the body: the same key with another body is a mistake of the caller.
    public let bodyHash: [UInt8]

    /// Reads the field; nil when there is none.
    init?(_ call: Call) throws(Problem) {
        let fields = call.headers[values: .idempotencyKey]
        guard let field = fields.first else { return nil }
        guard fields.count == 1, (1...255).contains(field.utf8.count),
            field.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            throw Problem(
                .badRequest, "malformed_idempotency_key",
                "Idempotency-Key must be one field of 1 to 255 printable ASCII characters.")
        }
        hash = call.keys.idempotency.code(for: Array("key\0\(field)".utf8))
        let query = call.query.map { "?\($0)\0" } ?? ""
        bodyHash = call.keys.idempotency.code(
            for: Array("body\0\(query)".utf8) + Array(call.bodyBytes ?? ByteBuffer().readableBytesView))
    }
}

/// Answers a POST with a key: the first answer is kept, sealed and without its secrets, in the transaction of its effect,
/// and given again to who repeats the request (decision 0027).
///
/// The row is claimed before the handler runs. Who comes with the same key meanwhile waits at the claim, in the
/// database, for the first to end: if it committed, its answer is there; if it was rolled back, the claim is free.
/// Refusals are not kept: nothing happened, and a repeat is judged anew. So is one of a request that only reads.
///
/// A repeat goes through the same door, as it is now. Where the caller's account, roles or scope are others than when the
/// answer was made, the database keeps it to itself: the effect stands, and the repeat is answered with what
/// came of it as it is now, by the route that shows it and through that route's own door.
struct Idempotency: Sendable {
    let call: Call
    let key: IdempotencyKey
    let shown: ShownThings
    private let made = Made()

    init(call: Call, key: IdempotencyKey, shown: ShownThings) {
        self.call = call
        self.key = key
        self.shown = shown
    }

    /// The answer of this request, for the case that its commit is not answered.
    private final class Made: Sendable {
        let answer = Mutex<Answer?>(nil)
    }

    enum Outcome: Sendable {
        case answer(Answer)
        /// Done before, by somebody who could reach other things than the caller now.
        case doneBefore(location: String?)
    }

    func answer() async throws -> Answer {
        guard call.token != nil, !call.route.onlyReads else { return try await call.route.handler(call) }
        let vault = try await call.vault()
        let outcome: Outcome
        do {
            outcome = try await attempt(vault)
        } catch let error as PostgresError where error.code == .connectionLost(sent: true) {
            outcome = try await settle(vault)
        }
        switch outcome {
        case .answer(let answer): return answer
        case .doneBefore(let location): return try await present(location)
        }
    }

    private func attempt(_ vault: Vault) async throws -> Outcome {
        let entry = try Entry.query(call)
        return try await call.server.database.transaction { transaction in
            let (principal, claim) = try await transaction.pipeline(entry, self.claim)
            guard claim.isFirst else { return try outcome(of: claim, vault) }
            let answer = try await call.route.handler(call.within(.transaction(transaction, principal)))
            made.answer.withLock { $0 = answer }
            let body = answer.body(without: call.route.secrets)
            let sealed = try body.map { try vault.seal($0, at: principal.accountID.place(of: key)) }
            guard try await transaction.pipeline(keep(answer, sealed: sealed)) else { throw Problem.unexpected }
            return .answer(answer)
        }
    }

    /// Finds out what became of a transaction whose commit was not answered: claiming its row waits for its end. If the
    /// row is there and this request's, all was kept; if it is another's, this is a repeat; if there is none, nothing
    /// happened.
    func settle(_ vault: Vault) async throws -> Outcome {
        let entry = try Entry.query(call)
        do {
            let claim = try await call.server.database.transaction { transaction in
                let (_, claim) = try await transaction.pipeline(entry, self.claim)
                if claim.isFirst { throw Problem.databaseUnavailable }
                return claim
            }
            if claim.requestID == call.requestID, let answer = made.answer.withLock({ $0 }) { return .answer(answer) }
            return try outcome(of: claim, vault)
        } catch is PostgresError {
            throw Problem.outcomeUnknown
        }
    }

    private func outcome(of claim: Claim, _ vault: Vault) throws -> Outcome {
        guard claim.isSameBody else { throw Problem.idempotencyKeyReused }
        guard let status = claim.status else { throw Problem.outcomeUnknown }
        let headers = try claim.headers.map { try HTTPFields(stored: $0) } ?? [:]
        guard let body = claim.body else { return .doneBefore(location: headers[.location]) }
        var answer = Answer(status: .init(code: status), headers: headers)
        answer.headers[.idempotencyReplayed] = "true"
        answer.body = try vault.open(body, at: claim.accountID.place(of: key))
        return .answer(answer)
    }

    /// What came of the first request, as the caller may see it now: by its address, or, where that shows nothing, by the
    /// list in which it stands. 404 where there is neither, or nothing that the caller may see.
    private func present(_ location: String?) async throws -> Answer {
        let places = [location, location.flatMap(\.parentPath), call.canonicalPath].compactMap(\.self)
        guard
            let (place, (route, parameters)) = places.lazy.compactMap({ place in
                shown.route(to: place).map { (place, $0) }
            }).first
        else { throw Problem.notFound.repeated }
        let reading = call.reading(place, by: route, parameters)
        do {
            var answer = try await route.handler(reading)
            if let stream = answer.stream {
                try await stream.discard()
                throw Problem.notFound
            }
            if let location { answer.headers[.location] = location }
            answer.headers[.idempotencyReplayed] = "true"
            return answer
        } catch {
            var problem = reading.problem(of: error)
            await reading.recordRefusal(problem)
            if problem.status == .forbidden { problem = .notFound }
            problem.outcome = nil  // It is written down already, as a refusal of what was read.
            throw problem.repeated
        }
    }
}

extension Problem {
    /// This refusal, of a repeat: what the first request did stands.
    fileprivate var repeated: Problem {
        var problem = self
        problem.headers[.idempotencyReplayed] = "true"
        if status == .notFound {
            problem.detail = "This was done already, and stands. There is nothing of it here that you can see now."
        }
        return problem
    }
}

extension String {
    /// The path of the list in which the thing of this path stands.
    fileprivate var parentPath: String? { lastIndex(of: "/").map { String(self[..<$0]) } }
}

extension ID<Account> {
    /// The row has no id of its own: the key's hash stands for it, under the account.
    fileprivate func place(of key: IdempotencyKey) -> Place {
        let digest = Array(SHA256.hash(data: Array(description.utf8) + key.hash))
        let id = digest.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) }
        return Place("idempotency_keys", "body", ID<IdempotencyKey>(UUID(uuid: id)))
    }
}

extension HTTPFields {
    /// The fields as a JSON object, to be kept.
    var storable: [UInt8] {
        var json = JSONWriter(reservingCapacity: 128)
        json.object { json in
            for field in self { json.member(named: field.name.rawName, field.value) }
        }
        return json.bytes
    }

    fileprivate init(stored json: JSONB) throws(Problem) {
        guard case .object(let members) = try JSONValue(parsing: json.bytes) else { throw .unexpected }
        self.init()
        for member in members {
            guard let name = HTTPField.Name(member.name), let value = member.value.text else { continue }
            append(HTTPField(name: name, value: value))
        }
    }
}
