import Postgres
import Practice
import TestSupport
import Testing

/// Consents that run out while somebody is at work with them.
@Suite struct ConsentRaceTests {
    @Test func `what somebody revokes just now the worker leaves alone, and waits for nobody`() async throws {
        try await withWorld { world in
            let (mesa, now) = (world.mesa, world.clock.now)
            for order in orders(3, 3) {
                let consent = try await signed(world)
                let came = try await interleave(
                    order,
                    [
                        world.steps(
                            mesa.client, "consent.revoke", "consent", consent.uuid,
                            "select from access.revoke_consent(\(consent), '\\x00', \(now))"),
                        [
                            Query.run("select").step(),
                            // A day later, as far as the worker is concerned.
                            Query.run(
                                "select from access.expire_consents(\(now + .seconds(86_400)), gen_random_uuid(), '\\x00')"
                            ).step(),
                        ],
                    ], in: world.database, as: [world.database.server, world.database.superuser])
                let isRevoked = came.outcomes[0] == .committed
                #expect(
                    came.outcomes == [isRevoked ? .committed : .refused("consent_is_expired"), .committed], "\(order)")
                #expect(!came.waited.contains(1), "\(order)")
                let state = isRevoked ? "revoked" : "expired"
                #expect(
                    try await world.count("from consents where consent_id = \(consent) and state = \(state)") == 1,
                    "\(order)")
            }
        }
    }

    @Test func `two workers record that a consent has run out once, and open one task`() async throws {
        try await withWorld { world in
            let worker: [InterleavedStep] = [
                Query.run("select").step(),
                Query.run(
                    """
                    select from access.expire_consents(\(world.clock.now + .seconds(86_400)), gen_random_uuid(), '\\x00')
                    """
                ).step(),
            ]
            let superuser = world.database.superuser
            for order in orders(3, 3) {
                try await world.run("delete from tasks where kind = 'renew_consents'")
                let consent = try await signed(world)
                let came = try await interleave(
                    order, [worker, worker], in: world.database, as: [superuser, superuser])
                #expect(came.outcomes == [.committed, .committed], "\(order)")
                #expect(
                    try await world.count(
                        "from consents where consent_id = \(consent) and state = 'expired' and version = 2") == 1)
                #expect(try await world.count("from tasks where kind = 'renew_consents'") == 1, "\(order)")
            }
        }
    }

    /// A consent of the client that holds for one more day.
    private func signed(_ world: World) async throws -> ID<Consent> {
        let (mesa, now) = (world.mesa, world.clock.now)
        let kind = "kind_\("\(world.surroundings.newID())".suffix(12).lowercased())"
        let consent: ID<Consent> = try await world.seed(mesa) { seed in
            _ = seed.consentDocument(kind)
            return seed.consent(kind, of: mesa.client, isSigned: true)
        }
        try await world.run(
            """
            with s as (
                insert into consent_signatures (practice_id, signature_id, consent_id, client_id, account_id, capacity,
                                                signer_name, text_hash, signed_at)
                select practice_id, consent_id, consent_id, client_id, \(mesa.client.accountID), 'self', 'Adam', text_hash,
                       \(now) from consents where consent_id = \(consent))
            select
            """)
        // It was signed so; a trigger lets nobody say so afterwards.
        try await world.database.superuser.transaction { tx in
            _ = try await tx.pipeline(
                Query.run("set local session_replication_role = replica"),
                Query.run("update consents set expires_on = '2026-01-06' where consent_id = \(consent)"))
        }
        return consent
    }
}
