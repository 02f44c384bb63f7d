/// What a database and the role we have in it look like from the point of view of whoever must be able to trust them.
struct DatabaseExamination: Sendable {
    let role: String
    let version: Int
    /// Whether the role itself is a superuser or passes by row-level security.
    let passesPolicies: Bool
    /// Roles that it could become and that pass by row-level security.
    let dangerousRoles: [String]
    /// Tables of ours that it owns, or whose owner it could become.
    let ownedTables: [String]
    /// Tables whose policies do not bind everybody.
    let unguardedTables: [String]

    /// What is wrong when this role serves requests or does background work.
    var faults: [String] {
        var faults: [String] = []
        if version < 150_000 {
            faults.append("PostgreSQL \(version / 10_000) is too old; Cairn needs 15 or newer.")
        }
        if passesPolicies {
            faults.append(
                "The role \(role) is a superuser or has BYPASSRLS: the access rules would not bind it. Use cairn_server "
                    + "and cairn_worker as deploy/roles.sql makes them.")
        } else if !dangerousRoles.isEmpty {
            faults.append(
                "The role \(role) could become \(dangerousRoles.joined(separator: ", ")), which the access rules do "
                    + "not bind. Take it out of that role.")
        }
        if !passesPolicies, let table = ownedTables.first {
            faults.append(
                "The role \(role) owns \(table)\(ownedTables.count > 1 ? " and other tables" : "") or could become its "
                    + "owner, who can change the access rules. Only cairn_owner may own tables.")
        }
        if !unguardedTables.isEmpty {
            faults.append(
                "Without forced row-level security: \(unguardedTables.joined(separator: ", ")). Run: cairn migrate")
        }
        return faults
    }
}
