import Postgres

extension Page {
    /// How many rows a list has on all its pages, where the request asks for that; nil where it does not.
    ///
    /// - Parameter rows: `from … where …`, with the conditions of the list and without its place.
    public func total(_ rows: SQL) -> Query<Int?> {
        .row(wantsTotal ? "select count(*) \(rows)" : "select null::bigint") { try $0.next() }
    }
}
