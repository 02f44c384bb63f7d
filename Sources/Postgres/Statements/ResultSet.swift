import CLibPQ

/// The owner of a `PGresult`: its memory is read only through this class and freed with it.
///
/// Unchecked: a `PGresult` does not change after libpq has given it out, and may be read from any thread.
@usableFromInline
final class ResultSet: @unchecked Sendable {
    private let pointer: OpaquePointer
    @usableFromInline let rows: Int32
    @usableFromInline let columns: Int32

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        rows = PQntuples(pointer)
        columns = PQnfields(pointer)
    }

    deinit {
        PQclear(pointer)
    }

    /// How many rows the statement made, changed or gave.
    @usableFromInline var affected: Int {
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

    @usableFromInline
    func type(column: Int32) -> PostgresType {
        withExtendedLifetime(self) { PostgresType(oid: PQftype(pointer, column)) }
    }

    /// The bytes of a value, nil for null. They live as long as this object: the caller must keep it while it reads.
    @usableFromInline
    func bytes(row: Int32, column: Int32) -> UnsafeRawBufferPointer? {
        withExtendedLifetime(self) {
            let length = PQgetlength(pointer, row, column)
            if length == 0, PQgetisnull(pointer, row, column) == 1 { return nil }
            return UnsafeRawBufferPointer(start: PQgetvalue(pointer, row, column), count: Int(length))
        }
    }

    @inlinable
    func read<T>(_ index: Int32, _ read: (inout Row) throws -> T) throws(PostgresError) -> T {
        var row = Row(self, index)
        let value: T
        do { value = try read(&row) } catch { throw PostgresError(reading: error, as: T.self) }
        try row.finish()
        return value
    }
}

extension PostgresError {
    /// A reader's error; one of its own becomes `.decoding` with the name of the error's type alone.
    @usableFromInline
    init(reading error: any Error, as expected: Any.Type) {
        switch error {
        case let error as PostgresError: self = error
        case let error as PostgresDecodingError: self.init(.decoding(error))
        default:
            let reason = PostgresDecodingError.Reason.refused(String(describing: type(of: error)))
            self.init(.decoding(PostgresDecodingError(reason, expected: expected)))
        }
    }
}
