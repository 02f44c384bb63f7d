import Crypto
import HTTPTypes
import Postgres
import Practice
import TestSupport
import Testing

import struct Foundation.UUID
import typealias Foundation.uuid_t

@testable import WebAPI

extension Served {
    /// What is kept under a key, as it can be read with the practice's key; nil where no answer is.
    func kept(_ key: HTTPFields, by person: Person) async throws -> String? {
        let name = try #require(key[.idempotencyKey])
        let hash = world.keys.idempotency.code(for: Array("key\0\(name)".utf8))
        let sealed = try await world.database.superuser.pipeline(
            Query<[UInt8]?>.row("select body from idempotency_keys where key_hash = \(hash)") { try $0.next() })
        let digest = Array(SHA256.hash(data: Array(person.accountID.description.utf8) + hash))
        let id = digest.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) }
        let place = Place("idempotency_keys", "body", ID<IdempotencyKey>(UUID(uuid: id)))
        guard let sealed else { return nil }
        let vault = try await world.keyRing.vault(of: person.practiceID)
        return String(decoding: try vault.open(sealed, at: place), as: UTF8.self)
    }

    /// What the database compares: all that an entry lets a person reach.
    func scope(of person: Person, _ action: String) async throws -> JSONB {
        try await world.database.superuser.pipeline(
            world.enter(person, action), Query<JSONB>.row("select access.standing()") { try $0.next() }
        ).1
    }

    /// Has everything be kept for a scope in which one member is another.
    func keepUnder(_ scope: JSONB, without member: String?) async throws {
        _ = try await world.database.superuser.pipeline(
            .run(
                """
                update idempotency_keys set scope_digest = sha256(convert_to(
                    (case when \(member) is null then \(scope)::jsonb
                          else jsonb_set(\(scope)::jsonb, array[\(member ?? "")], '"another"') end)::text, 'UTF8'))
                """))
    }
}
