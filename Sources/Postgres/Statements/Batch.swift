/// Queries gathered one by one into a segment, where their number is not known when the code is written.
///
/// ```swift
/// var batch = Batch()
/// let slots = items.map { batch.append(insert($0)) }
/// let answers = try await client.pipeline(batch)
/// for slot in slots { _ = try answers[slot] }
/// ```
public struct Batch: Sendable {
    private(set) var statements: [Statement] = []

    /// Begins with no query.
    public init() {}

    /// How many queries there are.
    public var count: Int { statements.count }

    /// Adds a query; its answer is found at the slot afterwards.
    public mutating func append<Answer>(_ query: Query<Answer>) -> Slot<Answer> {
        statements.append(Statement(query))
        return Slot(index: statements.count - 1, query: query)
    }

    /// The place of a query's answer in the results of a batch.
    public struct Slot<Answer: Sendable>: Sendable {
        let index: Int
        let query: Query<Answer>
    }

    /// The answers of a batch, read when they are asked for.
    public struct Results: Sendable {
        let results: [ResultSet]

        /// The answer of the query in this slot.
        public subscript<Answer>(slot: Slot<Answer>) -> Answer {
            get throws(PostgresError) {
                guard slot.index < results.count else { throw PostgresError.misuse("slot of another batch") }
                return try slot.query.read(results[slot.index])
            }
        }
    }
}

/// A statement on its way to the server: text, values, and where it was written.
@usableFromInline
struct Statement: Sendable {
    let key: StatementKey
    let bindings: Bindings
    let file: StaticString
    let line: Int
    /// Whether it is worth keeping prepared.
    let isPrepared: Bool

    @usableFromInline
    init(_ query: Query<some Sendable>) {
        self.init(query.sql, file: query.file, line: query.line)
    }

    init(_ sql: SQL, isPrepared: Bool = true, file: StaticString = #fileID, line: Int = #line) {
        self.isPrepared = isPrepared
        key = StatementKey(sql.text, sql.bindings.types)
        bindings = sql.bindings
        self.file = file
        self.line = line
    }

    var text: String { key.text }
}

/// What a prepared statement is known by: its text and the types bound to it, with their hash, which is computed by the
/// caller and not by the connections' thread.
struct StatementKey: Hashable, Sendable {
    let text: String
    let types: [PostgresType]
    private let digest: Int

    init(_ text: String, _ types: [PostgresType] = []) {
        self.text = text
        self.types = types
        var hasher = Hasher()
        hasher.combine(text)
        hasher.combine(types)
        digest = hasher.finalize()
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
    }

    static func == (left: StatementKey, right: StatementKey) -> Bool {
        left.digest == right.digest && left.text == right.text && left.types == right.types
    }
}

extension PostgresClient {
    /// Runs statements whose answers nobody needs, in one transaction.
    package func run(_ statements: [Query<Int>]) async throws(PostgresError) {
        var batch = Batch()
        for statement in statements { _ = batch.append(statement) }
        _ = try await pipeline(batch)
    }
}
