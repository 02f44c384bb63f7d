import Synchronization

/// The rows of a large result, read from the server as fast as they are consumed; a few hundred are in memory at once.
///
/// Read once, inside the transaction's closure. Leaving the loop early is allowed: the rest is read and dropped.
public struct RowStream<Element: Sendable>: AsyncSequence, Sendable {
    private let query: Query<[Element]>
    private let source: Source

    init(_ query: Query<[Element]>, _ source: Source) {
        self.query = query
        self.source = source
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(query: query, source: source)
    }

    /// Reads one row after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let query: Query<[Element]>
        let source: Source
        private var rows: [Element] = []

        fileprivate init(query: Query<[Element]>, source: Source) {
            self.query = query
            self.source = source
        }

        /// The next row; nil after the last.
        ///
        /// - Throws: `.decoding` for a row that cannot be read, `.cancelled`, or what the server refused.
        public mutating func next(
            isolation: isolated (any Actor)? = #isolation
        ) async throws(PostgresError) -> Element? {
            if rows.isEmpty {
                guard let results = try await source.next() else { return nil }
                for result in results { rows += try query.read(result) }
                rows.reverse()
            }
            return rows.popLast()
        }
    }
}

/// A stream's end of the connection. When nobody holds it any more, the rest of the rows is dropped.
final class Source: Sendable {
    private let buffer: StreamBuffer
    private let segment: Segment
    private let reactor: Reactor
    private let link: Int

    init(_ buffer: StreamBuffer, _ segment: Segment, _ reactor: Reactor, link: Int) {
        self.buffer = buffer
        self.segment = segment
        self.reactor = reactor
        self.link = link
    }

    deinit {
        abandon()
    }

    func next() async throws(PostgresError) -> [ResultSet]? {
        let chunk = await withTaskCancellationHandler {
            await buffer.next { reactor.post(.resumeReading(link: link)) }
        } onCancel: {
            cancel()
        }
        return try chunk.get()
    }

    func cancel() {
        segment.cancel()
        reactor.post(.cancel(segment))
    }

    func abandon() {
        if buffer.abandon() { reactor.post(.resumeReading(link: link)) }
    }
}

extension Transaction {
    /// Runs a query and gives its rows one by one, for results too large to hold.
    ///
    /// Until the rows are read or dropped, nothing else can run in the transaction.
    public func stream<Element>(_ query: Query<[Element]>) async throws(PostgresError) -> RowStream<Element> {
        try await begin()
        try check()
        let buffer = StreamBuffer()
        let segment = Segment([Statement(query)], kind: .stream(buffer), deadline: deadline, continuation: nil)
        guard reactor.post(.submitLeased(segment, link: link)) else { throw .closed }
        let source = Source(buffer, segment, reactor, link: link)
        opened(source)
        return RowStream(query, source)
    }
}
