import CoreMetrics
import Synchronization

/// A backend of swift-metrics that keeps everything in memory and writes it as Prometheus text (exposition format
/// 0.0.4). Counters end in `_total`; timers are histograms in seconds.
public final class PrometheusRegistry: MetricsFactory {
    private struct Family {
        let kind: String
        var series: [Labels: any Series] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let collectors = Mutex<[@Sendable (PrometheusRegistry) -> Void]>([])

    /// Makes an empty registry; `MetricsSystem.bootstrap` takes it.
    public init() {}

    /// Adds something to be asked just before each exposition, such as the size of a pool.
    public func collect(_ collector: @escaping @Sendable (PrometheusRegistry) -> Void) {
        collectors.withLock { $0.append(collector) }
    }

    /// All series as text.
    public func exposition() -> String {
        for collector in collectors.withLock({ $0 }) { collector(self) }
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(MetricHelp.text(name))\n# TYPE \(name) \(family.kind)\n"
            for (labels, series) in family.series.sorted(by: { $0.key.text < $1.key.text }) {
                series.write(name, labels, to: &text)
            }
        }
        return text
    }

    /// A counter, made when it is first asked for.
    func counter(_ label: String, _ dimensions: [(String, String)]) -> PrometheusCounter {
        series(Self.name(label, suffix: "_total"), "counter", dimensions, PrometheusCounter.init)
    }

    /// A gauge, made when it is first asked for.
    func gauge(_ label: String, _ dimensions: [(String, String)] = []) -> PrometheusGauge {
        series(Self.name(label), "gauge", dimensions, PrometheusGauge.init)
    }

    /// A counter of seconds, made when it is first asked for.
    func counterOfSeconds(_ label: String, _ dimensions: [(String, String)] = []) -> PrometheusGauge {
        series(Self.name(label, suffix: "_seconds_total"), "counter", dimensions, PrometheusGauge.init)
    }

    /// A histogram of seconds, made when it is first asked for.
    func histogram(_ label: String, _ dimensions: [(String, String)]) -> PrometheusHistogram {
        series(Self.name(label, suffix: "_seconds"), "histogram", dimensions, PrometheusHistogram.init)
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { histogram(label, dimensions) } else { gauge(label, dimensions) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    // Series live as long as the process: a scrape must not see a counter begin again.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func series<S: Series>(
        _ name: String, _ kind: String, _ dimensions: [(String, String)], _ make: () -> S
    ) -> S {
        let labels = Labels(dimensions)
        return families.withLock { families in
            if let series = families[name]?.series[labels] as? S { return series }
            let series = make()
            families[name, default: Family(kind: kind)].series[labels] = series
            return series
        }
    }

    /// A label of swift-metrics as a name of Prometheus: what is not a letter, a digit or `_` becomes `_`.
    private static func name(_ label: String, suffix: String = "") -> String {
        let name = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
        return name.hasSuffix(suffix) ? name : name + suffix
    }
}

/// The labels of a series, as they are written.
struct Labels: Hashable, Sendable {
    let text: String

    init(_ dimensions: [(String, String)]) {
        text = dimensions.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    }

    /// The labels between braces, with another at their end where a histogram needs one.
    func braced(adding last: String = "") -> String {
        let all = [text, last].filter { !$0.isEmpty }.joined(separator: ",")
        return all.isEmpty ? "" : "{\(all)}"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
