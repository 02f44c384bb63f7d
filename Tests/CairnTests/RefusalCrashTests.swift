import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn
@testable import Demo

extension CrashTests {
    /// The database takes no refusals, the server is killed, and the next one finds what was kept.
    @Test func `a refusal that a killed server had kept is written by the next one, once, with its instant`()
        async throws
    {
        try await withCairn { cairn in
            let address = "http://127.0.0.1:\(cairn.port)/v1"
            let signIn = try await HTTP.send(
                "POST", address + "/sign-ins",
                json: [
                    "practice": "saguaro-ridge", "email": "facilitator@saguaro-ridge.example",
                    "password": .text(DemoWorld.password),
                ])
            let token = try #require(signIn.body["token"]?.text)
            let unknown = ID<Client>(UUID())
            let refused: SQL =
                "access.refused(uuid, bytea, uuid, text, text, uuid, timestamptz, uuid, bytea, text, boolean)"
            let written = Query<[Instant]>.rows("select at from audit_events where resource_id = \(unknown)") {
                try $0.next()
            }
            let before = Instant.systemClock()
            try await cairn.withDatabase { database in
                _ = try await database.pipeline(.run("revoke execute on function \(refused) from cairn_server"))
                #expect(try await HTTP.send("GET", "\(address)/clients/\(unknown)", token: token).status == 404)
                #expect(try await database.pipeline(written) == [])
            }
            let after = Instant.systemClock()
            cairn.signal(SIGKILL)
            #expect(try await cairn.end() == 128 + SIGKILL)
            try await cairn.withDatabase { database in
                _ = try await database.pipeline(.run("grant execute on function \(refused) to cairn_server"))
            }
            try await cairn.start()
            try await cairn.withDatabase { database in
                #expect(try await Patience.until { try await !database.pipeline(written).isEmpty })
                let rows = try await database.pipeline(written)
                #expect(rows.count == 1 && rows.allSatisfy { before <= $0 && $0 <= after })
            }
        }
    }
}
