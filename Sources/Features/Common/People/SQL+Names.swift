import Postgres

extension SQL {
    /// A person's name on one line, as people call them: of a row of `clients` under this alias.
    static func name(of client: SQL) -> SQL {
        "btrim(concat_ws(' ', coalesce(\(client).preferred_name, \(client).given_name), \(client).family_name))"
    }
}
