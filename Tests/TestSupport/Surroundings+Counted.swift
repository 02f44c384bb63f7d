import Foundation
import Practice
import Synchronization

/// A clock that stands still until a test moves it.
public final class TestClock: Sendable {
    /// Monday, 2026-01-05, 09:00 in Phoenix.
    public static let start = Instant(secondsSince1970: 1_767_628_800)

    private let instant: Mutex<Instant>

    /// A clock that shows an instant.
    public init(_ start: Instant = TestClock.start) {
        instant = Mutex(start)
    }

    /// What the clock shows.
    public var now: Instant { instant.withLock { $0 } }

    /// Moves the clock.
    public func advance(by duration: Duration) {
        instant.withLock { $0 = $0 + duration }
    }
}

extension Surroundings {
    /// A clock that stands still, ids that count — `019b8ee3-0000-7000-8000-000000000001` is the first — and random
    /// bytes that count. Two series never meet.
    public static func counted(clock: TestClock = TestClock(), series: UInt8 = 0) -> Surroundings {
        let ids = Counter()
        let randoms = Counter()
        return Surroundings(
            now: { clock.now },
            newID: { UUID(version7At: clock.now, random: (UInt64(series) << 40 | ids.next()) << 2) },
            randomBytes: { count in
                let number = UInt64(series) << 40 | randoms.next()
                let tail = withUnsafeBytes(of: number.bigEndian) { Array($0) }.suffix(count)
                return Array(repeating: 0, count: count - tail.count) + tail
            })
    }
}

private final class Counter: Sendable {
    private let value = Mutex<UInt64>(0)

    func next() -> UInt64 {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
