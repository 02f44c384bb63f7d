import Configuration

/// Every setting there is: its name in the environment and in the configuration file. README.md explains them.
package enum Setting: String, CaseIterable, Sendable {
    case host = "CAIRN_HOST"
    case port = "CAIRN_PORT"
    case adminHost = "CAIRN_ADMIN_HOST"
    case adminPort = "CAIRN_ADMIN_PORT"
    case databaseURL = "CAIRN_DATABASE_URL"
    case workerDatabaseURL = "CAIRN_WORKER_DATABASE_URL"
    case migrateDatabaseURL = "CAIRN_MIGRATE_DATABASE_URL"
    case dataDirectory = "CAIRN_DATA_DIRECTORY"
    case masterKey = "CAIRN_MASTER_KEY"
    case corsOrigins = "CAIRN_CORS_ORIGINS"
    case logLevel = "CAIRN_LOG_LEVEL"
    case sharedConnections = "CAIRN_SHARED_CONNECTIONS"
    case exclusiveConnections = "CAIRN_EXCLUSIVE_CONNECTIONS"
    case poolWait = "CAIRN_POOL_WAIT_SECONDS"
    case passwordChecks = "CAIRN_PASSWORD_CHECKS"
    case trustedProxies = "CAIRN_TRUSTED_PROXIES"
    case serveWorker = "CAIRN_SERVE_WORKER"
    case sendmail = "CAIRN_SENDMAIL"
    case mailFrom = "CAIRN_MAIL_FROM"
    case publicURL = "CAIRN_PUBLIC_URL"

    /// Whether the value may also be given as the path of a file that holds it, in `…_FILE`; it is then never shown.
    package var isSecret: Bool {
        switch self {
        case .databaseURL, .workerDatabaseURL, .migrateDatabaseURL, .masterKey: true
        default: false
        }
    }

    package var fileName: String { rawValue + "_FILE" }

    static func key(_ name: String) -> ConfigKey {
        ConfigKey(name.lowercased().split(separator: "_").map(String.init), context: [:])
    }

    /// Names that begin like ours and are not: most likely a typing error that would otherwise be ignored in silence.
    package static func unknown(among names: some Sequence<String>) -> [String] {
        var known = Set(allCases.map(\.rawValue))
        known.formUnion(allCases.filter(\.isSecret).map(\.fileName))
        known.insert(configurationFile)
        let others = ["CAIRN_TEST_", "CAIRN_BENCH_", "CAIRN_BUILD"]
        return names.filter { name in
            name.hasPrefix("CAIRN_") && !known.contains(name) && !others.contains(where: name.hasPrefix)
        }.sorted()
    }

    /// Where the configuration file lies; without it, `cairn.env` in the working directory is read if it is there.
    package static let configurationFile = "CAIRN_CONFIG_FILE"
}
