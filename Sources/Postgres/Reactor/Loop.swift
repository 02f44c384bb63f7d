import CLibPQ
import DequeModule
import Logging

/// What the reactor's thread does: takes commands, gives work to connections, passes on answers.
///
/// Not sendable: made on the thread and never leaves it, so nothing here needs a lock.
final class Loop {
    typealias Instant = ContinuousClock.Instant

    let reactor: Reactor
    let configuration: PostgresConfiguration
    let parameters: ConnectionParameters
    var links: [Int: Link] = [:]
    var shared: SharedSlots
    var waiting: WaitQueue<Segment>
    var exclusive: ExclusivePool<LeaseRequest>
    var reconnects: [Reconnect] = []
    var backoff: Backoff
    /// How often a segment was sent in vain; only for those that were.
    var attempts: [Segment: Int] = [:]
    /// Segments of transactions that wait until a cancellation on their connection has landed.
    var held: [Int: [Segment]] = [:]
    var subscriptions = Subscriptions()
    var drainingUntil: Instant?
    var now = Instant.now
    private var nextLink = 1
    private var commands: [Reactor.Command] = []
    private var readyLinks: [Int] = []

    /// A connection that is to be begun anew at some moment.
    struct Reconnect {
        let purpose: PostgresObservation.Purpose
        let at: Instant
    }

    init(_ reactor: Reactor) {
        self.reactor = reactor
        configuration = reactor.configuration
        parameters = ConnectionParameters(reactor.configuration)
        shared = SharedSlots(depth: configuration.segmentsInFlight)
        waiting = WaitQueue(limit: configuration.waitersLimit)
        exclusive = ExclusivePool(limit: configuration.exclusiveConnections, waiters: configuration.waitersLimit)
        backoff = Backoff(first: configuration.reconnectDelay, longest: configuration.longestReconnectDelay)
    }

    func run() {
        for _ in 0..<configuration.sharedConnections { connect(.shared) }
        while !isDrained {
            reactor.take(&commands)
            now = .now
            let isIdle = commands.isEmpty
            for command in commands { perform(command) }
            commands.removeAll(keepingCapacity: true)
            tick()
            dispatch()
            publish()
            wait(milliseconds: isIdle ? millisecondsToNextDeadline() : 0)
        }
        end()
    }

    private func wait(milliseconds: Int32) {
        readyLinks.removeAll(keepingCapacity: true)
        reactor.poller.wait(milliseconds: milliseconds) { readyLinks.append($0) }
        guard !readyLinks.isEmpty else { return }
        now = .now
        for id in readyLinks { links[id]?.socketIsReady(now) }
        dispatch()
    }

    private func perform(_ command: Reactor.Command) {
        switch command {
        case .submit(let segment): submit(segment)
        case .submitLeased(let segment, let link): submit(segment, leased: link)
        case .cancel(let segment): cancel(segment)
        case .lease(let request): lease(request)
        case .withdraw(let request):
            if exclusive.withdraw(request) { request.continuation.resume(returning: .failure(.cancelled)) }
        case .release(let link): release(link)
        case .connectStarted(let link, let handle): connectStarted(link, handle)
        case .cancelReturned(let link): cancelReturned(link)
        case .resumeReading(let link): resumeReading(link)
        case .subscribe(let subscription): subscribe(subscription)
        case .unsubscribe(let subscription): unsubscribe(subscription)
        case .drain: drainingUntil = now + configuration.drainTime
        }
    }

    // MARK: Segments on shared connections

    private func submit(_ segment: Segment) {
        if segment.isCancelled { return answer(segment, .failure(.cancelled)) }
        guard drainingUntil == nil else { return answer(segment, .failure(.closed)) }
        let deadline = now + configuration.waitTime
        if waiting.isEmpty, let link = pickShared() {
            return send(WaitQueue.Entry(element: segment, since: now, deadline: deadline), on: link)
        }
        guard waiting.append(segment, since: now, until: deadline) else {
            reactor.observe(.waitRefused)
            return answer(segment, .failure(.poolFull))
        }
    }

