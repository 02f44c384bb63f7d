import Logging
import Postgres
import Practice
import TestSupport

@testable import Cairn

/// A practice that the operator's hands have made, and a superuser who sees all of it.
func withPractice(
    _ body: @Sendable @escaping (Operator, ID<Practice>, PostgresClient) async throws -> Void
) async throws {
    try await withDatabase { database in
        let superuser = database.superuser
        try await PostgresClient.patiently(database.connection("cairn_worker"), logger: quietLogger) { worker in
            let hands = Operator(client: worker, keys: try ServerKeys(master: MasterKey().bytes))
            let (id, now) = (hands.surroundings.id(Practice.self), hands.surroundings.now())
            try await hands.client.run(
                [hands.enter(id, "seed.run", at: now)]
                    + hands.making(id, slug: "mesa", name: "Mesa", timeZone: "America/Phoenix", at: now))
            try await body(hands, id, superuser)
        }
    }
}

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
