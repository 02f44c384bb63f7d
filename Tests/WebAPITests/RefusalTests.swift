import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import Postgres
import Practice
import Synchronization
import TestSupport
import Testing

@testable import WebAPI

/// Refusals that cannot be written when they happen: they are kept, and written later.
@Suite struct RefusalTests {
    private static let client = Route.get("/clients/{clientId}", "client.read", of: .client("clientId")) { call in
        _ = try await call.enter(Query<Int>.run("select"))
        return .noContent
    }

    @Test func `a refusal that cannot be written is kept, and written later in its order with its instant`()
        async throws
    {
        let telemetry = Telemetry()
        try await serving([Self.client], telemetry: telemetry) { served in
            let (house, clock) = (served.world.mesa, served.world.clock)
            try await served.takeRefusals(false)
            let ids = [house.client.clientID, house.loner.clientID, house.partner.clientID]
            for id in ids {
                let answer = try await served.send(.get, "/clients/\(id)", as: house.newcomer)
                #expect(answer.status == .notFound)
                clock.advance(by: .seconds(1))
            }
            #expect(try await served.audit().isEmpty && served.server.refusals.pending == 3)
            #expect(telemetry.registry.exposition().contains(#"cairn_audit_refusals_pending{writer="server"} 3.0"#))
            #expect(await served.server.refusals.writeKept() == false)
            // Who is signed in no longer was when it happened.
            _ = try await served.world.database.superuser.pipeline(
                .run("update sign_ins set ended_at = \(clock.now) where account_id = \(house.newcomer.accountID)"))
            try await served.takeRefusals(true)
            // What comes meanwhile stays behind what is kept.
            let other = try await served.send(.get, "/clients/\(house.partner.clientID)", as: house.facilitator)
            #expect(other.status == .notFound && served.server.refusals.pending == 4)
            #expect(await served.server.refusals.writeKept())
            let rows = try await served.refusals()
            #expect(rows.map(\.resource) == ids + [house.partner.clientID])
            #expect(rows.map(\.at) == (0..<4).map { TestClock.start + .seconds($0) })
            #expect(
                rows.map(\.account)
                    == Array(repeating: house.newcomer.accountID, count: 3) + [house.facilitator.accountID])
            #expect(Set(rows.map(\.request)).count == 4)
            #expect(served.server.refusals.pending == 0)
            let counted = telemetry.registry.exposition()
            for line in ["pending", "kept_total", "written_later_total", "lost_total"] {
                let value = ["pending": "0.0", "lost_total": "0"][line] ?? "4"
                #expect(counted.contains("cairn_audit_refusals_\(line){writer=\"server\"} \(value)\n"), "\(line)")
            }
            _ = try await served.send(.get, "/clients/\(house.partner.clientID)", as: house.facilitator)
            #expect(try await served.refusals().count == 5)
        }
    }

    @Test func `one whose fate is unknown is written once, whether it had been written or not`() async throws {
        try await serving([Self.client]) { served in
            let house = served.world.mesa
            _ = try await served.send(.get, "/clients/\(house.client.clientID)", as: house.newcomer)
            let written = try #require(try await served.refusals().first)
            let refused = Refused(
                practiceID: house.id, tokenHash: house.newcomer.token.hash, action: "client.read", kind: "client",
                resourceID: ID(written.resource.uuid), at: written.at, requestID: written.request,
                outcome: "not_found")
            await served.server.refusals.keep(refused)
            var other = refused
            other.requestID = served.world.surroundings.newID()
            await served.server.refusals.keep(other)
            await served.server.refusals.keep(other)
            #expect(await served.server.refusals.writeKept())
            #expect(try await served.refusals().map(\.request) == [written.request, other.requestID])
        }
    }

    @Test func `a refusal of a practice that does not exist is no row, and keeps nobody waiting`() async throws {
        try await serving([Self.client]) { served in
            var refused = Refused(
                practiceID: ID(served.world.surroundings.newID()), action: "client.read", kind: "none",
                at: served.world.clock.now, requestID: served.world.surroundings.newID(), outcome: "not_found")
            await served.server.refusals.keep(refused)
            refused.practiceID = served.world.mesa.id
            await served.server.refusals.keep(refused)
            #expect(await served.server.refusals.writeKept())
            let audit = try await served.audit()
            #expect(audit == ["client.read not_found"])
        }
    }

    @Test func `what the database would never take is counted as lost, and the others go on`() async throws {
        let telemetry = Telemetry()
        try await serving([Self.client], telemetry: telemetry) { served in
            var refused = Refused(
                practiceID: served.world.mesa.id, action: "client.read\0", kind: "none", at: served.world.clock.now,
                requestID: served.world.surroundings.newID(), outcome: "not_found")
            await served.server.refusals.keep(refused)
            refused.action = "client.read"
            await served.server.refusals.keep(refused)
            #expect(await served.server.refusals.writeKept())
            let audit = try await served.audit()
            #expect(audit == ["client.read not_found"])
            #expect(telemetry.registry.exposition().contains(#"cairn_audit_refusals_lost_total{writer="server"} 1"#))
        }
    }

    @Test func `a body that broke off, and cannot say so, says it later`() async throws {
        let failing = Route.get("/failing", "practice.read", of: .practice) { call in
            let open = try await call.open()
            return open.answer([:], hash: QueryHash(.csv, [:])) { body, transaction in
                try await body.write(Array(repeating: 65, count: 2 * BodyWriter.pieceSize))
                _ = try await transaction.pipeline(Query<Int>.row("select 1 / 0") { try $0.next() })
            }
        }
        try await serving([failing], .live) { served in
            try await served.takeRefusals(false)
            await #expect(throws: (any Error).self) {
                try await served.send(.get, "/failing", as: served.world.mesa.counselor)
            }
            #expect(try await Patience.until { served.server.refusals.pending > 0 })
            try await served.takeRefusals(true)
            #expect(await served.server.refusals.writeKept())
            #expect(try await served.audit() == ["practice.read broken_off"])
        }
    }

    @Test func `while the database is down they are kept, and when it is back the service writes them in order`()
        async throws
    {
        try await ThrowawayCluster.with { cluster in
            // Who refuses while the database is down waits as shortly as here, and is not kept waiting by the test's patience.
            try await withDatabase(cluster.connection, waiting: .milliseconds(200)) { database in
                _ = try await database.pipeline(
                    .run("create table rows (n bigint generated always as identity, request uuid)"))
                let telemetry = Telemetry()
                let refusals = Refusals(spool: nil, telemetry: telemetry, logger: .quiet) { refused, again in
                    _ = try await database.pipeline(
                        .run(
                            """
                            insert into rows (request) select \(refused.requestID)
                            where not exists (select from rows where request = \(refused.requestID) and \(again))
                            """))
                }
                try await cluster.stop(.immediate)
                let kept = (0..<20).map { Refused.numbered($0) }
                for refused in kept { await refusals.record(refused) }
                #expect(refusals.pending == 20)
                let service = Task { try await refusals.run() }
                try await cluster.start()
                #expect(try await Patience.until { refusals.pending == 0 })
                let last = Refused.numbered(20)
                await refusals.record(last)
                #expect(try await Patience.until { refusals.pending == 0 })
                service.cancel()
                try await service.value
                let rows = try await database.pipeline(
                    Query<[UUID]>.rows("select request from rows order by n") { try $0.next() })
                #expect(rows == (kept + [last]).map(\.requestID))
            }
        }
    }

    @Test func `there is room for so many, and what comes beyond is counted as lost`() async throws {
        let telemetry = Telemetry()
        let refusals = Refusals(spool: nil, telemetry: telemetry, logger: .quiet) { _, _ in throw NotNow() }
        for number in 0..<(Refusals.room + 3) { await refusals.keep(Refused.numbered(number)) }
        #expect(refusals.pending == Refusals.room)
        #expect(telemetry.registry.exposition().contains(#"cairn_audit_refusals_lost_total{writer="server"} 3"#))
    }
}

