/// A statement together with how its answer is read.
///
/// The reader runs in the task that asked, not on the connection's thread, and must read every column in order.
public struct Query<Answer: Sendable>: Sendable {
    @usableFromInline let sql: SQL
    @usableFromInline let file: StaticString
    @usableFromInline let line: Int
    @usableFromInline let reader: @Sendable (ResultSet) throws(PostgresError) -> Answer

    @usableFromInline
    init(
        _ sql: SQL, _ file: StaticString, _ line: Int,
        _ reader: @escaping @Sendable (ResultSet) throws(PostgresError) -> Answer
    ) {
        self.sql = sql
        self.file = file
        self.line = line
        self.reader = reader
    }

    /// All rows of the statement.
    @inlinable
    public static func rows<T: Sendable>(
        _ sql: SQL, file: StaticString = #fileID, line: Int = #line,
        _ read: @escaping @Sendable (inout Row) throws -> T
    ) -> Query where Answer == [T] {
        Query(sql, file, line) { result throws(PostgresError) in
            var rows: [T] = []
            rows.reserveCapacity(Int(result.rows))
            for index in 0..<result.rows { rows.append(try result.read(index, read)) }
            return rows
        }
    }

    /// The one row of the statement; `.noRow` if there is none, `.tooManyRows` if there are several.
    @inlinable
    public static func row(
        _ sql: SQL, file: StaticString = #fileID, line: Int = #line,
        _ read: @escaping @Sendable (inout Row) throws -> Answer
    ) -> Query {
        Query(sql, file, line) { result throws(PostgresError) in
            guard result.rows > 0 else { throw PostgresError.noRow }
            guard result.rows == 1 else { throw PostgresError.tooManyRows }
            return try result.read(0, read)
        }
    }

    /// The row of the statement, nil if there is none; `.tooManyRows` if there are several.
    @inlinable
    public static func optionalRow<T: Sendable>(
        _ sql: SQL, file: StaticString = #fileID, line: Int = #line,
        _ read: @escaping @Sendable (inout Row) throws -> T
    ) -> Query where Answer == T? {
        Query(sql, file, line) { result throws(PostgresError) in
            guard result.rows > 0 else { return nil }
            guard result.rows == 1 else { throw PostgresError.tooManyRows }
            return try result.read(0, read)
        }
    }

    /// How many rows the statement made, changed or gave; a statement that gives columns is refused.
    ///
    /// A function is called for its effect alone with `select from f(…)`, which gives no columns.
    @inlinable
    public static func run(
        _ sql: SQL, file: StaticString = #fileID, line: Int = #line
    ) -> Query where Answer == Int {
        Query(sql, file, line) { result throws(PostgresError) in
            guard result.columns == 0 else {
                throw PostgresError(.decoding(PostgresDecodingError(.unexpectedColumns, expected: Int.self)))
            }
            return result.affected
        }
    }

    /// The same statement, its answer changed by `transform`.
    @inlinable
    public func map<Other: Sendable>(_ transform: @escaping @Sendable (Answer) throws -> Other) -> Query<Other> {
        Query<Other>(sql, file, line) { [reader] result throws(PostgresError) in
            let answer = try reader(result)
            do { return try transform(answer) } catch { throw PostgresError(reading: error, as: Other.self) }
        }
    }

    @inlinable
    func read(_ result: ResultSet) throws(PostgresError) -> Answer {
        do throws(PostgresError) { return try reader(result) } catch { throw error.at(file, line) }
    }
}
