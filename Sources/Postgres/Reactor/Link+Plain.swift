import CLibPQ
import DequeModule

/// What libpq cannot do in pipeline mode: scripts of many statements. The link is free of all else then.
extension Link {
    func sendPlain(_ entry: WaitQueue<Segment>.Entry, _ now: Instant) -> Bool {
        guard case .script(let text) = entry.element.kind else { return false }
        // libpq is done with the pipeline only when it has been asked once more.
        while PQisBusy(connection) == 0, let left = PQgetResult(connection) { PQclear(left) }
        guard PQexitPipelineMode(connection) == 1, PQsendQuery(connection, text) == 1 else { return false }
        isPlain = true
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
}

extension Segment {
    /// Goes through libpq's pipeline mode.
    var isPipelined: Bool {
        if case .script = kind { false } else { true }
    }

    var isStream: Bool {
        if case .stream = kind { true } else { false }
    }
}
