import Logging

/// Takes the rows of a `COPY … FROM STDIN` in binary format and sends them on in large pieces.
///
/// Binary means that each value must have exactly its column's type: `Int` for `int8`, `Int32` for `int4`.
public struct CopyWriter {
    private let reactor: Reactor
    private let link: Int
    private var bytes: [UInt8]

    init(_ reactor: Reactor, link: Int) {
        self.reactor = reactor
        self.link = link
        bytes = Self.header
        bytes.reserveCapacity(Self.pieceSize + 4096)
    }

    /// Writes one row; waits while the server is behind.
    ///
    /// - Throws: `.cancelled` if the task was; `.connectionLost`. What the server refuses is told at the end.
    public nonisolated(nonsending) mutating func row<each Value: PostgresEncodable>(
        _ values: repeat each Value
    ) async throws(PostgresError) {
        let start = bytes.count
        bytes.append(bigEndian: Int16(0))
        var count: Int16 = 0
        for value in repeat each values {
            bytes.append(sized: value)
            count += 1
        }
        bytes[start] = UInt8(truncatingIfNeeded: count >> 8)
        bytes[start + 1] = UInt8(truncatingIfNeeded: count)
        if bytes.count >= Self.pieceSize { try await flush() }
    }

    nonisolated(nonsending) mutating func finish() async throws(PostgresError) {
        bytes.append(bigEndian: Int16(-1))
        try await flush()
    }

    private nonisolated(nonsending) mutating func flush() async throws(PostgresError) {
        try await reactor.send(bytes, link: link)
        bytes.removeAll(keepingCapacity: true)
    }

    private static let pieceSize = 64 * 1024
    /// The signature, no flags, no extension (PostgreSQL documentation, COPY, binary format).
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + Array(repeating: 0, count: 8)
}

/// A piece of COPY data on its way; its writer goes on when the kernel has taken it.
struct CopyData: Sendable {
    let bytes: [UInt8]
    let continuation: CheckedContinuation<Result<Void, PostgresError>, Never>
}

extension Transaction {
    /// Copies rows into a table (`"clients (practice_id, id, name)"`), by far the fastest way to insert many.
    ///
    /// The client's `statement_timeout` covers the whole copy; give the transaction another `statementTime` for more.
    /// - Parameter rows: writes the rows; if it throws, nothing is copied and the transaction is lost.
    /// - Returns: how many rows were copied.
    @discardableResult
    public func copyIn(
        into target: SQL, isolation: isolated (any Actor)? = #isolation,
        rows: (inout CopyWriter) async throws -> Void
    ) async throws -> Int {
        guard target.bindings.count == 0 else { throw PostgresError.misuse("COPY takes no parameters") }
        try await begin()
        _ = try await perform([], kind: .copy("copy \(target.text) from stdin with (format binary)"))
        var writer = CopyWriter(reactor, link: link)
        do {
            try await rows(&writer)
            try await writer.finish()
        } catch {
            do { _ = try await end(refused: true) } catch { reactor.logger.debug("a copy was given up") }
            throw error
        }
        return try await end(refused: false)
    }

    private func end(refused: Bool) async throws(PostgresError) -> Int {
        try await performShielded(.copyEnd(refused: refused)).last?.affected ?? 0
    }
}

extension Reactor {
    func send(_ bytes: [UInt8], link: Int) async throws(PostgresError) {
        if Task.isCancelled { throw .cancelled }
        let result = await withCheckedContinuation { continuation in
            if !post(.copy(CopyData(bytes: bytes, continuation: continuation), link: link)) {
                continuation.resume(returning: .failure(.closed))
            }
        }
        try result.get()
    }
}
