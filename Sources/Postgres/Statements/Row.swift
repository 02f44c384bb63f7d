/// One row of a result, whose columns are read in order, each once, straight from libpq's memory.
///
/// Inlinable, as all that reads values is, so that a reader is compiled for the very types it reads.
public struct Row {
    @usableFromInline let result: ResultSet
    @usableFromInline let index: Int32
    @usableFromInline var column: Int32 = 0

    @usableFromInline
    init(_ result: ResultSet, _ index: Int32) {
        self.result = result
        self.index = index
    }

    /// Reads the next column.
    ///
    /// - Throws: `.decoding` if there is no further column, or it is null or of another type than `T` reads.
    @inlinable
    public mutating func next<T: PostgresDecodable>(_: T.Type = T.self) throws(PostgresError) -> T {
        let column = column
        self.column += 1
        // The bytes belong to the result: it must not go before they are read.
        defer { withExtendedLifetime(result) {} }
        do throws(PostgresDecodingError) {
            guard column < result.columns else { throw PostgresDecodingError(.noSuchColumn, expected: T.self) }
            guard let bytes = result.bytes(row: index, column: column) else {
                guard let null = T.postgresNull else { throw PostgresDecodingError(.null, expected: T.self) }
                return null
            }
            return try T(postgres: bytes, type: result.type(column: column))
        } catch {
            throw PostgresError(.decoding(error.at(column)))
        }
    }

    /// Passes over a column that this reader does not need: another reader of the statement does, or it is there to be sorted by.
    ///
    /// - Throws: `.decoding` if there is no further column.
    @inlinable
    public mutating func skip() throws(PostgresError) {
        guard column < result.columns else {
            throw PostgresError(.decoding(PostgresDecodingError(.noSuchColumn, expected: Row.self).at(column)))
        }
        column += 1
    }

    /// Refuses a row of which a column was left unread: the statement and its reader have drifted apart.
    @usableFromInline
    func finish() throws(PostgresError) {
        guard column != result.columns else { return }
        throw PostgresError(.decoding(PostgresDecodingError(.unreadColumns, expected: Row.self).at(column)))
    }
}

extension PostgresDecodingError {
    @usableFromInline
    func at(_ column: Int32) -> PostgresDecodingError {
        var located = self
        located.column = Int(column)
        return located
    }
}
