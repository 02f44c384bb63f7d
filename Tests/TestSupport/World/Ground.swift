import Features
import Foundation
import Hummingbird
import Logging
import Practice
import WebAPI

/// What the server of a world is made with.
struct Ground: Sendable {
    let keys: ServerKeys
    let keyRing: KeyRing
    let clock = TestClock()
    let surroundings: Surroundings
    private let database: TestDatabase

    init(_ database: TestDatabase) throws {
        self.database = database
        keys = try ServerKeys(master: (0..<32).map { UInt8($0) })
        keyRing = KeyRing(keys: keys, postgres: database.server)
        surroundings = .counted(clock: clock)
    }

    /// The real application: all features, over the test's database, clock and ids.
    func application(_ limits: Limits) throws -> some ApplicationProtocol {
        var logger = Logger(label: "cairn.tests")
        logger.logLevel = .critical
        let settings = FeatureSettings(
            openAPI: Array(try Data(contentsOf: Repository.file("openapi.yaml"))),
            passwords: Passwords(surroundings: surroundings, cost: .none),
            limits: limits)
        let server = WebServer(
            database: database.server, keys: keys, keyRing: keyRing, surroundings: surroundings, logger: logger)
        return WebAPI.makeApplication(
            routes: Features.routes(settings), server: server, address: .hostname("127.0.0.1", port: 0))
    }
}
