/// How long to wait before the next attempt: doubled each time up to a limit, with jitter. Pure.
struct Backoff {
    let first: Duration
    let longest: Duration
    private var attempts = 0

    init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// The next delay; `jitter` between 0 and 1 takes off up to a half, so that many do not come back at once.
    mutating func next(jitter: Double) -> Duration {
        let doubled = first * (1 << min(attempts, 16))
        attempts += 1
        return min(doubled, longest) * (1 - jitter / 2)
    }

    mutating func reset() {
        attempts = 0
    }
}
