import CoreMetrics
import JSON
import Postgres
import Practice
import Synchronization

import struct Foundation.UUID

/// What a server counts, and the line it logs for each request.
public final class Telemetry: Sendable {
    /// Where the numbers are kept.
    public let registry: PrometheusRegistry
    private let accessLog: LogSink?
    private let poolWait: PrometheusHistogram
    private let answered: PrometheusHistogram
    private let connectionsLost: PrometheusCounter
    private let connectionsFailed: PrometheusCounter
    private let waitsRefused: PrometheusCounter

    /// Counts into a registry, and writes a line for each request to a sink if there is one.
    public init(registry: PrometheusRegistry = PrometheusRegistry(), accessLog: LogSink? = nil) {
        self.registry = registry
        self.accessLog = accessLog
        poolWait = registry.histogram("cairn_database_wait", [])
        answered = registry.histogram("cairn_database_segment", [])
        connectionsLost = registry.counter("cairn_database_connections_lost", [])
        connectionsFailed = registry.counter("cairn_database_connections_failed", [])
        waitsRefused = registry.counter("cairn_database_waits_refused", [])
    }

    /// What `PostgresClient` tells of itself: `PostgresClient(configuration, logger:, observe: telemetry.observe)`.
    public func observe(_ observation: PostgresObservation) {
        switch observation {
        case .answered(let waited, let ran):
            poolWait.recordNanoseconds(waited.nanoseconds)
            answered.recordNanoseconds(ran.nanoseconds)
        case .connectionLost: connectionsLost.increment(by: 1)
        case .connectionFailed: connectionsFailed.increment(by: 1)
        case .waitRefused: waitsRefused.increment(by: 1)
        case .connected, .resubmitted, .cancelling: break
        }
    }

    /// Shows the pool's size whenever the metrics are read.
    public func watch(_ database: PostgresClient) {
        registry.collect { [weak database] registry in
            guard let statistics = database?.statistics else { return }
            registry.gauge("cairn_database_connections").set(Int64(statistics.open))
            registry.gauge("cairn_database_connections_idle").set(Int64(statistics.idle))
            registry.gauge("cairn_database_segments_in_flight").set(Int64(statistics.inFlight))
            registry.gauge("cairn_database_waiting").set(Int64(statistics.waiting))
        }
    }

    /// Records how far behind its time a background job runs.
    public func jobLag(_ job: String, _ lag: Duration) {
        registry.gauge("cairn_job_lag_seconds", [("job", job)]).set(Double(lag.nanoseconds) / 1e9)
    }

    /// Records how many queued jobs of a kind wait, and how many have failed for good.
    public func queuedJobs(_ kind: String, waiting: Int, dead: Int) {
        registry.gauge("cairn_jobs_waiting", [("job", kind)]).set(Int64(waiting))
        registry.gauge("cairn_jobs_dead", [("job", kind)]).set(Int64(dead))
    }

    /// What is counted of the refusals that somebody could not write at once.
    func refusals(by writer: String) -> RefusalTelemetry { RefusalTelemetry(registry, writer) }

    func route(_ method: String, _ template: String, isRoute: Bool = true) -> RouteTelemetry {
        RouteTelemetry(method, template, isRoute: isRoute, registry, accessLog)
    }
}

/// The series of the refusals that one writer could not write to the audit at once.
struct RefusalTelemetry: Sendable {
    /// How many are kept, to be written when the database takes them.
    let pending: PrometheusGauge
    /// How many were kept since the start.
    let kept: PrometheusCounter
    /// How many of those that were kept, now or before the start, are written.
    let writtenLater: PrometheusCounter
    /// How many are in no audit: there was no room, or the database would never take them.
    let lost: PrometheusCounter

    init(_ registry: PrometheusRegistry, _ writer: String) {
        let labels = [("writer", writer)]
        pending = registry.gauge("cairn_audit_refusals_pending", labels)
        kept = registry.counter("cairn_audit_refusals_kept", labels)
        writtenLater = registry.counter("cairn_audit_refusals_written_later", labels)
        lost = registry.counter("cairn_audit_refusals_lost", labels)
    }
}

/// The series of one route, found without a look into the registry, and the constant part of its log line.
///
/// There are as many series as routes and classes of status that happened, and no more: what is told of each route is how
/// many requests it had and how long they took together; how long single ones took, of each method.
final class RouteTelemetry: Sendable {
    private struct Series {
        let requests: PrometheusCounter
        let durations: PrometheusHistogram
        let seconds: PrometheusGauge
    }

    private let registry: PrometheusRegistry
    private let accessLog: LogSink?
    private let series = Mutex<[Int: Series]>([:])
    private let method: String
    private let template: String
    private let counted: (method: String, route: String)

    /// - Parameter isRoute: whether the method and the path are a route's. Others are counted together, so that nobody makes
    ///   series by asking for what there is not.
    init(
        _ method: String, _ template: String, isRoute: Bool, _ registry: PrometheusRegistry, _ accessLog: LogSink?
    ) {
        self.method = method
        self.template = template
        self.registry = registry
        self.accessLog = accessLog
        counted = isRoute ? (method, template) : ("*", "*")
    }

    func answered(_ status: Int, problem: String?, after duration: Duration, requestID: UUID, at now: Instant) {
        let nanoseconds = duration.nanoseconds
        let series = series(status)
        series.requests.increment(by: 1)
        series.durations.recordNanoseconds(nanoseconds)
        series.seconds.increment(by: Double(nanoseconds) / 1e9)
        if let problem { registry.counter("cairn_refusals", [("code", problem)]).increment(by: 1) }
        guard let accessLog else { return }
        var json = JSONWriter(reservingCapacity: 256)
        json.object { json in
            json.member("time", now)
            json.member("level", "info")
            json.member("message", "answered")
            json.member("method", method)
            json.member("route", template)
            json.member("status", status)
            json.member("code", ifPresent: problem)
            json.member("microseconds", Int(nanoseconds / 1000))
            json.member("requestId", requestID)
        }
        json.raw(CollectionOfOne(0x0A))
        accessLog.write(json.bytes)
    }

    private func series(_ status: Int) -> Series {
        series.withLock { series in
            let rank = status / 100
            if let known = series[rank] { return known }
            let (method, status) = (("method", counted.method), ("status", "\(rank)xx"))
            let made = Series(
                requests: registry.counter("cairn_requests", [method, ("route", counted.route), status]),
                durations: registry.histogram("cairn_request_duration", [method, status]),
                seconds: registry.counterOfSeconds("cairn_route_duration", [method, ("route", counted.route)]))
            series[rank] = made
            return made
        }
    }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
