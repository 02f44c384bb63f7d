import Foundation

extension Cluster {
    static let database = "cairn"
    static let roles = ["cairn_owner", "cairn_server", "cairn_worker"]
    /// The libraries in which functions of our schema lie. The server loads them when it starts, and each connection has
    /// them from it: loaded later, they would be those of an update that the running server knows nothing of.
    static let libraries = ["plpgsql", "unaccent", "pg_trgm", "fuzzystrmatch", "btree_gin", "btree_gist"]

    var configuration: String {
        """
        # Written by cairn at every start: changes here are lost. Put yours into postgresql.conf below the include.
        listen_addresses = ''
        unix_socket_directories = '\(socketDirectory)'
        unix_socket_permissions = 0700
        cluster_name = 'cairn'
        max_connections = 100
        shared_preload_libraries = '\(preloaded.joined(separator: ", "))'
        shared_buffers = '128MB'
        jit = off
        password_encryption = 'scram-sha-256'
        # People's data stay out of the log: no parameters, and no DETAIL, which quotes the row.
        log_parameter_max_length = 0
        log_parameter_max_length_on_error = 0
        log_error_verbosity = terse
        lc_messages = 'C'
        log_timezone = 'UTC'
        timezone = 'UTC'
        # One file for each day of the week, written over after a week.
        logging_collector = on
        log_filename = 'postgresql-%a.log'
        log_truncate_on_rotation = on
        log_rotation_age = '1d'
        log_rotation_size = 0

        """
    }

    /// Those of the libraries that are installed: one that is missing would keep the server from starting.
    private var preloaded: [String] {
        Self.libraries.filter { FileManager.default.fileExists(atPath: "\(installation.libraries)/\($0).so") }
    }

    /// Who may be whom: the account of PostgreSQL its superuser, and whoever runs cairn each of its roles.
    var identities: String {
        var lines = ["cairn \"\(account.name)\" postgres"]
        if account.caller != account.name { lines.append("cairn \"\(account.caller)\" postgres") }
        lines += Self.roles.map { "cairn \"\(account.caller)\" \($0)" }
        return lines.joined(separator: "\n")
    }

    /// A libpq connection string; the server behind the socket must be run by the account we started it as.
    func connection(as role: String) -> String {
        "host='\(socketDirectory)' port=5432 dbname=\(Self.database) user=\(role) requirepeer='\(account.name)'"
    }

    /// Makes the database and its roles where they are missing.
    func prepareDatabase(rolesFile: String) async throws {
        let roles = try String(contentsOfFile: rolesFile, encoding: .utf8)
        let answer = try await run(
            "psql", connect("postgres") + ["-Atc", Self.databaseExists], in: data, toDo: "be asked")
        if !answer.contains("1") {
            try await run(
                "psql", connect("postgres") + ["-c", Self.createDatabase], in: data, toDo: "make its database")
        }
        try await run(
            "psql", connect(Self.database) + ["-f", "-"], in: data, input: roles, toDo: "make its roles")
    }

    private func connect(_ database: String) -> [String] {
        ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", socketDirectory, "-p", "5432", "-U", "postgres", "-d", database]
    }

    @discardableResult
    func run(
        _ program: String, _ arguments: [String], in folder: String, input: String = "", toDo purpose: String
    ) async throws -> String {
        let path = program.hasPrefix("/") ? program : installation.program(program)
        let outcome = try await account.command(path, arguments, data: folder, input: input).run()
        guard outcome.status == 0 else {
            throw Refusal(
                "The embedded PostgreSQL in \(directory) could not \(purpose): "
                    + outcome.output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return outcome.output
    }

    /// The end of the newest log: before PostgreSQL has read its configuration it writes to `start.log`.
    func lastWords() -> String {
        // These are words for a refusal that is told already: what cannot be read is left out of them.
        let folder = (try? FileManager.default.contentsOfDirectory(atPath: log)) ?? []
        let files = (folder.map { "\(log)/\($0)" } + [data + "/start.log"]).compactMap { path -> (String, Date)? in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.modificationDate] as? Date).map { (path, $0) }
        }
        let newest = files.max { $0.1 < $1.1 }?.0
        let text = newest.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? "(no log)"
        return text.split(separator: "\n").suffix(6).map { "    \($0)" }.joined(separator: "\n")
    }
}
