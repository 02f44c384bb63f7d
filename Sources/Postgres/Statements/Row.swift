import CLibPQ

/// One row of a result, whose columns are read in order, each once, straight from libpq's memory.
public struct Row {
    private let result: ResultSet
    private let index: Int32
    private var column: Int32 = 0

    init(_ result: ResultSet, _ index: Int32) {
        self.result = result
        self.index = index
    }

    /// Reads the next column.
    ///
    /// - Throws: `.decoding` if there is no further column, or it is null or of another type than `T` reads.
    public mutating func next<T: PostgresDecodable>(_: T.Type = T.self) throws(PostgresError) -> T {
        defer { column += 1 }
        do throws(PostgresDecodingError) {
            guard column < result.columns else { throw PostgresDecodingError(.noSuchColumn, expected: T.self) }
            return try result.value(row: index, column: column)
        } catch {
            var located = error
            located.column = Int(column)
            throw PostgresError(.decoding(located))
        }
    }

    /// Refuses a row of which a column was left unread: the statement and its reader have drifted apart.
    func finish() throws(PostgresError) {
        guard column == result.columns else {
            var error = PostgresDecodingError(.unreadColumns, expected: Row.self)
            error.column = Int(column)
            throw PostgresError(.decoding(error))
        }
    }
}

/// The owner of a `PGresult`: its memory is read only through this class and freed with it.
///
/// Unchecked: a `PGresult` does not change after libpq has given it out, and may be read from any thread.
final class ResultSet: @unchecked Sendable {
    private let pointer: OpaquePointer
    let rows: Int32
    let columns: Int32

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        rows = PQntuples(pointer)
        columns = PQnfields(pointer)
    }

    deinit {
        PQclear(pointer)
    }

    /// How many rows the statement made, changed or gave.
    var affected: Int {
        withExtendedLifetime(self) {
            guard let text = PQcmdTuples(pointer) else { return 0 }
            return Int(String(cString: text)) ?? 0
        }
    }

    /// The word with which the server says what it did, such as `COMMIT`.
    var command: String {
        withExtendedLifetime(self) {
            guard let text = PQcmdStatus(pointer) else { return "" }
            return String(cString: text)
        }
    }

    func value<T: PostgresDecodable>(row: Int32, column: Int32) throws(PostgresDecodingError) -> T {
        defer { withExtendedLifetime(self) {} }
        guard PQgetisnull(pointer, row, column) == 0 else {
            guard let null = T.postgresNull else { throw PostgresDecodingError(.null, expected: T.self) }
            return null
        }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column)))
        return try T(postgres: bytes, type: PostgresType(oid: PQftype(pointer, column)))
    }
}
