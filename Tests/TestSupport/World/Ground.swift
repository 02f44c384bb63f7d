import Cairn
import Features
import HTTPTypes
import Hummingbird
import JSON
import Logging
import Practice
import WebAPI

/// What a world stands on: the real server, over a test's database, clock, ids and chance.
struct Ground: Sendable {
    let clock: TestClock
    let surroundings: Surroundings
    private let app: App

    init(_ database: TestDatabase, _ limits: Limits = .standard) throws {
        clock = TestClock()
        surroundings = .counted(clock: clock)
        guard let key = MasterKey(text: String(repeating: "00112233445566778899aabbccddeeff", count: 2)) else {
            throw TestSetupError("The master key of the tests is not one.")
        }
        var settings = Settings()
        settings.listen = Settings.Address(host: "127.0.0.1", port: 0)
        // Requests of tests come from no address: as if a proxy had sent them, they may say from where.
        settings.trustedProxies = ["unknown"]
        var logger = Logger(label: "cairn.tests")
        logger.logLevel = .critical
        app = try buildApplication(
            settings, database: database.server, masterKey: key, files: try ProductFiles.locate(),
            surroundings: surroundings, passwords: Passwords(surroundings: surroundings, cost: .none), limits: limits,
            logger: logger)
    }

    var keys: ServerKeys { app.server.keys }
    var keyRing: KeyRing { app.server.keyRing }

    var routes: [DeclaredRoute] {
        app.routes.map {
            DeclaredRoute(
                method: $0.method.rawValue, path: $0.template, isPublic: $0.access == .open, door: $0.door,
                otherDoor: $0.other.map { ($0.door, $0.parameters) }, secrets: $0.secrets,
                tellsSecrets: $0.tellsSecrets)
        }
    }

    var application: some ApplicationProtocol { app.application() }
}
