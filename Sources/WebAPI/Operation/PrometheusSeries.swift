import CoreMetrics
import Synchronization

/// One line, or the lines of one histogram, of an exposition.
protocol Series: AnyObject, Sendable {
    func write(_ name: String, _ labels: Labels, to text: inout String)
}

/// A number that only grows.
final class PrometheusCounter: Series, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { value.store(0, ordering: .relaxed) }

    func write(_ name: String, _ labels: Labels, to text: inout String) {
        text += "\(name)\(labels.braced()) \(value.load(ordering: .relaxed))\n"
    }
}

/// A number that goes up and down.
final class PrometheusGauge: Series, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { self.value.withLock { $0 = value } }

    func increment(by amount: Double) { value.withLock { $0 += amount } }

    func decrement(by amount: Double) { value.withLock { $0 -= amount } }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }

    func write(_ name: String, _ labels: Labels, to text: inout String) {
        text += "\(name)\(labels.braced()) \(value.withLock { $0 })\n"
    }
}

/// How often a duration fell below each of some bounds.
final class PrometheusHistogram: Series, TimerHandler, RecorderHandler {
    /// Upper bounds in nanoseconds: 1 ms to 10 s, four or five apart. Each is a line of every series.
    private static let bounds: [Int64] = [
        1_000_000, 5_000_000, 20_000_000, 100_000_000, 500_000_000, 2_000_000_000, 10_000_000_000,
    ]

    private struct Observations {
        var counts = [Int](repeating: 0, count: bounds.count)
        var count = 0
        var nanoseconds: Int64 = 0
    }

    private let observations = Mutex(Observations())

    func recordNanoseconds(_ duration: Int64) {
        observations.withLock { observations in
            if let index = Self.bounds.firstIndex(where: { duration <= $0 }) { observations.counts[index] += 1 }
            observations.count += 1
            observations.nanoseconds &+= duration
        }
    }

    /// Records seconds.
    func record(_ value: Double) { recordNanoseconds(Int64(exactly: (value * 1e9).rounded()) ?? 0) }

    /// Records seconds.
    func record(_ value: Int64) { record(Double(value)) }

    func write(_ name: String, _ labels: Labels, to text: inout String) {
        let observations = observations.withLock { $0 }
        var below = 0
        for (bound, count) in zip(Self.bounds, observations.counts) {
            below += count
            let label = labels.braced(adding: "le=\"\(Double(bound) / 1e9)\"")
            text += "\(name)_bucket\(label) \(below)\n"
        }
        text += "\(name)_bucket\(labels.braced(adding: "le=\"+Inf\"")) \(observations.count)\n"
        text += "\(name)_sum\(labels.braced()) \(Double(observations.nanoseconds) / 1e9)\n"
        text += "\(name)_count\(labels.braced()) \(observations.count)\n"
    }
}
