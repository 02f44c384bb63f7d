import CLibPQ
import Glibc

/// What a connection is begun with: the caller's connection string, then our own settings.
struct ConnectionParameters: Sendable {
    private let pairs: [(keyword: String, value: String)]

    init(_ configuration: PostgresConfiguration) {
        var options = Self.options(in: configuration.connection)
        if !configuration.settings.isEmpty {
            let times = [
                ("statement_timeout", "\(configuration.statementTime.wholeMilliseconds)"),
                ("idle_in_transaction_session_timeout", "\(configuration.idleInTransactionTime.wholeMilliseconds)"),
            ]
            for (name, value) in times + configuration.settings {
                options += " -c \(name)=\(value.replacing(" ", with: "\\ "))"
            }
        }
        // libpq expands the first database name into a whole connection string; a later one replaces just the name.
        let database = configuration.database.map { [(keyword: "dbname", value: $0)] } ?? []
        pairs =
            [(keyword: "dbname", value: configuration.connection)] + database + [
                ("application_name", configuration.applicationName),
                ("client_encoding", "UTF8"), ("options", options), ("keepalives", "1"), ("keepalives_idle", "10"),
                ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
            ]
    }

    /// Begins to connect. May block while a host name is looked up, so not on the reactor's thread.
    func start() -> Reactor.Handle? {
        Self.withCStrings(pairs.map(\.keyword)) { keywords in
            Self.withCStrings(pairs.map(\.value)) { values in
                guard let connection = PQconnectStartParams(keywords, values, 1) else { return nil }
                PQsetnonblocking(connection, 1)
                PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE)
                // Notices would go to standard error with the text of people's data.
                PQsetNoticeReceiver(connection, { _, _ in }, nil)
                return Reactor.Handle(pointer: connection)
            }
        }
    }

    /// The `options` the caller's own connection string holds, which ours must not replace.
    private static func options(in connection: String) -> String {
        guard let parsed = PQconninfoParse(connection, nil) else { return "" }
        defer { PQconninfoFree(parsed) }
        var option = parsed
        while let keyword = option.pointee.keyword {
            if String(cString: keyword) == "options", let value = option.pointee.val { return String(cString: value) }
            option += 1
        }
        return ""
    }

    private static func withCStrings<R>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R
    ) -> R {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let terminated = copies.map { UnsafePointer($0) } + [nil]
        return terminated.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
