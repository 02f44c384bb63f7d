import Testing

@testable import Postgres

@Suite struct WaitQueueTests {
    private let now = ContinuousClock.now

    @Test func `who comes first is served first, and who left is skipped`() {
        var queue = WaitQueue<String>(limit: 3)
        for name in ["a", "b", "c"] { _ = queue.append(name, since: now, until: now + .seconds(1)) }
        let wasThere = queue.remove("b")
        #expect(wasThere)
        let isThereStill = queue.remove("b")
        #expect(!isThereStill)
        #expect(queue.popFirst()?.element == "a")
        #expect(queue.popFirst()?.element == "c")
        #expect(queue.popFirst() == nil)
    }

    @Test func `a full queue lets nobody in but who was in before`() {
        var queue = WaitQueue<String>(limit: 1)
        let first = queue.append("a", since: now, until: now)
        #expect(first)
        let second = queue.append("b", since: now, until: now)
        #expect(!second)
        queue.prepend(.init(element: "c", since: now, deadline: now + .seconds(1)))
        #expect(queue.count == 2)
        #expect(queue.popFirst()?.element == "c")
    }

    @Test func `those whose deadline has passed are taken out, and only those`() {
        var queue = WaitQueue<String>(limit: 9)
        for (index, name) in ["a", "b", "c"].enumerated() {
            _ = queue.append(name, since: now, until: now + .seconds(index + 1))
        }
        _ = queue.remove("a")
        #expect(queue.expire(now + .seconds(2)) == ["b"])
        #expect(queue.nextDeadline == now + .seconds(3))
        #expect(queue.popFirst()?.element == "c")
    }
}

@Suite struct SharedSlotsTests {
    @Test func `the connection with the fewest segments takes the next, up to its depth`() {
        var slots = SharedSlots(depth: 2)
        #expect(slots.pick() == nil)
        slots.add(1)
        slots.add(2)
        var order: [Int?] = []
        for _ in 0..<5 {
            let link = slots.pick()
            order.append(link)
            if let link { slots.sent(link) }
        }
        #expect(order == [1, 2, 1, 2, nil])
        slots.answered(2)
        #expect(slots.pick() == 2)
        slots.remove(2)
        #expect(slots.pick() == nil)
        #expect(slots.inFlight == 2)
    }

    @Test func `a held connection takes nothing`() {
        var slots = SharedSlots(depth: 2)
        slots.add(1)
        slots.hold(1, true)
        #expect(slots.pick() == nil)
        slots.hold(1, false)
        #expect(slots.pick() == 1)
    }
}

@Suite struct ExclusivePoolTests {
    private let now = ContinuousClock.now

    @Test func `connections are opened for those who wait, up to the limit`() {
        var pool = ExclusivePool<String>(limit: 2, waiters: 9)
        for name in ["a", "b", "c"] { _ = pool.request(name, since: now, until: now + .seconds(1)) }
        #expect(actions(&pool) == [.open, .open])
        pool.opened(7, now)
        #expect(actions(&pool) == [.lease("a", link: 7)])
        pool.opened(8, now)
        #expect(actions(&pool) == [.lease("b", link: 8)])
        pool.released(8, now)
        #expect(actions(&pool) == [.lease("c", link: 8)])
    }

    @Test func `a lost connection is replaced for who waits`() {
        var pool = ExclusivePool<String>(limit: 1, waiters: 9)
        _ = pool.request("a", since: now, until: now + .seconds(1))
        _ = actions(&pool)
        pool.opened(1, now)
        _ = actions(&pool)
        _ = pool.request("b", since: now, until: now + .seconds(1))
        pool.lost(1)
        #expect(actions(&pool) == [.open])
    }

    @Test func `an idle connection is closed after its time, the freshest last`() {
        var pool = ExclusivePool<String>(limit: 2, waiters: 9)
        for name in ["a", "b"] { _ = pool.request(name, since: now, until: now + .seconds(9)) }
        _ = actions(&pool)
        for link in [1, 2] { pool.opened(link, now) }
        _ = actions(&pool)
        pool.released(1, now)
        pool.released(2, now + .seconds(30))
        #expect(pool.nextDeadline(idleTime: .seconds(60)) == now + .seconds(60))
        #expect(actions(&pool, now + .seconds(60)) == [.close(link: 1)])
    }

    private func actions(
        _ pool: inout ExclusivePool<String>, _ moment: ContinuousClock.Instant? = nil
    ) -> [ExclusivePool<String>.Action] {
        var actions: [ExclusivePool<String>.Action] = []
        while let action = pool.next(moment ?? now, idleTime: .seconds(60)) { actions.append(action) }
        return actions
    }
}
