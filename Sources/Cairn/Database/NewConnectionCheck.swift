import Foundation
import Logging
import Postgres

/// Whether somebody who connects now gets through a door. The connections of a pool may be hours old: what they have
/// loaded goes on working when the files of PostgreSQL were replaced under it, and a new one does not.
actor NewConnectionCheck {
    private let connection: String
    private let setting: Setting
    private let interval: Duration
    private let patience: Duration
    private let logger: Logger
    private var checkedAt: ContinuousClock.Instant?
    private var found: [String] = []

    /// - Parameters:
    ///   - interval: how long it is believed that all is well.
    ///   - patience: how long a connection and its door may take together.
    init(
        _ connection: String, setting: Setting, interval: Duration = .seconds(15), patience: Duration = .seconds(2),
        logger: Logger
    ) {
        (self.connection, self.setting, self.logger) = (connection, setting, logger)
        (self.interval, self.patience) = (interval, patience)
    }

    /// What is wrong, in plain words; what was wrong is looked at anew each time.
    func faults() async -> [String] {
        let now = ContinuousClock.now
        if let checkedAt, now - checkedAt < interval { return found }
        checkedAt = now
        found = await fault().map { [$0] } ?? []
        if !found.isEmpty { checkedAt = nil }
        return found
    }

    private func fault() async -> String? {
        do {
            try await knock()
            return nil
        } catch let error as PostgresError {
            guard let state = error.sqlState else {
                return "PostgreSQL lets nobody new in through \(setting.rawValue), though old connections may work."
            }
            return
                "A new connection through \(setting.rawValue) gets through no door (SQLSTATE \(state)), though old ones "
                + "may. Were the files of PostgreSQL replaced under it? Then restart it."
        } catch {
            return "A new connection through \(setting.rawValue) does not get through a door within "
                + "\(patience.components.seconds) seconds."
        }
    }

    /// Connects, and asks for what only loaded libraries can do; then, as somebody without a sign-in, for a door.
    private func knock() async throws {
        var configuration = PostgresConfiguration(connection: connection)
        configuration.applicationName = "cairn readyz"
        configuration.sharedConnections = 1
        configuration.exclusiveConnections = 0
        (configuration.connectTime, configuration.waitTime) = (patience, patience)
        configuration.statementTime = patience
        configuration.drainTime = .zero
        let client = try PostgresClient(configuration, logger: logger)
        // Each says whether it is the one that is waited for. The others end with it, and so does the connection.
        try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await client.run()
                return false
            }
            group.addTask { [patience] in
                try await Task.sleep(for: patience)
                throw TooLate()
            }
            group.addTask {
                try await Self.pass(client)
                return true
            }
            while let isThrough = try await group.next() {
                if isThrough { return }
            }
        }
    }

    private static func pass(_ client: PostgresClient) async throws {
        do throws(PostgresError) {
            _ = try await client.pipeline(words, door)
        } catch {
            // The door has looked who is there, and found nobody: it works.
            guard error.sqlState == "28000" else { throw error }
        }
    }

    private struct TooLate: Error {}
}
