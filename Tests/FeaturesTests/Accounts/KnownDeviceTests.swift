import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Which devices of an account are known: the latest twenty, and after a new password the one that set it.
@Suite struct KnownDeviceTests {
    @Test func `twenty are known, the latest ones`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            for number in 1...21 { try await know(number, adam, in: world) }
            #expect(try await known(of: adam, in: world) == Array(2...21))
            // Who comes again is the latest.
            try await know(2, adam, in: world)
            try await know(22, adam, in: world)
            #expect(try await known(of: adam, in: world) == [2] + Array(4...22))
        }
    }

    @Test func `a new password forgets all but its own, and nobody else's`() async throws {
        try await withWorld { (world: World) async throws in
            let (adam, beth) = (world.mesa.client, world.mesa.partner)
            for number in 1...3 { try await know(number, adam, in: world) }
            try await know(1, beth, in: world)
            func forget(keeping device: SQL) async throws {
                try await world.run(
                    "select from accounts a, access.forget_devices(a, \(device)) where a.account_id = \(adam.accountID)"
                )
            }
            try await forget(keeping: hash(2))
            #expect(try await known(of: adam, in: world) == [2])
            try await forget(keeping: "null")
            #expect(try await known(of: adam, in: world) == [])
            #expect(try await known(of: beth, in: world) == [1])
        }
    }

    @Test func `who changes the password is the only one who stays known`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            for number in 1...3 { try await know(number, adam, in: world) }
            let changed = try await world.request(
                .put, "/v1/me/password", as: adam,
                json: ["currentPassword": .text(World.password), "password": "another horse battery"])
            #expect(changed.status == 204, "\(changed.text)")
            #expect(try await known(of: adam, in: world) == [])
        }
    }

    /// A device is its number here.
    private func hash(_ number: Int) -> SQL { "decode(lpad(to_hex(\(number)::int), 64, '0'), 'hex')" }

    private func know(_ number: Int, _ person: Person, in world: World) async throws {
        world.clock.advance(by: .seconds(1))
        try await world.run(
            """
            select from accounts a, access.know_device(a, \(hash(number)), \(world.clock.now))
            where a.account_id = \(person.accountID)
            """)
    }

    private func known(of person: Person, in world: World) async throws -> [Int] {
        try await world.database.superuser.pipeline(
            Query.rows(
                """
                select get_byte(device_hash, 31)::bigint from known_devices where account_id = \(person.accountID) order by 1
                """
            ) { try $0.next(Int.self) })
    }
}
