import Postgres
import Practice
import TestSupport
import Testing

/// What stands in the way of a merge, each by itself.
@Suite struct MergeObstacleTests {
    @Test func `one request for a consent that each of two charts has half signed`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, double) = (world.mesa, try await world.double())
            for (chart, obstacles) in [(double, []), (mesa.loner, ["/duplicateId half_signed_consent"])] {
                try await world.seed(mesa) { seed in
                    let consent = seed.consent("treatment", of: chart)
                    seed.add(
                        """
                        insert into consent_signatures (practice_id, signature_id, consent_id, client_id, account_id, capacity,
                            signer_name, text_hash, signed_at)
                        select practice_id, gen_random_uuid(), consent_id, client_id, \(mesa.loner.accountID), 'self',
                            'Dan Drew', sha256('text'), requested_at
                        from consents where consent_id = \(consent)
                        """)
                }
                #expect(try await world.obstacles(double, into: mesa.loner) == obstacles)
            }
        }
    }

    @Test func `the partner's seat in the group where the other chart sits`() async throws {
        try await withWorld { (world: World) async throws in
            let (mesa, double) = (world.mesa, try await world.double())
            let group = try await world.seed(mesa) { seed in
                let group = seed.group("Another", in: mesa.program)
                _ = seed.enrollment(of: double, in: group)
                return group
            }
            #expect(try await world.obstacles(double, into: mesa.client) == [])
            try await world.seed(mesa) { _ = $0.enrollment(of: mesa.partner, in: group) }
            #expect(
                try await world.obstacles(double, into: mesa.client) == ["/duplicateId partner_in_the_same_group"])
        }
    }
}

extension World {
    fileprivate func double() async throws -> Person {
        try await seed(mesa) { try $0.client("Dora Double", sex: "male") }
    }

    /// What refuses a merge that is tried and never made.
    fileprivate func obstacles(_ duplicate: Person, into survivor: Person) async throws -> [String] {
        let (_, obstacles) = try await database.superuser.pipeline(
            Query.run(
                """
                select from access.set_scope(
                    \(mesa.id), \(mesa.owner.accountID), null, 'owner', 'any', 'client.merge', '{all}', 'practice', '{}', '{}', '{}',
                    \(clock.now.utcDay), false)
                """),
            Query.rows(
                """
                select '/duplicateId ' || obstacle
                from unnest(access.merge_obstacles(\(survivor.clientID), \(duplicate.clientID))) obstacle
                """
            ) { try $0.next(String.self) })
        return obstacles
    }
}
