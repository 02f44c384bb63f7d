import CLibPQ

/// Cancelling: what waits is taken out, what was sent is cancelled on the server once it is at the head.
extension Loop {
    func cancel(_ segment: Segment) {
        if waiting.remove(segment) { return answer(segment, .failure(.cancelled)) }
        for link in links.values where link.flights.first?.segment == segment { cancelHeadIfAsked(link) }
    }

    /// Sends a cancellation if the segment at the head wants one and none is in the air.
    func cancelHeadIfAsked(_ link: Link) {
        guard link.phase == .ready, let head = link.flights.first, head.segment.isCancelled || head.timedOut,
            link.cancellation.begin()
        else { return }
        guard let request = PQgetCancel(link.connection) else { return link.fail() }
        reactor.observe(.cancelling)
        shared.hold(link.id, true)
        let handle = Reactor.Handle(pointer: request)
        let id = link.id
        reactor.offload { [reactor] in
            var reason: [CChar] = Array(repeating: 0, count: 256)
            _ = PQcancel(handle.pointer, &reason, Int32(reason.count))
            PQfreeCancel(handle.pointer)
            reactor.post(.cancelReturned(link: id))
        }
    }

    func cancelReturned(_ id: Int) {
        guard let link = links[id] else { return }
        link.cancellation.landed(inFlight: link.flights.count)
        shared.hold(id, false)
        for segment in held.removeValue(forKey: id) ?? [] { submit(segment, leased: id) }
    }
}
