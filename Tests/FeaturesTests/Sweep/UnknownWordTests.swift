import Postgres
import Practice
import TestSupport
import Testing

/// A word that the server does not know, as after a deployment that was taken back, is an error: nothing passes for
/// something else, and nothing is left out.
@Suite struct UnknownWordTests {
    @Test func `an inquiry in an unknown state is not received`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/inquiries/\(world.mesa.inquiry)"
            #expect(try await world.request(.get, path, as: world.mesa.intake).status == 200)
            try await world.unchecked("inquiries", "state = 'parked' where inquiry_id = \(world.mesa.inquiry)")
            #expect(try await world.fails(path, as: world.mesa.intake))
        }
    }

    @Test func `of a couple with an unknown agreement nothing is told`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/couples/\(world.mesa.couple)"
            #expect(try await world.request(.get, path, as: world.mesa.intake).status == 200)
            try await world.unchecked("couples", "confidentiality = 'open' where couple_id = \(world.mesa.couple)")
            #expect(try await world.fails(path, as: world.mesa.intake))
        }
    }

    @Test(arguments: [
        ("client_contacts", "safe_times = '{always}'"),
        ("clients", #"other_names = '[{"kind": "stage", "given": "A", "family": "B"}]'"#),
    ])
    func `unknown hours and names of a client are not left out`(table: String, change: String) async throws {
        try await withWorld { (world: World) async throws in
            let client = world.mesa.client.clientID
            let path = "/v1/clients/\(client)"
            #expect(try await world.request(.get, path, as: world.mesa.intake).status == 200)
            try await world.unchecked(table, "\(SQL(unsafe: change)) where client_id = \(client)")
            #expect(try await world.fails(path, as: world.mesa.intake))
        }
    }
}

extension World {
    /// Whether the server has an error of its own, which no description of an answer has.
    fileprivate func fails(_ path: String, as person: Person) async throws -> Bool {
        do {
            _ = try await request(.get, path, as: person)
            return false
        } catch let violation as ContractViolation {
            return violation.description.contains("→ 500: status 500 is not declared")
        }
    }

    /// Changes rows of a table without its checks and triggers.
    fileprivate func unchecked(_ table: String, _ change: SQL) async throws {
        let checks: Query<[String]> = .rows(
            """
            select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) from pg_constraint c
            where c.conrelid = (\(table)::text)::regclass and c.contype = 'c'
            """
        ) { try $0.next() }
        for check in try await database.superuser.pipeline(checks) {
            _ = try await database.superuser.pipeline(Query.run(SQL(unsafe: check)))
        }
        let changed = try await database.superuser.transaction { tx in
            try await tx.pipeline(
                Query.run("set local session_replication_role = replica"),
                Query.run("update \(SQL(unsafe: table)) set \(change)"))
        }
        #expect(changed.1 > 0)
    }
}