struct NotNow: Error {}

extension Refused {
    static func numbered(_ number: Int) -> Refused {
        let id = UUID(version7At: TestClock.start, random: UInt64(number) << 2)
        return Refused(
            practiceID: ID(UUID(version7At: TestClock.start, random: 0)), action: "client.read", kind: "client",
            resourceID: ID(id), at: TestClock.start + .seconds(number), requestID: id, outcome: "not_found")
    }
}

/// A client of a database as long as a closure needs it, that waits so long for a connection.
private func withDatabase(
    _ connection: String, waiting waitTime: Duration = Patience.long, _ body: (PostgresClient) async throws -> Void
) async throws {
    var configuration = PostgresConfiguration.patient(connection)
    configuration.waitTime = waitTime
    let client = try PostgresClient(configuration, logger: .quiet)
    try await withThrowingTaskGroup { group in
        group.addTask { try await client.run() }
        try await body(client)
        group.cancelAll()
    }
}

extension Logger {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension Served {
    /// Whether the database takes refusals.
    fileprivate func takeRefusals(_ takes: Bool) async throws {
        let function: SQL =
            "access.refused(uuid, bytea, uuid, text, text, uuid, timestamptz, uuid, bytea, text, boolean)"
        _ = try await world.database.superuser.pipeline(
            .run(
                takes
                    ? "grant execute on function \(function) to cairn_server"
                    : "revoke execute on function \(function) from cairn_server"))
    }

    fileprivate struct Row: Sendable {
        let request: UUID
        let at: Instant
        let account: ID<Account>?
        let resource: ID<Client>
    }

    /// The rows of refusals, in the order in which the audit has them.
    fileprivate func refusals() async throws -> [Row] {
        try await world.database.superuser.pipeline(
            .rows(
                """
                select request_id, at, account_id, resource_id from audit_events where outcome = 'not_found'
                order by audit_event_id
                """
            ) { row in
                Row(request: try row.next(), at: try row.next(), account: try row.next(), resource: try row.next())
            })
    }
}
