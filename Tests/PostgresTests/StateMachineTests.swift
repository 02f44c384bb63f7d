import Testing

@testable import Postgres

@Suite struct SegmentProgressTests {
    private let broken = PostgresError(.server(.init(sqlState: "22012")))
    private let key = StatementKey("select 1")

    @Test func `a segment is finished at its sync`() {
        var progress = SegmentProgress(statements: 2)
        #expect(progress.receive(.result) == .keep)
        #expect(progress.receive(.endOfStep) == .none)
        #expect(progress.receive(.result) == .keep)
        #expect(progress.receive(.endOfStep) == .none)
        #expect(progress.receive(.sync) == .finished(nil))
    }

    @Test func `the first failure is the segment's, and names its statement`() {
        var progress = SegmentProgress(statements: 3)
        _ = [.result, .endOfStep, .failure(broken), .endOfStep, .aborted, .endOfStep].map { progress.receive($0) }
        #expect(progress.receive(.sync) == .finished(broken))
        #expect(progress.failedStatement == 1)
    }

    @Test func `a failure at the sync itself fails the segment, whose commit it is`() {
        var progress = SegmentProgress(statements: 1)
        _ = [.result, .endOfStep].map { progress.receive($0) }
        #expect(progress.receive(.failure(broken)) == .none)
        #expect(progress.receive(.endOfStep) == .none)
        #expect(progress.receive(.sync) == .finished(broken))
    }

    @Test func `a statement is prepared when the server says so, and not when it was skipped`() {
        var progress = SegmentProgress(steps: [.prepare(key), .execute(0)])
        #expect(progress.receive(.result) == .prepared(key))
        var aborted = SegmentProgress(steps: [.execute(0), .prepare(key), .execute(1)])
        _ = [.failure(broken), .endOfStep].map { aborted.receive($0) }
        #expect(aborted.receive(.aborted) == .notPrepared(key))
        var refused = SegmentProgress(steps: [.prepare(key), .execute(0)])
        #expect(refused.receive(.failure(broken)) == .notPrepared(key))
        #expect(refused.failedStatement == 0)
    }

    @Test func `an answer out of turn means that the connection is lost`() {
        var early = SegmentProgress(statements: 1)
        #expect(early.receive(.sync) == .desynchronized)
        var late = SegmentProgress(statements: 0)
        #expect(late.receive(.result) == .desynchronized)
    }
}

@Suite struct StatementCacheTests {
    @Test func `a statement is sent without name while its preparation is in flight`() {
        var cache = StatementCache(capacity: 2)
        let key = StatementKey("a")
        #expect(cache.use(key) == .prepare("s1"))
        #expect(cache.use(key) == .unnamed)
        cache.prepared(key)
        #expect(cache.use(key) == .ready("s1"))
    }

    @Test func `a statement that was not prepared is prepared again under another name`() {
        var cache = StatementCache(capacity: 2)
        let key = StatementKey("a")
        _ = cache.use(key)
        cache.forget(key)
        #expect(cache.use(key) == .prepare("s2"))
    }

    @Test func `the statement least recently used leaves first`() {
        var cache = StatementCache(capacity: 2)
        for text in ["a", "b"] {
            _ = cache.use(StatementKey(text))
            cache.prepared(StatementKey(text))
        }
        _ = cache.use(StatementKey("a"))
        #expect(cache.evict() == nil)
        _ = cache.use(StatementKey("c"))
        #expect(cache.evict() == "s2")
        #expect(cache.evict() == nil)
    }

    @Test func `without room nothing is prepared`() {
        var cache = StatementCache(capacity: 0)
        #expect(cache.use(StatementKey("a")) == .unnamed)
    }
}

@Suite struct CancellationTests {
    @Test func `only one request is in the air at a time`() {
        var cancellation = Cancellation()
        let first = cancellation.begin()
        let second = cancellation.begin()
        #expect(first && !second)
        #expect(cancellation.isFlying)
    }

    @Test func `what was in flight until the request landed is excused, and nothing after it`() {
        var cancellation = Cancellation()
        _ = cancellation.begin()
        cancellation.answered()
        #expect(cancellation.excuses)
        cancellation.landed(inFlight: 2)
        #expect(cancellation.excuses && !cancellation.isFlying)
        cancellation.answered()
        #expect(cancellation.excuses)
        cancellation.answered()
        #expect(!cancellation.excuses)
    }

    @Test func `a request that lands on an idle connection excuses nothing`() {
        var cancellation = Cancellation()
        _ = cancellation.begin()
        cancellation.landed(inFlight: 0)
        #expect(!cancellation.excuses)
    }
}

@Suite struct BackoffTests {
    @Test func `delays double up to the longest and begin anew`() {
        var backoff = Backoff(first: .milliseconds(50), longest: .milliseconds(300))
        let delays = (0..<5).map { _ in backoff.next(jitter: 0) }
        #expect(
            delays == [
                .milliseconds(50), .milliseconds(100), .milliseconds(200), .milliseconds(300), .milliseconds(300),
            ])
        backoff.reset()
        #expect(backoff.next(jitter: 1) == .milliseconds(25))
    }
}
