import JSON
import Practice
import Testing
import TestSupport

@testable import Postgres

/// Who has an account and no tie any more reads what a stranger with an account may: about themselves.
@Suite struct TielessTests {
    /// A guardian whose guardianships have all ended, one whose child came of age, and a client whose chart is inactive; the
    /// practice has something of everything that lists show.
    private func world(
        _ body: @Sendable @escaping (World, _ former: [Person], _ left: Person) async throws -> Void
    ) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (former, left) = try await world.seed(house) { seed in
                let ward = try seed.client("Will Ward", born: "2011-03-04")
                let grown = try seed.client("Gwen Grown", born: "2008-01-05")
                let former = [seed.guardian("Fern Former", of: ward), seed.guardian("Gil Grown", of: grown)]
                seed.add(
                    """
                    update guardianships set during = daterange('2025-01-01', \(seed.today)), version = 2
                    where practice_id = \(house.id) and guardian_id = \(former[0].guardianID)
                    """)
                let left = try seed.client("Lou Left")
                seed.add(
                    """
                    update clients set status = 'inactive', version = 2
                    where practice_id = \(house.id) and client_id = \(left.clientID)
                    """)
                seed.packet("adult", ["treatment"])
                seed.add(
                    """
                    insert into closures (practice_id, closure_id, name, during)
                    values (\(house.id), \(seed.id(Closure.self)), 'Funeral of a colleague', '[2026-02-02,2026-02-04)')
                    """)
                return (former, left)
            }
            try await body(world, former, left)
        }
    }

    @Test func `a guardian with no guardianship in force reads nothing but about themselves`() async throws {
        try await world { (world: World, former: [Person], _: Person) async throws in
            let readings = try Contract.current().operations.filter { $0.method == "GET" && !$0.path.contains("{") }
            // The last is public, as are the description in JSON and the page that notices lead to.
            let own = [
                "/v1/me", "/v1/me/calendar-feeds", "/v1/me/second-factor", "/v1/sign-ins", "/account", "/openapi.json",
                "/openapi.yaml",
            ]
            var empty = 0
            for operation in readings where !own.contains(operation.path) {
                let guarding = try await world.request(.get, operation.path, as: world.mesa.guardian)
                for person in former {
                    let answer = try await world.request(.get, operation.path, as: person)
                    let isEmpty = answer.status == 200 && answer["items"] == [] && answer["next"] == .null
                    if guarding.status == 200, isEmpty { empty += 1 }
                    #expect(isEmpty || [403, 404].contains(answer.status), "\(operation.path): \(answer.text)")
                }
            }
            #expect(empty >= 10, "there are lists that a guardian may ask for")
            for path in own.dropLast() {
                #expect(try await world.request(.get, path, as: former[0]).status == 200, "\(path)")
            }
            // What they find nothing of is there, for a guardian with a child in care and in a group.
            let guardian = world.mesa.guardian
            for path in ["/v1/programs", "/v1/closures", "/v1/consent-documents", "/v1/groups", "/v1/clients"] {
                #expect(try await world.request(.get, path, as: guardian).items.isEmpty == false, "\(path)")
            }
            #expect(try await world.request(.get, "/v1/practice", as: guardian).status == 200)
        }
    }

    @Test func `whatever SQL is run, who came by no tie sees no row of any table`() async throws {
        try await world { (world: World, former: [Person], _: Person) async throws in
            let superuser = world.database.superuser
            let actions = try await superuser.pipeline(
                Query.rows(
                    """
                    select distinct r.action from access.rules r join access.targets t on t.action = r.action and t.kind = 'none'
                    where r.role = 'guardian' and r.relation <> 'own' order by 1
                    """
                ) { try $0.next(String.self) })
            #expect(actions.count > 7)
            let tables = try await superuser.pipeline(
                Query.rows(
                    """
                    select c.oid::regclass::text from pg_class c
                    where c.relnamespace in ('public'::regnamespace, 'process'::regnamespace) and c.relkind in ('r', 'p')
                      and has_table_privilege('cairn_server', c.oid, 'select')
                      and c.relname not in ('cairn_migrations', 'practice_keys', 'idempotency_keys')
                    order by 1
                    """
                ) { try $0.next(String.self) })
            #expect(tables.count > 40)
            let counts = tables.map { table -> SQL in
                "select \(table) where exists (select from \(SQL(unsafe: table)))"
            }
            for action in actions {
                let (_, seen) = try await world.database.server.pipeline(
                    world.enter(former[0], action),
                    Query.rows(.joined(counts, separator: " union all ")) { try $0.next(String.self) })
                #expect(seen == [], "\(action)")
            }
            let (_, seen) = try await world.database.server.pipeline(
                world.enter(world.mesa.guardian, "client.read"),
                Query.rows(.joined(counts, separator: " union all ")) { try $0.next(String.self) })
            #expect(seen.contains("clients"))
        }
    }

    @Test func `whose chart is inactive keeps the record and the practice's number, and loses what it offers`()
        async throws
    {
        try await world { (world: World, _: [Person], left: Person) async throws in
            let chart = "/v1/clients/\(left.clientID)"
            for path in [chart, "\(chart)/consents", "\(chart)/enrollments", "\(chart)/homework", "/v1/practice"] {
                #expect(try await world.request(.get, path, as: left).status == 200, "\(path)")
            }
            #expect(try await world.request(.get, "/v1/programs", as: left).items == [])
            #expect(try await world.request(.get, "/v1/programs/\(world.mesa.program)", as: left).status == 404)
            #expect(try await world.request(.get, "/v1/closures", as: left).items == [])
            #expect(try await world.request(.get, "/v1/programs", as: world.mesa.client).items.count == 1)
        }
    }

    @Test func `of an unpublished program people in care know nothing`() async throws {
        try await world { (world: World, _: [Person], _: Person) async throws in
            let house = world.mesa
            try await world.run(
                "update programs set published = false, version = 2 where program_id = \(house.program)")
            for person in [house.client, house.guardian] {
                for path in ["", "/tracks", "/phases"] {
                    let hidden = try await world.request(.get, "/v1/programs/\(house.program)\(path)", as: person)
                    let unknown = try await world.request(
                        .get, "/v1/programs/019b8ee3-0000-7000-8000-00000000dead\(path)", as: person)
                    #expect(hidden.status == 404 && hidden.withoutRequestID == unknown.withoutRequestID)
                }
                #expect(try await world.request(.get, "/v1/programs", as: person).items == [])
            }
        }
    }
}
