import DequeModule

/// First come, first served, with a bound, a deadline each, and leaving from the middle.
///
/// Pure: knows neither clock nor connection.
struct WaitQueue<Element: Hashable> {
    let limit: Int
    private var order: Deque<Entry> = []
    private var waiting: Set<Element> = []

    struct Entry {
        let element: Element
        let since: ContinuousClock.Instant
        let deadline: ContinuousClock.Instant
    }

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { waiting.count }
    var isEmpty: Bool { waiting.isEmpty }

    /// Lets an element in at the end; false if the queue is full.
    mutating func append(_ element: Element, since: ContinuousClock.Instant, until deadline: ContinuousClock.Instant)
        -> Bool
    {
        guard waiting.count < limit else { return false }
        waiting.insert(element)
        order.append(Entry(element: element, since: since, deadline: deadline))
        return true
    }

    /// Puts an element that was let in before back to the front, whatever the limit.
    mutating func prepend(_ entry: Entry) {
        waiting.insert(entry.element)
        order.prepend(entry)
    }

    mutating func popFirst() -> Entry? {
        while let entry = order.popFirst() {
            if waiting.remove(entry.element) != nil { return entry }
        }
        return nil
    }

    /// Takes an element out; false if it does not wait here.
    mutating func remove(_ element: Element) -> Bool {
        guard waiting.remove(element) != nil else { return false }
        if waiting.isEmpty { order.removeAll(keepingCapacity: true) }
        return true
    }

    /// Takes out those whose deadline has passed. Looks at the front only: who came first is due first.
    mutating func expire(_ now: ContinuousClock.Instant) -> [Element] {
        var expired: [Element] = []
        while let first = order.first {
            if !waiting.contains(first.element) {
                order.removeFirst()
            } else if first.deadline <= now {
                order.removeFirst()
                waiting.remove(first.element)
                expired.append(first.element)
            } else {
                break
            }
        }
        return expired
    }

    /// When the next deadline passes.
    var nextDeadline: ContinuousClock.Instant? {
        isEmpty ? nil : order.first?.deadline
    }
}
