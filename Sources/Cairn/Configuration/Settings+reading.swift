import Configuration
import Foundation
import JSON
import Logging
import SystemPackage

extension Settings {
    /// Reads the environment, then the configuration file for what the environment leaves out, and tells everything
    /// that is wrong at once.
    package static func read(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> Settings {
        var reader = SettingsReader(config: try await configuration(environment), environment: environment)
        var settings = Settings()
        settings.listen = reader.address(.host, .port, default: settings.listen)
        settings.admin = reader.address(.adminHost, .adminPort, default: settings.admin)
        settings.dataDirectory = reader.text(.dataDirectory) ?? settings.dataDirectory
        settings.database = reader.database()
        settings.masterKey = reader.masterKey(required: settings.database != .embedded)
        settings.corsOrigins = reader.origins(.corsOrigins)
        settings.trustedProxies = reader.list(.trustedProxies)
        settings.logLevel = reader.logLevel(default: settings.logLevel)
        settings.pool.sharedConnections = reader.number(.sharedConnections, in: 1...64, default: 6)
        settings.pool.exclusiveConnections = reader.number(.exclusiveConnections, in: 1...256, default: 8)
        settings.pool.waitSeconds = reader.number(.poolWait, in: 1...60, default: 5)
        settings.passwordChecks = reader.number(.passwordChecks, in: 1...64, default: settings.passwordChecks)
        settings.worksInServe = reader.isOn(.serveWorker, default: settings.worksInServe)
        settings.publicURL = reader.publicURL()
        settings.mailer = reader.mailer(publicURL: settings.publicURL)
        if settings.listen.port == settings.admin.port && settings.listen.port != 0 {
            reader.fault("CAIRN_PORT and CAIRN_ADMIN_PORT are both \(settings.listen.port); they must differ.")
        }
        guard reader.faults.isEmpty else { throw Refusal(reader.faults) }
        return settings
    }

    private static func configuration(_ environment: [String: String]) async throws -> ConfigReader {
        let secrets = SecretsSpecifier<String, String>.specific(
            Set(Setting.allCases.filter(\.isSecret).map(\.rawValue)))
        let named = environment[Setting.configurationFile]
        do {
            return ConfigReader(providers: [
                EnvironmentVariablesProvider(environmentVariables: environment, secretsSpecifier: secrets),
                try await EnvironmentVariablesProvider(
                    environmentFilePath: FilePath(named ?? "cairn.env"), allowMissing: named == nil,
                    secretsSpecifier: secrets),
            ])
        } catch {
            throw Refusal("The configuration file \(named ?? "cairn.env") cannot be read: \(error).")
        }
    }
}

/// Takes settings out of the configuration one by one and collects what is wrong with them.
struct SettingsReader {
    private let config: ConfigReader
    private(set) var faults: [String] = []

    init(config: ConfigReader, environment: [String: String]) {
        self.config = config
        for name in Setting.unknown(among: environment.keys) {
            fault("\(name) is not a setting of Cairn.")
        }
    }

    mutating func fault(_ sentence: String) {
        faults.append(sentence)
    }

    /// Whether something was said against a setting already; then its absence is no second fault.
    private func isFaulty(_ setting: Setting) -> Bool {
        faults.contains { $0.contains(setting.rawValue) }
    }

    mutating func text(_ setting: Setting) -> String? {
        let value = config.string(forKey: Setting.key(setting.rawValue), isSecret: setting.isSecret)
        guard let value = value?.trimmingCharacters(in: .whitespaces), !value.isEmpty else { return nil }
        return value
    }

    /// A secret stands in the variable itself or in the file that `…_FILE` names, never in both.
    mutating func secret(_ setting: Setting) -> String? {
        let direct = text(setting)
        guard let path = config.string(forKey: Setting.key(setting.fileName)), !path.isEmpty else { return direct }
        guard direct == nil else {
            fault("\(setting.rawValue) and \(setting.fileName) are both set; keep one.")
            return nil
        }
        guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
            fault("The file \(path) that \(setting.fileName) names cannot be read.")
            return nil
        }
        let value = content.trimmingCharacters(in: .whitespacesAndNewlines)
        if value.isEmpty { fault("The file \(path) that \(setting.fileName) names is empty.") }
        return value.isEmpty ? nil : value
    }

    mutating func number(_ setting: Setting, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        guard let text = text(setting) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            fault("\(setting.rawValue) must be a number from \(range.lowerBound) to \(range.upperBound).")
            return fallback
        }
        return number
    }

    mutating func address(_ host: Setting, _ port: Setting, default fallback: Settings.Address) -> Settings.Address {
        Settings.Address(
            host: text(host) ?? fallback.host, port: number(port, in: 0...65535, default: fallback.port))
    }

    mutating func list(_ setting: Setting) -> [String] {
        (text(setting) ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    /// Exact origins only: a wildcard would let any page read a chart with the user's token.
    mutating func origins(_ setting: Setting) -> [String] {
        let origins = list(setting)
        for origin in origins {
            let parts = origin.components(separatedBy: "://")
            let isOrigin =
                parts.count == 2 && ["http", "https"].contains(parts[0])
                && !parts[1].isEmpty && !parts[1].contains(where: { "/*?# ".contains($0) })
            if !isOrigin {
                fault("\(setting.rawValue) lists exact origins such as https://portal.example; one entry is none.")
            }
        }
        return origins
    }

    mutating func logLevel(default fallback: Logger.Level) -> Logger.Level {
        guard let text = text(.logLevel) else { return fallback }
        guard let level = Logger.Level(rawValue: text.lowercased()) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            fault("CAIRN_LOG_LEVEL must be one of \(levels).")
            return fallback
        }
        return level
    }

    mutating func database() -> Settings.Database {
        let server = secret(.databaseURL)
        let worker = secret(.workerDatabaseURL)
        let owner = secret(.migrateDatabaseURL)
        if let server {
            if worker == nil, !isFaulty(.workerDatabaseURL) {
                fault("CAIRN_WORKER_DATABASE_URL is missing: the same database as cairn_worker, for background work.")
            }
            return .external(server: server, worker: worker ?? server, owner: owner)
        }
        if isFaulty(.databaseURL) { return .external(server: "", worker: "", owner: nil) }
        if worker != nil || owner != nil {
            fault("CAIRN_WORKER_DATABASE_URL or CAIRN_MIGRATE_DATABASE_URL is set without CAIRN_DATABASE_URL.")
        }
        return .embedded
    }

    mutating func masterKey(required: Bool) -> MasterKey? {
        guard let text = secret(.masterKey) else {
            if required && !isFaulty(.masterKey) {
                fault(
                    "CAIRN_MASTER_KEY_FILE (or CAIRN_MASTER_KEY) is missing: with a database of your own you keep the "
                        + "key as well. Make one with: openssl rand -hex 32")
            }
            return nil
        }
        guard let key = MasterKey(text: text) else {
            fault("CAIRN_MASTER_KEY must be 32 random bytes: 64 hexadecimal digits, or base64.")
            return nil
        }
        return key
    }
}
