/// Connections that belong to one transaction at a time: opened when asked for, kept for a while, bounded. Pure.
struct ExclusivePool<Request: Hashable> {
    enum Action: Equatable {
        case lease(Request, link: Int)
        case open
        case close(link: Int)
    }

    let limit: Int
    private(set) var waiting: WaitQueue<Request>
    private var idle: [(link: Int, since: ContinuousClock.Instant)] = []
    private var leased: Set<Int> = []
    private var opening = 0

    init(limit: Int, waiters: Int) {
        self.limit = limit
        waiting = WaitQueue(limit: waiters)
    }

    var idleCount: Int { idle.count }
    var leasedCount: Int { leased.count }

    /// Lets a request in; false if too many wait.
    mutating func request(_ request: Request, since: ContinuousClock.Instant, until: ContinuousClock.Instant) -> Bool {
        waiting.append(request, since: since, until: until)
    }

    mutating func withdraw(_ request: Request) -> Bool {
        waiting.remove(request)
    }

    /// Turns everyone who waits away.
    mutating func withdrawAll() -> [Request] {
        var requests: [Request] = []
        while let entry = waiting.popFirst() { requests.append(entry.element) }
        return requests
    }

    mutating func expire(_ now: ContinuousClock.Instant) -> [Request] {
        waiting.expire(now)
    }

    mutating func opened(_ link: Int, _ now: ContinuousClock.Instant) {
        opening -= 1
        idle.append((link, now))
    }

    mutating func openingFailed() {
        opening -= 1
    }

    mutating func released(_ link: Int, _ now: ContinuousClock.Instant) {
        guard leased.remove(link) != nil else { return }
        idle.append((link, now))
    }

    mutating func lost(_ link: Int) {
        leased.remove(link)
        idle.removeAll { $0.link == link }
    }

    /// What to do next; asked until it says nil. The connection used last is used again first.
    mutating func next(_ now: ContinuousClock.Instant, idleTime: Duration) -> Action? {
        if !waiting.isEmpty, let (link, _) = idle.popLast() {
            guard let entry = waiting.popFirst() else { return nil }
            leased.insert(link)
            return .lease(entry.element, link: link)
        }
        if waiting.count > opening, idle.count + leased.count + opening < limit {
            opening += 1
            return .open
        }
        if let oldest = idle.first, oldest.since + idleTime <= now {
            idle.removeFirst()
            return .close(link: oldest.link)
        }
        return nil
    }

    /// When `next` has to be asked again although nothing happened.
    func nextDeadline(idleTime: Duration) -> ContinuousClock.Instant? {
        let closing = idle.first.map { $0.since + idleTime }
        return [closing, waiting.nextDeadline].compactMap(\.self).min()
    }
}
