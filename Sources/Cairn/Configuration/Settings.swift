import Logging

/// What `cairn` was told about where and how to run. Read once at start, then handed down; nothing else reads the
/// environment.
package struct Settings: Sendable {
    package var listen = Address(host: "127.0.0.1", port: 8080)
    package var admin = Address(host: "127.0.0.1", port: 9080)
    package var database = Database.embedded
    package var dataDirectory = ".cairn"
    /// The key that wraps every practice's key. Nil with the embedded PostgreSQL, which keeps one in its directory.
    package var masterKey: MasterKey?
    package var corsOrigins: [String] = []
    /// The addresses of proxies whose `X-Forwarded-For` is believed.
    package var trustedProxies: [String] = []
    package var logLevel = Logger.Level.info
    package var pool = Pool()
    /// How many passwords are verified at once; each takes 32 MB and about 80 ms of one core.
    package var passwordChecks = 2
    /// Whether `cairn serve` does the background work too.
    package var worksInServe = true
    /// How letters leave; nil keeps them for the desk.
    package var mailer: Mailer?
    /// Where the pages that people open live, without a slash at the end.
    package var publicURL: String?

    package init() {}

    package struct Address: Sendable, Equatable, CustomStringConvertible {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    package enum Database: Sendable, Equatable {
        /// A PostgreSQL of our own under the data directory.
        case embedded
        /// libpq connection strings: as `cairn_server`, as `cairn_worker`, and as `cairn_owner` where one is needed.
        case external(server: String, worker: String, owner: String?)
    }

    package struct Pool: Sendable, Equatable {
        package var sharedConnections = 6
        package var exclusiveConnections = 8
        package var waitSeconds = 5

        package init() {}
    }
}
