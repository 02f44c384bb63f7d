/// A statement together with how its answer is read.
///
/// The reader runs in the task that asked, not on the connection's thread, and must read every column in order.
public struct Query<Answer: Sendable>: Sendable {
    let sql: SQL
    let file: StaticString
    let line: Int
    private let reader: @Sendable (ResultSet) throws(PostgresError) -> Answer

    private init(
        _ sql: SQL, _ file: StaticString, _ line: Int,
        _ reader: @escaping @Sendable (ResultSet) throws(PostgresError) -> Answer
    ) {
        self.sql = sql
        self.file = file
        self.line = line
        self.reader = reader
    }

    /// All rows of the statement.
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
    public func map<Other: Sendable>(_ transform: @escaping @Sendable (Answer) throws -> Other) -> Query<Other> {
        Query<Other>(sql, file, line) { [reader] result throws(PostgresError) in
            let answer = try reader(result)
            return try refusing { try transform(answer) }
        }
    }

    func read(_ result: ResultSet) throws(PostgresError) -> Answer {
        do throws(PostgresError) { return try reader(result) } catch { throw error.at(file, line) }
    }
}

extension ResultSet {
    func read<T>(_ index: Int32, _ read: (inout Row) throws -> T) throws(PostgresError) -> T {
        var row = Row(self, index)
        let value = try refusing { try read(&row) }
        try row.finish()
        return value
    }
}

/// Runs a reader of the caller's; an error of its own becomes `.decoding` with the name of the error's type alone.
private func refusing<T>(_ body: () throws -> T) throws(PostgresError) -> T {
    do {
        return try body()
    } catch let error as PostgresError {
        throw error
    } catch let error as PostgresDecodingError {
        throw PostgresError(.decoding(error))
    } catch {
        let reason = PostgresDecodingError.Reason.refused(String(describing: type(of: error)))
        throw PostgresError(.decoding(PostgresDecodingError(reason, expected: T.self)))
    }
}
