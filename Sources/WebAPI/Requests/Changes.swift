import JSON
import Postgres

/// The assignments of an `update` that a merge patch asks for: what the patch leaves out is left alone.
///
/// ```swift
/// var changes = Changes(version: call.ifMatch())
/// changes.set("phone", patch.phone)
/// … "update practices set \(changes.sql) where practice_id = \(call.practiceID) returning …"
/// ```
public struct Changes: Sendable {
    private var assignments: [SQL]
    private var differences: [SQL] = []

    /// Begins without an assignment, for a table that has no version.
    public init() {
        assignments = []
    }

    /// Begins with the version that follows the one the caller has seen; the database refuses any other.
    public init(version seen: Int) {
        assignments = ["version = \(seen + 1)"]
    }

    /// Whether nothing is assigned.
    public var isEmpty: Bool { assignments.isEmpty }

    /// The assignments, between commas.
    public var sql: SQL { .joined(assignments, separator: ", ") }

    /// Whether any column that is set to a value or to null is something else yet: of a row as it is before.
    public var isNew: SQL { differences.isEmpty ? "false" : "(\(.joined(differences, separator: " or ")))" }

    /// Sets a column that can be null as the patch says.
    public mutating func set(_ column: SQL, _ patch: Patch<some PostgresEncodable>) {
        switch patch {
        case .absent: break
        case .null:
            assignments.append("\(column) = null")
            differences.append("\(column) is not null")
        case .value(let value): assign(column, value)
        }
    }

    /// Sets a column unless the value is absent.
    public mutating func set(_ column: SQL, _ value: (some PostgresEncodable)?) {
        if let value { assign(column, value) }
    }

    /// Sets a column to what an expression gives.
    public mutating func set(_ column: SQL, to expression: SQL) {
        assignments.append("\(column) = \(expression)")
    }

    /// Names a column and leaves it as it is. A statement that sets the version alone says that something beside the row has
    /// changed; one that names a column is judged by what is new of it (decision 0045).
    public mutating func leave(_ column: SQL) { set(column, to: column) }

    private mutating func assign(_ column: SQL, _ value: some PostgresEncodable) {
        assignments.append("\(column) = \(value)")
        differences.append("\(column) is distinct from \(value)")
    }
}
