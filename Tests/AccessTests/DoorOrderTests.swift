import Foundation
import Postgres
import Practice
import TestSupport
import Testing

/// In which order a door tries what may let in, the rules state; nothing else decides it.
@Suite struct DoorOrderTests {
    private static let doors: Query<[String]> = .rows(
        """
        select format('%s %s: %s', action, kind, case kind
            when 'none' then access.door_to_list(action) else access.door_to_thing(action, kind) end)
        from access.targets order by action, kind
        """
    ) { try $0.next() }

    @Test func `doors are the same however the rules lie in their table, and however they are joined`() async throws {
        try await withWorld { (world: World) async throws in
            let database = world.database.superuser
            let doors = try await database.pipeline(Self.doors)
            #expect(doors.count > 100)
            for (number, plan) in ["enable_hashjoin", "enable_nestloop", "enable_mergejoin", "enable_sort"].enumerated()
            {
                let (others, moved) = try await database.transaction { tx in
                    _ = try await tx.pipeline(
                        Query.run(
                            """
                            create temporary table kept on commit drop as
                            select written, action, role, relation, shows from access.rules
                            """),
                        Query.run("delete from access.rules"),
                        Query.run(
                            """
                            insert into access.rules (written, action, role, relation, shows) overriding system value
                            select * from kept order by md5(written::text || \(number))
                            """),
                        Query.run("select from set_config(\(plan), 'off', true)"))
                    let moved: Bool = try await tx.pipeline(
                        Query.row(
                            """
                            select array(select written from access.rules) <> array(select written from kept)
                            """
                        ) { try $0.next() })
                    return (try await tx.pipeline(Self.doors), moved)
                }
                #expect(moved)
                #expect(others.count == doors.count)
                #expect(zip(doors, others).filter { $0 != $1 }.map { "\($1.prefix(40))" } == [], "without \(plan)")
            }
        }
    }

    @Test func `who is both is let in by the mere role where that shows as much, and by the tie where that shows more`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            func first(_ action: String, _ kind: String) async throws -> [String] {
                try await world.database.superuser.pipeline(
                    Query.rows("select relation from access.rules_in_order(\(action), \(kind))") { try $0.next() })
            }
            #expect(try await first("group.read", "group") == ["any", "enrolled_in", "guards_member"])
            #expect(try await first("inquiry.change", "inquiry") == ["any", "assigned_inquiry"])
            #expect(
                try await first("client.read", "client")
                    == ["treats", "oversees", "any", "self", "guards", "leads_client"])
            #expect(
                try await first("couple.read", "couple") == [
                    "treats_couple", "oversees_couple", "self", "any", "treats",
                ])
            #expect(
                try await first("client.read", "none")
                    == ["any", "treats", "oversees", "leads_client", "self", "guards"])
        }
    }
}