    /// Sends what waits, as far as connections are free.
    func dispatch() {
        while !waiting.isEmpty, let link = pickShared(), let entry = waiting.popFirst() { send(entry, on: link) }
        while let action = exclusive.next(now, idleTime: configuration.exclusiveIdleTime) {
            switch action {
            case .lease(let request, let link): request.continuation.resume(returning: .success(link))
            case .open: connect(.exclusive)
            case .close(let link):
                links.removeValue(forKey: link)?.close()
            }
        }
    }

    private func pickShared() -> Link? {
        shared.pick().flatMap { links[$0] }
    }

    func send(_ entry: WaitQueue<Segment>.Entry, on link: Link) {
        if entry.element.isCancelled { return answer(entry.element, .failure(.cancelled)) }
        shared.sent(link.id)
        guard link.send(entry, now) else {
            // It never left: it waits for another connection until its deadline, however many turn out to be broken.
            waiting.prepend(entry)
            return link.fail()
        }
    }

    /// Puts a segment that certainly had no effect back in front, unless it was tried often enough.
    func resubmit(_ entry: WaitQueue<Segment>.Entry, else error: PostgresError) {
        let segment = entry.element
        let attempt = attempts[segment, default: 0] + 1
        guard attempt <= Self.attemptsLimit, entry.deadline > now, !segment.isCancelled else {
            return answer(segment, .failure(segment.isCancelled ? .cancelled : error))
        }
        attempts[segment] = attempt
        reactor.observe(.resubmitted)
        waiting.prepend(entry)
    }

    func answer(_ segment: Segment, _ outcome: Segment.Outcome) {
        if !attempts.isEmpty { attempts[segment] = nil }
        segment.answer(outcome)
    }

    // MARK: Time

    private func tick() {
        for segment in waiting.expire(now) { answer(segment, .failure(lateness)) }
        for request in exclusive.expire(now) { request.continuation.resume(returning: .failure(lateness)) }
        if !reconnects.isEmpty {
            let due = reconnects.filter { $0.at <= now }
            reconnects.removeAll { $0.at <= now }
            for reconnect in due { connect(reconnect.purpose) }
        }
        for link in links.values { checkDeadline(link) }
    }

    /// What one is told who waited in vain: either all were busy, or there was no server.
    private var lateness: PostgresError {
        reactor.observe(.waitRefused)
        return links.values.contains { $0.phase == .ready } ? .poolTimeout : .connectionFailed
    }

    private func millisecondsToNextDeadline() -> Int32 {
        var next = waiting.nextDeadline ?? now + .seconds(60)
        if let deadline = exclusive.nextDeadline(idleTime: configuration.exclusiveIdleTime) {
            next = min(next, deadline)
        }
        for reconnect in reconnects { next = min(next, reconnect.at) }
        for link in links.values {
            if let deadline = deadline(of: link) { next = min(next, deadline) }
        }
        if let drainingUntil { next = min(next, drainingUntil) }
        let left = (next - now).components
        return Int32(clamping: max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1))
    }

    // MARK: Ending

    private var isDrained: Bool {
        guard let drainingUntil else { return false }
        let isBusy = !waiting.isEmpty || !exclusive.waiting.isEmpty || exclusive.leasedCount > 0
        return now >= drainingUntil || !isBusy && shared.inFlight == 0
    }

    private func end() {
        for link in links.values {
            for flight in link.flights { answer(flight.segment, .failure(.connectionLost(sent: true))) }
            link.close()
        }
        links = [:]
        while let entry = waiting.popFirst() { answer(entry.element, .failure(.closed)) }
        drainingUntil = now
        for command in reactor.end() { perform(command) }
        for request in exclusive.withdrawAll() { request.continuation.resume(returning: .failure(.closed)) }
        subscriptions.finish()
        publish()
    }

    private func publish() {
        var statistics = PoolStatistics()
        statistics.inFlight = links.values.reduce(0) { $0 + $1.flights.count }
        statistics.open = links.values.count { $0.phase == .ready }
        statistics.idle = links.values.count { $0.isReady(.shared) && $0.flights.isEmpty } + exclusive.idleCount
        statistics.waiting = waiting.count + exclusive.waiting.count
        reactor.publish(statistics)
    }

    func newLinkID() -> Int {
        defer { nextLink += 1 }
        return nextLink
    }

    static let attemptsLimit = 3
}
