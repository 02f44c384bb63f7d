import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import Postgres
import Practice
import Synchronization
import Testing
import TestSupport

@testable import WebAPI

/// Bodies that are still being sent when what let their caller have them ends.
@Suite struct StreamStandingTests {
    /// The stream has begun; then something of what let its caller in ends, and 20 seconds pass.
    @Test(
        arguments: [
            "update care_team_memberships set during = daterange('2025-01-01', '2026-01-05') where account_id = $",
            "update sign_ins set ended_at = created_at + interval '130 seconds' where account_id = $",
            "update accounts set roles = '{auditor}', version = version + 1 where account_id = $",
            "update accounts set disabled_at = now(), version = version + 1 where account_id = $",
            "update sign_ins set expires_at = created_at + interval '130 seconds' where account_id = $",
        ])
    func `a body ends with what let its caller have it`(end: String) async throws {
        let (steps, step) = AsyncStream<Void>.makeStream()
        try await serving([Self.inTwoPieces(steps)], .live) { served in
            let (house, carl) = (served.world.mesa, served.world.mesa.counselor)
            // So long ago that to have been seen is written down.
            served.world.clock.advance(by: .seconds(120))
            let connection = try served.connect("/pieces/\(house.client.clientID)")
            let beginning = await connection.receive(upTo: BodyWriter.pieceSize)
            #expect(beginning.count == BodyWriter.pieceSize)
            try await served.change(end, carl)
            served.world.clock.advance(by: StandingWatch.interval)
            step.yield()
            let rest = await connection.receive()
            connection.close()
            // What is left of the first piece; nothing of the second, and no end.
            #expect(rest.count < 2_000 && !String(decoding: rest, as: UTF8.self).hasSuffix("\r\n0\r\n\r\n"))
            let rows = try await served.audit(of: 1)
            #expect(rows == ["client.read broken_off"])
            let seen = try await served.world.database.superuser.pipeline(
                Query<Instant>.row("select last_seen_at from sign_ins where sign_in_id = \(carl.signInID)") {
                    try $0.next()
                })
            #expect(seen == TestClock.start + .seconds(120))
            let known = try await served.world.database.superuser.pipeline(
                Query<Int>.row(
                    """
                    select count(*) from audit_events
                    where sign_in_id = \(carl.signInID) and resource_id = \(house.client.clientID)
                    """
                ) { try $0.next() })
            #expect(known == 1)
        }
    }

    @Test func `a body goes on as long as its caller may have it, and to look again leaves no trace`() async throws {
        let world = Mutex<World?>(nil)
        let route = Route.get("/numbers/{clientId}", "client.read", of: .client("clientId")) { call in
            let (open) = try await call.open()
            return open.answer([.contentType: "text/plain"], hash: QueryHash(.csv, [:])) { body, _ in
                for _ in 0..<10 {
                    world.withLock { $0 }?.clock.advance(by: .seconds(59))
                    try await body.write(Array(repeating: 65, count: BodyWriter.pieceSize))
                }
            }
        }
        try await serving([route], .live) { served in
            world.withLock { $0 = served.world }
            let seen = Query<[Instant]>.rows("select last_seen_at from sign_ins order by 1") { try $0.next() }
            let before = try await served.world.database.superuser.pipeline(seen)
            let answer = try await served.send(
                .get, "/numbers/\(served.world.mesa.client.clientID)", as: served.world.mesa.counselor)
            #expect(answer.body.readableBytes == 10 * BodyWriter.pieceSize)
            #expect(try await served.audit() == ["client.read allowed"])
            #expect(try await served.world.database.superuser.pipeline(seen) == before)
        }
    }

