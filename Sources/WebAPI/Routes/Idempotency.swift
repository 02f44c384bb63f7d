import Crypto
import HTTPTypes
import NIOCore
import Postgres
import Practice

import Foundation

/// The `Idempotency-Key` of a request: 1 to 255 printable ASCII characters. Only its keyed hash is kept.
public struct IdempotencyKey: Sendable {
    /// A keyed hash of the key.
    public let hash: [UInt8]
    /// A keyed hash of the body: the same key with another body is a mistake of the caller.
    public let bodyHash: [UInt8]

    /// Reads the field; nil when there is none.
    init?(_ call: Call) throws(Problem) {
        guard let field = call.headers.value(.idempotencyKey) else { return nil }
        guard (1...255).contains(field.utf8.count), field.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Problem(
                .badRequest, "malformed_idempotency_key",
                "Idempotency-Key must be 1 to 255 printable ASCII characters.")
        }
        hash = call.keys.idempotency.code(for: Array("key\0\(field)".utf8))
        bodyHash = call.keys.idempotency.code(
            for: Array("body\0".utf8) + Array(call.bodyBytes ?? ByteBuffer().readableBytesView))
    }
}

/// Answers a POST with a key: the first answer is kept, sealed, in the transaction of its effect, and given again to
/// who repeats the request.
///
/// The row is claimed before the handler runs. Who comes with the same key meanwhile waits at the claim, in the
/// database, for the first to end: if it committed, its answer is there; if it was rolled back, the claim is free.
/// Refusals are not kept: nothing happened, and a repeat is judged anew.
struct Idempotency: Sendable {
    let call: Call
    let key: IdempotencyKey

    private enum Claim: Sendable {
        case first
        case kept(KeptAnswer)
    }

    func answer() async throws -> Answer {
        guard call.token != nil else { return try await call.route.handler(call) }
        let vault = try await call.vault()
        do {
            return try await attempt(vault)
        } catch let error as PostgresError where error.code == .connectionLost(sent: true) {
            return try await settle(vault)
        }
    }

    private func attempt(_ vault: Vault) async throws -> Answer {
        let entry = try Entry.query(call)
        return try await call.server.database.transaction { transaction in
            let (principal, isFirst, kept) = try await transaction.pipeline(entry, claim, read)
            if let kept, isFirst == 0 { return try replay(kept, vault) }
            let place = principal.place(of: key)
            let answer = try await call.route.handler(call.within(.transaction(transaction, principal)))
            _ = try await transaction.pipeline(keep(answer, sealed: try vault.seal(answer.body, at: place)))
            return answer
        }
    }

    /// Finds out what became of a transaction whose commit was not answered: claiming its row waits for its end. If the
    /// row is there it was kept, and this is its answer; if not, nothing happened.
    private func settle(_ vault: Vault) async throws -> Answer {
        let entry = try Entry.query(call)
        do {
            let kept = try await call.server.database.transaction { transaction in
                let (_, isFirst, kept) = try await transaction.pipeline(entry, claim, read)
                if isFirst == 1 { throw Problem.databaseUnavailable }
                return kept
            }
            guard let kept else { throw Problem.outcomeUnknown }
            var answer = try replay(kept, vault)
            answer.headers[.idempotencyReplayed] = nil
            return answer
        } catch is PostgresError {
            throw Problem.outcomeUnknown
        }
    }

    private func replay(_ kept: KeptAnswer, _ vault: Vault) throws -> Answer {
        guard kept.bodyHash == key.bodyHash else {
            throw Problem.idempotencyKeyReused
        }
        guard let status = kept.status, let body = kept.body else { throw Problem.outcomeUnknown }
        var answer = Answer(status: .init(code: status))
        if let headers = kept.headers { answer.headers = try HTTPFields(kept: headers) }
        answer.headers[.idempotencyReplayed] = "true"
        answer.body = try vault.open(body, at: kept.accountID.place(of: key))
        return answer
    }

    // The statements. Practice and account are those that the door proved, not those of the request.

    private var route: String { "\(call.route.method.rawValue) \(call.path)" }

    private var claim: Query<Int> {
        .run(
            """
            insert into idempotency_keys (practice_id, account_id, route, key_hash, body_hash, created_at)
            values (access.practice(), access.account(), \(route), \(key.hash), \(key.bodyHash), \(call.now))
            on conflict do nothing
            """)
    }

    private var read: Query<KeptAnswer?> {
        .optionalRow(
            """
            select account_id, body_hash, status, headers, body from idempotency_keys
            where practice_id = access.practice() and account_id = access.account()
                and route = \(route) and key_hash = \(key.hash)
            """
        ) { row in
            KeptAnswer(
                accountID: try row.next(), bodyHash: try row.next(),
                status: try row.next(Int16?.self).map(Int.init), headers: try row.next(JSONB?.self),
                body: try row.next())
        }
    }

    private func keep(_ answer: Answer, sealed body: [UInt8]) -> Query<Int> {
        .run(
            """
            update idempotency_keys
            set status = \(Int16(answer.status.code)), headers = \(JSONB(bytes: answer.headers.kept)), body = \(body)
            where practice_id = access.practice() and account_id = access.account()
                and route = \(route) and key_hash = \(key.hash)
            """)
    }
}

/// A row of `idempotency_keys`.
private struct KeptAnswer: Sendable {
    let accountID: ID<Account>
    let bodyHash: [UInt8]
    let status: Int?
    let headers: JSONB?
    let body: [UInt8]?
}

extension Principal {
    fileprivate func place(of key: IdempotencyKey) -> Place { accountID.place(of: key) }
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
    fileprivate var kept: [UInt8] {
        var json = JSONWriter(reservingCapacity: 128)
        json.object { json in
            for field in self { json.member(named: field.name.rawName, field.value) }
        }
        return json.bytes
    }

    fileprivate init(kept json: JSONB) throws(Problem) {
        guard case .object(let members) = try JSONValue(parsing: json.bytes) else { throw .unexpected }
        self.init()
        for member in members {
            guard let name = HTTPField.Name(member.name), let value = member.value.text else { continue }
            append(HTTPField(name: name, value: value))
        }
    }
}
