import CLibPQ
import Logging

/// Connections: made, lost, made again; and what is decided when a segment on one of them is answered.
extension Loop: LinkOwner {
    func connect(_ purpose: PostgresObservation.Purpose) {
        let link = Link(
            id: newLinkID(), purpose: purpose, began: now, statements: configuration.preparedStatements,
            poller: reactor.poller, owner: self)
        links[link.id] = link
        let id = link.id
        reactor.offload { [reactor, parameters] in
            let handle = parameters.start()
            if !reactor.post(.connectStarted(link: id, handle)), let handle { PQfinish(handle.pointer) }
        }
    }

    func connectStarted(_ id: Int, _ handle: Reactor.Handle?) {
        guard let link = links[id] else {
            if let handle { PQfinish(handle.pointer) }
            return
        }
        if let handle { link.started(handle) } else { link.fail() }
    }

    func linkIsReady(_ link: Link) {
        backoff.reset()
        reactor.observe(.connected(link.purpose, now - link.began))
        switch link.purpose {
        case .shared: shared.add(link.id)
        case .exclusive: exclusive.opened(link.id, now)
        case .listener: listenerIsReady(link)
        }
    }

    // MARK: Answers

    func link(_ link: Link, finished flight: Link.Flight, _ error: PostgresError?) {
        let isExcused = link.cancellation.excuses
        link.cancellation.answered()
        shared.answered(link.id)
        defer {
            tidy(link)
            cancelHeadIfAsked(link)
        }
        reactor.observe(.answered(waited: flight.sent - flight.entry.since, ran: now - flight.sent))
        guard let error else {
            if link.purpose == .listener { listenerAnswered(flight.segment) }
            return answer(flight.segment, .success(flight.results))
        }
        if isStale(error) {
            for statement in flight.segment.statements { link.statements.forget(statement.key) }
            if link.purpose == .shared { return resubmit(flight.entry, else: error) }
        }
        guard error.sqlState == "57014" else { return answer(flight.segment, .failure(located(error, flight))) }
        if flight.segment.isCancelled {
            answer(flight.segment, .failure(.cancelled))
        } else if isExcused, !flight.timedOut, link.purpose == .shared {
            resubmit(flight.entry, else: .timedOut)
        } else {
            answer(flight.segment, .failure(located(.timedOut, flight)))
        }
    }

    /// Has the server forget a statement that no longer fits, in a segment of its own so that it can harm no other.
    private func tidy(_ link: Link) {
        guard link.purpose == .shared, let name = link.statements.evict() else { return }
        let forget = Statement(SQL(unsafe: "deallocate \(name)"), isPrepared: false)
        let segment = Segment([forget], patience: configuration.patience(with: 1), continuation: nil)
        send(WaitQueue.Entry(element: segment, since: now, deadline: now), on: link)
    }

    /// The server's plan no longer fits its tables, or it has forgotten the statement: prepared anew, it will work.
    private func isStale(_ error: PostgresError) -> Bool {
        error.sqlState == "26000" || error.sqlState == "0A000"
    }

    private func located(_ error: PostgresError, _ flight: Link.Flight) -> PostgresError {
        guard let index = flight.progress.failedStatement, index < flight.segment.statements.count else { return error }
        let statement = flight.segment.statements[index]
        return error.at(statement.file, statement.line)
    }

    // MARK: Losses

    func link(_ link: Link, lost unanswered: [Link.Flight]) {
        links[link.id] = nil
        shared.remove(link.id)
        let wasReady = link.wasReady
        if wasReady { reactor.observe(.connectionLost(link.purpose, inFlight: unanswered.count)) }
        for flight in unanswered.reversed() {
            if link.wasTerminated, link.purpose == .shared {
                resubmit(flight.entry, else: .connectionLost(sent: true))
            } else {
                answer(flight.segment, .failure(.connectionLost(sent: !link.wasTerminated)))
            }
        }
        switch link.purpose {
        case .shared: reconnectLater(link, wasReady)
        case .listener: if !subscriptions.isEmpty { reconnectLater(link, wasReady) }
        case .exclusive:
            if wasReady {
                exclusive.lost(link.id)
            } else if exclusive.waiting.isEmpty {
                exclusive.openingFailed()
            } else {
                reconnectLater(link, wasReady)
            }
        }
    }

    private func reconnectLater(_ link: Link, _ wasReady: Bool) {
        guard drainingUntil == nil || link.purpose == .exclusive else { return }
        let delay = wasReady ? .zero : backoff.next(jitter: Double.random(in: 0...1))
        if !wasReady {
            reactor.observe(.connectionFailed(link.purpose, retryAfter: delay))
            reactor.logger.warning(
                "connecting to the database failed", metadata: ["purpose": "\(link.purpose)", "retryAfter": "\(delay)"])
        }
        reconnects.append(Reconnect(purpose: link.purpose, at: now + delay))
    }

    // MARK: Deadlines

    /// When something has to be done about a link although nothing came from it.
    func deadline(of link: Link) -> Instant? {
        switch link.phase {
        case .starting, .connecting: return link.began + configuration.connectTime
        case .dead: return nil
        case .ready:
            guard let head = link.flights.first else { return nil }
            let given = head.timedOut ? nil : head.segment.deadline
            let silence = head.segment.patience.map { head.reachedHead + $0 }
            // Cancelled for being late, it gets some time to answer.
            let late = head.segment.deadline.map { $0 + .seconds(10) }
            return [given, silence, late].compactMap(\.self).min()
        }
    }

    func checkDeadline(_ link: Link) {
        guard let deadline = deadline(of: link), deadline <= now else { return }
        guard let head = link.flights.first, !head.timedOut, let given = head.segment.deadline, given <= now else {
            return link.fail()
        }
        link.markHeadTimedOut()
        cancelHeadIfAsked(link)
    }
}

extension Link {
    func isReady(_ purpose: PostgresObservation.Purpose) -> Bool {
        phase == .ready && self.purpose == purpose
    }
}