    @Test func `a larger scope ends no body, and a smaller one does`() async throws {
        let changes = Mutex<[SQL]>([])
        let served = Mutex<Served?>(nil)
        let route = Route.get("/numbers", "roster.read", of: .practice) { call in
            let (open) = try await call.open()
            return open.answer([.contentType: "text/plain"], hash: QueryHash(.csv, [:])) { body, _ in
                for _ in 0..<4 {
                    if let change = changes.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                        _ = try await served.withLock { $0 }?.world.database.superuser.pipeline(.run(change))
                    }
                    served.withLock { $0 }?.world.clock.advance(by: StandingWatch.interval)
                    try await body.write(Array(repeating: 65, count: BodyWriter.pieceSize))
                }
            }
        }
        try await serving([route], .live) { this in
            served.withLock { $0 = this }
            let fay = this.world.mesa.facilitator
            let more: SQL = """
                insert into group_facilitators (practice_id, group_id, account_id, during)
                select practice_id, group_id, \(fay.accountID), daterange('2025-01-01', null) from groups
                where practice_id = \(this.world.mesa.id) and group_id not in (
                    select group_id from group_facilitators where account_id = \(fay.accountID))
                """
            changes.withLock { $0 = [more] }
            let whole = try await this.send(.get, "/numbers", as: fay)
            #expect(whole.body.readableBytes == 4 * BodyWriter.pieceSize)
            let less: SQL = """
                update group_facilitators set during = daterange('2025-01-01', '2026-01-05')
                where account_id = \(fay.accountID) and group_id = \(this.world.mesa.valorGroup)
                """
            changes.withLock { $0 = [less] }
            await #expect(throws: (any Error).self) { try await this.send(.get, "/numbers", as: fay) }
            let audit = try await this.audit(of: 2)
            #expect(audit == ["roster.read allowed", "roster.read broken_off"])
        }
    }

    @Test func `a body goes on for a while where nobody can be asked, and no longer`() async throws {
        let seconds = Mutex(20)
        let world = Mutex<World?>(nil)
        let route = Route.get("/numbers", "practice.read", of: .practice) { call in
            let (open) = try await call.open()
            return open.answer([.contentType: "text/plain"], hash: QueryHash(.csv, [:])) { body, _ in
                world.withLock { $0 }?.clock.advance(by: .seconds(seconds.withLock { $0 }))
                try await body.write(Array(repeating: 65, count: BodyWriter.pieceSize))
            }
        }
        try await serving([route], .live) { served in
            world.withLock { $0 = served.world }
            let function: SQL = "access.still_stands(uuid, bytea, text, text, uuid, timestamptz, uuid, jsonb)"
            _ = try await served.world.database.superuser.pipeline(
                .run("revoke execute on function \(function) from cairn_server"))
            let carl = served.world.mesa.counselor
            #expect(try await served.send(.get, "/numbers", as: carl).body.readableBytes == BodyWriter.pieceSize)
            seconds.withLock { $0 = 40 }
            await #expect(throws: (any Error).self) { try await served.send(.get, "/numbers", as: carl) }
            #expect(try await served.audit(of: 2) == ["practice.read allowed", "practice.read broken_off"])
        }
    }

    /// A piece, and another one when it is told to.
    private static func inTwoPieces(_ steps: AsyncStream<Void>) -> Route {
        .get("/pieces/{clientId}", "client.read", of: .client("clientId")) { call in
            let (open) = try await call.open()
            return open.answer([.contentType: "text/plain"], hash: QueryHash(.csv, [:])) { body, _ in
                try await body.write(Array(repeating: 65, count: BodyWriter.pieceSize))
                for await _ in steps { break }
                try await body.write(Array(repeating: 66, count: BodyWriter.pieceSize))
            }
        }
    }
}

extension Served {
    /// Changes something of a person's, past all policies: `$` is the account. Whoever held it up would hold up the test.
    fileprivate func change(_ statement: String, _ person: Person) async throws {
        let sql = SQL(unsafe: statement.replacing("$", with: "'\(person.accountID)'"))
        _ = try await world.database.superuser.pipeline(
            Query<Int>.run("select from set_config('cairn.caller', '//worker', true)"), Query<Int>.run(sql))
    }
}
