import CLibPQ

/// Connections that belong to one transaction for a while.
extension Loop {
    func lease(_ request: LeaseRequest) {
        guard drainingUntil == nil else { return request.continuation.resume(returning: .failure(.closed)) }
        guard exclusive.request(request, since: now, until: now + configuration.waitTime) else {
            reactor.observe(.waitRefused)
            return request.continuation.resume(returning: .failure(.poolFull))
        }
    }

    func submit(_ segment: Segment, leased id: Int) {
        if segment.isCancelled { return answer(segment, .failure(.cancelled)) }
        guard let link = links[id], link.phase == .ready else {
            return answer(segment, .failure(.connectionLost(sent: false)))
        }
        if link.cancellation.isFlying { return held[id, default: []].append(segment) }
        guard link.isFree(for: segment) else {
            return answer(segment, .failure(.misuse("something else still runs in the transaction")))
        }
        let entry = WaitQueue.Entry(element: segment, since: now, deadline: now)
        guard link.send(entry, now) else {
            answer(segment, .failure(.connectionLost(sent: false)))
            return link.fail()
        }
    }

    func resumeReading(_ id: Int) {
        links[id]?.resumeReading(now)
    }

    /// Takes a connection back; one that is not idle is closed, since its transaction would leak into the
    /// next, and so is one that has prepared more statements than it may keep.
    func release(_ id: Int) {
        guard let link = links[id] else { return }
        if link.phase == .ready, link.flights.isEmpty, PQtransactionStatus(link.connection) == PQTRANS_IDLE,
            !link.statements.isOverfull
        {
            exclusive.released(id, now)
        } else {
            exclusive.lost(id)
            links[id] = nil
            link.close()
        }
    }
}
