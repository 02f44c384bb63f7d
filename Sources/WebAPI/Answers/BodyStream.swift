import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres
import Practice

/// A body that is written while its rows come from the database: in the transaction that has entered, and whose
/// connection it gives back when it ends.
struct BodyStream: Sendable {
    let transaction: OpenTransaction
    /// Begun with what was asked; nil for a body that carries no hash.
    let hash: QueryHash?
    /// How many bytes come, where that is known.
    var length: Int?
    /// What is sent before them, and is no part of the hash.
    var prefix: [UInt8] = []
    /// Whether it is a table without a byte order mark.
    var isPlain = false
    /// Whether they are sent in gzip.
    var isGzip = false
    /// Whether the caller may still have it; and what goes into the audit when it breaks off: some of it may have been read.
    let watch: StandingWatch
    let write: @Sendable (inout BodyWriter, Transaction) async throws -> Void

    /// Hummingbird's body. What waits for the client, or fails to reach it, is the writing; while that waits no more rows
    /// are read. An error ends the connection instead of the body, so that nobody takes a part for the whole.
    func body(_ logger: Logger?) -> ResponseBody {
        ResponseBody(contentLength: length) { writer in
            var body = BodyWriter(writer, hash, watch, prefix: prefix)
            do {
                try await transaction.finish(otherwise: watch.breakOff, orElse: watch.keepBreakOff) { transaction in
                    if isGzip { try body.compress() }
                    try await write(&body, transaction)
                    try await body.finish()
                }
            } catch {
                // Its type alone, where it is not the database's: its text may hold people's data.
                let name = (error as? PostgresError).map { "\($0)" } ?? "\(type(of: error))"
                logger?.warning("A body broke off.", metadata: ["error": "\(name)"])
                throw error
            }
            try await writer.finish(body.hash.map { [.eTag: tag($0)] })
        }
    }

    private func tag(_ hash: QueryHash) -> String {
        var tag = EntityTag.text(hash.text)
        if isPlain { tag = EntityTag.ofPlain(tag) }
        return isGzip ? EntityTag.ofGzip(tag) : tag
    }

    /// Ends the transaction without a body, for HEAD: what it wrote to the audit stays.
    func discard() async throws(Problem) {
        do {
            try await transaction.finish { _ in }
        } catch {
            throw .databaseUnavailable
        }
    }
}

/// Takes the bytes of a streamed body, hashes them and sends them on in pieces of some 64 KiB.
public struct BodyWriter {
    /// How much is gathered before it is sent.
    public static let pieceSize = 64 * 1024

    /// The hash of what was asked and of all bytes so far; nil for a body that carries none.
    public private(set) var hash: QueryHash?
    private var isSealed = false
    private var writer: any ResponseBodyWriter
    private var piece: [UInt8] = []
    private var watch: StandingWatch
    private var gzip: Gzip?

    init(_ writer: any ResponseBodyWriter, _ hash: QueryHash?, _ watch: StandingWatch, prefix: [UInt8]) {
        self.writer = writer
        self.hash = hash
        self.watch = watch
        piece.reserveCapacity(Self.pieceSize)
        piece += prefix
    }

    /// Sends all that follows in gzip.
    mutating func compress() throws { gzip = try Gzip() }

    /// Adds bytes to the body, and hashes them; waits while the client is behind.
    ///
    /// - Throws: when the client has gone, or its request was cancelled, or the caller may have no more of it.
    public mutating func write(_ bytes: [UInt8]) async throws {
        if !isSealed { hash?.update(bytes) }
        piece.append(contentsOf: bytes)
        if piece.count >= Self.pieceSize { try await flush() }
    }

    /// The hash of all so far, for a body that has it in itself: what is written from here on is not hashed.
    public mutating func seal() -> String {
        isSealed = true
        return hash?.text ?? ""
    }

    /// Sends what is left, and what the compression held back.
    mutating func finish() async throws { try await flush(isLast: true) }

    mutating func flush(isLast: Bool = false) async throws {
        guard !piece.isEmpty || (isLast && gzip != nil) else { return }
        // Who has hung up cancels this task; a write that finds room does not look.
        try Task.checkCancellation()
        try await watch.look()
        let bytes = try gzip?.compress(piece, isLast: isLast) ?? piece
        if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
        piece.removeAll(keepingCapacity: true)
    }
}

/// A call that has entered, in a transaction that is still open, for an answer whose body is to be streamed.
public struct OpenCall: Sendable {
    let transaction: OpenTransaction
    let watch: StandingWatch
    /// Who entered.
    public let principal: Principal

    /// Answers with these fields and a body that the closure writes, while it reads rows of the transaction. The hash of
    /// what was asked and of all bytes follows the body, as the trailer field `ETag`.
    public func answer(
        _ fields: HTTPFields, hash: QueryHash,
        writing write: @escaping @Sendable (inout BodyWriter, Transaction) async throws -> Void
    ) -> Answer {
        var answer = Answer(status: .ok, headers: fields)
        answer.headers[.trailer] = "ETag"
        answer.headers.append(HTTPField(name: .vary, value: "Accept"))
        answer.stream = BodyStream(transaction: transaction, hash: hash, watch: watch, write: write)
        return answer
    }

    /// Answers with these fields and a body of so many bytes that the closure writes, while it reads rows of the
    /// transaction.
    public func answer(
        _ fields: HTTPFields, length: Int,
        writing write: @escaping @Sendable (inout BodyWriter, Transaction) async throws -> Void
    ) -> Answer {
        var answer = Answer(status: .ok, headers: fields)
        answer.stream = BodyStream(
            transaction: transaction, hash: nil, length: length, watch: watch, write: write)
        return answer
    }
}

extension Call {
    /// How long a body may be streamed: what takes longer is not read by anybody.
    private static let streaming = TransactionOptions(timeout: .seconds(600), statementTime: .seconds(600))

    /// Enters on a connection of its own, runs queries in the same round trip, and leaves the transaction open for a body
    /// that is streamed (``OpenCall/answer(_:hash:writing:)``). Whatever fits in memory belongs in ``run(_:faults:)``.
    ///
    /// - Throws: as ``run(_:faults:)`` does, while the answer can still say so.
    public func open<each Value>(
        _ queries: repeat Query<each Value>
    ) async throws(Problem) -> (OpenCall, repeat each Value) {
        try refuseUnreadQuery()
        do throws(PostgresError) {
            var batch = Batch()
            _ = batch.append(Entry.lasting)
            let entry = batch.append(try Entry.query(self))
            for judgement in Entry.judgements(self) { _ = batch.append(judgement) }
            if onlyLooks { _ = batch.append(Entry.looking) }
            let standing = batch.append(Entry.standing)
            let slots = (repeat batch.append(each queries))
            let (transaction, results) = try await server.database.open(Self.streaming, batch)
            references.settle()
            do throws(PostgresError) {
                _ = try await server.database.pipeline(Entry.seen(self))
                let call = OpenCall(
                    transaction: transaction, watch: StandingWatch(self, was: try results[standing]),
                    principal: try results[entry])
                return (call, repeat try results[each slots])
            } catch {
                await transaction.rollback()
                throw error
            }
        } catch {
            throw Problem(error, in: self)
        }
    }
}
