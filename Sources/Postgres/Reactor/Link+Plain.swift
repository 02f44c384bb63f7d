import CLibPQ
import DequeModule

/// What libpq cannot do in pipeline mode: scripts of many statements, and COPY. The link is free of all else then.
extension Link {
    func sendPlain(_ entry: WaitQueue<Segment>.Entry, _ now: Instant) -> Bool {
        switch entry.element.kind {
        case .script(let text), .copy(let text):
            // libpq is done with the pipeline only when it has been asked once more.
            while PQisBusy(connection) == 0, let left = PQgetResult(connection) { PQclear(left) }
            guard PQexitPipelineMode(connection) == 1, PQsendQuery(connection, text) == 1 else { return false }
            isPlain = true
        case .copyEnd(let refused):
            guard isCopying, PQputCopyEnd(connection, refused ? "given up" : nil) == 1 else { return false }
            isCopying = false
        case .collect, .listen, .stream: return false
        }
        took(entry, SegmentProgress(statements: 0), now)
        return true
    }

    /// Takes one thing from libpq outside of pipeline mode; false if the connection is of no use any more.
    func receivePlain(_ now: Instant) -> Bool {
        guard let result = PQgetResult(connection) else {
            guard PQstatus(connection) == CONNECTION_OK, PQenterPipelineMode(connection) == 1 else { return false }
            isPlain = false
            finishHead(flights[0].failure, now)
            return true
        }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            keep(ResultSet(result))
            return true
        case PGRES_COPY_IN where flights[0].segment.isCopy:
            PQclear(result)
            isCopying = true
            finishHead(nil, now)
            return true
        case PGRES_FATAL_ERROR:
            defer { PQclear(result) }
            guard let failure = ServerFailure(result), !failure.endsConnection else { return false }
            note(failure.error)
            return true
        default:
            PQclear(result)
            return false
        }
    }

    /// Hands COPY data to libpq; its writer goes on when the kernel has taken it.
    func copy(_ data: CopyData) {
        guard isCopying, writer == nil else {
            return data.continuation.resume(returning: .failure(.misuse("no copy is running")))
        }
        let taken = data.bytes.withUnsafeBytes { bytes in
            PQputCopyData(
                connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: bytes.count))
        }
        guard taken == 1 else {
            data.continuation.resume(returning: .failure(.connectionLost(sent: false)))
            return fail()
        }
        writer = data
        flushed()
    }
}

extension Segment {
    /// Goes through libpq's pipeline mode.
    var isPipelined: Bool {
        switch kind {
        case .collect, .listen, .stream: true
        case .script, .copy, .copyEnd: false
        }
    }

    var isStream: Bool {
        if case .stream = kind { true } else { false }
    }

    var isCopy: Bool {
        if case .copy = kind { true } else { false }
    }

    var isCopyEnd: Bool {
        if case .copyEnd = kind { true } else { false }
    }
}
