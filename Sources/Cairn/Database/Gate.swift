import Logging
import Postgres
import ServiceLifecycle

/// Lets nothing begin before the database has been examined: a schema that is behind or ahead, or a role that the
/// access rules do not bind, ends the start.
struct Gate: Sendable {
    let check: DatabaseCheck
    let clients: [(client: PostgresClient, setting: Setting)]

    func guarding(_ services: [any Service]) -> Guarded { Guarded(gate: self, services: services) }

    struct Guarded: Service {
        let gate: Gate
        let services: [any Service]

        func run() async throws {
            var faults: [String] = []
            for (client, setting) in gate.clients {
                faults += await gate.check.faults(client, setting: setting.rawValue)
            }
            var told: Set<String> = []
            let distinct = faults.filter { told.insert($0).inserted }
            guard distinct.isEmpty else { throw Refusal(distinct) }
            try await ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: services, logger: Logger(label: "cairn.services"))
            ).run()
        }
    }
}
