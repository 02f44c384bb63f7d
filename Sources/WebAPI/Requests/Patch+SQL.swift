import JSON
import Postgres

extension Patch where Value: PostgresEncodable {
    /// What an update sets a column to: itself, null, or the value.
    ///
    /// ```swift
    /// "update groups set place = \(change.place.sql("place")), …"
    /// ```
    public func sql(_ column: SQL) -> SQL {
        switch self {
        case .absent: column
        case .null: "null"
        case .value(let value): "\(value)"
        }
    }
}
