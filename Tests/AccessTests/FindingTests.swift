import Foundation
import Postgres
import Practice
import TestSupport
import Testing

/// Finding people looks past the policies, and answers with who is in scope alone. Who is outside would not only be told of:
/// a page has room for so many, and they would fill it.
@Suite struct FindingTests {
    /// So many more than a page has room for.
    private static let outside = 30

    /// The ids that a function of the database gives to somebody's request, in order.
    private func found(
        _ function: SQL, _ world: World, as person: Person, _ action: String, _ inquiry: ID<Inquiry>? = nil
    ) async throws -> [UUID] {
        let (_, ids) = try await world.database.server.pipeline(
            world.enter(person, action, inquiry == nil ? "none" : "inquiry", inquiry?.uuid),
            Query.rows("select client_id from \(function)") { try $0.next(UUID.self) })
        return ids
    }

    /// Many of one name, birth date and telephone whom nobody treats, and behind them in every order one whom Carl treats.
    private func withNamesakes(_ body: @Sendable (World, Person) async throws -> Void) async throws {
        try await withWorld { world in
            let own = try await world.seed(world.mesa) { seed in
                for _ in 0..<Self.outside { seed.namesake() }
                return try seed.client("Maria Moreno", born: "1990-01-01", treatedBy: world.mesa.counselor)
            }
            try await body(world, own)
        }
    }

    @Test(arguments: ["maria", "maria moreno", "mariaa", "morenno"])
    func `a search by name gives who is in scope, of exact names and of near ones`(name: String) async throws {
        try await withNamesakes { (world: World, own: Person) async throws in
            let search: SQL = "access.clients_named(\(name), null, null, null, null, 25)"
            #expect(
                try await found(search, world, as: world.mesa.counselor, "client.search") == [own.clientID.uuid])
            #expect(try await found(search, world, as: world.mesa.newcomer, "client.search") == [])
            // They are there: the desk's page is full of them.
            #expect(try await found(search, world, as: world.mesa.intake, "client.search").count == 25)
        }
    }

    @Test func `a description fits who is in scope`() async throws {
        try await withNamesakes { (world: World, own: Person) async throws in
            let described: SQL = "access.people_described('Maria', null, 'Moreno', '1990-01-01', '480-555-0100', null)"
            #expect(
                try await found(described, world, as: world.mesa.counselor, "client.search") == [own.clientID.uuid])
            #expect(try await found(described, world, as: world.mesa.newcomer, "client.search") == [])
            #expect(
                try await found(described, world, as: world.mesa.intake, "client.search").count == Self.outside + 1)
        }
    }

    @Test func `duplicates of a chart are charts in scope, whether found now or before`() async throws {
        try await withNamesakes { (world: World, own: Person) async throws in
            let duplicates: SQL = "access.duplicates_of(\(own.clientID))"
            #expect(try await found(duplicates, world, as: world.mesa.counselor, "client.search") == [])
            #expect(try await found(duplicates, world, as: world.mesa.intake, "client.search").count == Self.outside)
            // Found before, by another rule than that of now: with somebody in scope, and with somebody outside.
            let (inside, outside) = (world.mesa.client, world.mesa.loner)
            _ = try await world.database.superuser.pipeline(
                Query.run(
                    """
                    insert into possible_duplicates (practice_id, client_id, other_id, reasons, found_at)
                    select \(world.mesa.id), least(o, \(own.clientID)::uuid), greatest(o, \(own.clientID)::uuid), '{phone}',
                           \(world.clock.now)
                    from unnest(array[\(inside.clientID)::uuid, \(outside.clientID)::uuid]) o
                    """))
            #expect(
                try await found(duplicates, world, as: world.mesa.counselor, "client.search") == [inside.clientID.uuid])
            #expect(
                try await found(duplicates, world, as: world.mesa.intake, "client.search").count == Self.outside + 2)
        }
    }

    @Test func `who an inquiry may be from is told to the desk alone`() async throws {
        try await withNamesakes { (world: World, own: Person) async throws in
            let inquiry = try await world.seed(world.mesa) { try $0.inquiry(from: "Maria Moreno") }
            _ = try await world.database.superuser.transaction { tx in
                _ = try await tx.pipeline(Query.run("set local session_replication_role = replica"))
                return try await tx.pipeline(
                    Query.run(
                        """
                        update inquiries set assigned_to = \(world.mesa.counselor.accountID)
                        where practice_id = \(world.mesa.id) and inquiry_id = \(inquiry)
                        """))
            }
            let people: SQL = "access.people_of_inquiry(\(inquiry))"
            #expect(try await found(people, world, as: world.mesa.counselor, "inquiry.read", inquiry) == [])
            #expect(try await found(people, world, as: world.mesa.counselor, "client.search") == [])
            let told = try await found(people, world, as: world.mesa.intake, "inquiry.read", inquiry)
            #expect(told.count == 25)
        }
    }
}

extension Seed {
    /// A chart without an account.
    fileprivate mutating func namesake() {
        let client: ID<Client> = id()
        add(
            """
            insert into clients (practice_id, client_id, given_name, family_name, birth_date, created_at)
            values (\(practiceID), \(client), 'Maria', 'Moreno', '1990-01-01', \(now))
            """)
        add(
            """
            insert into client_contacts (practice_id, client_id, phone)
            values (\(practiceID), \(client), '480-555-0100')
            """)
    }
}
