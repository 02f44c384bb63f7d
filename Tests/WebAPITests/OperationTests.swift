import CoreMetrics
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import NIOCore
import Practice
import Testing

@testable import WebAPI

/// A file that is read back and removed.
struct TemporaryFile: ~Copyable {
    let descriptor: Int32
    private let path: String

    init() throws {
        path = NSTemporaryDirectory() + UUID().uuidString
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
        try #require(descriptor >= 0)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    func read() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}

@Suite struct OperationTests {
    @Test func `a log line is one JSON object`() throws {
        let file = try TemporaryFile()
        let sink = LogSink(descriptor: file.descriptor, buffering: 0)
        var logger = Logger(label: "cairn") { label in
            JSONLogHandler(label: label, sink: sink) { Instant(secondsSince1970: 1_795_000_000) }
        }
        logger[metadataKey: "requestId"] = "1"
        logger.debug("not said")
        logger.info("line\nbreak", metadata: ["list": ["a", "b"], "inner": ["x": "\"y\""]])
        #expect(
            try file.read() == """
                {"time":"\(Instant(secondsSince1970: 1_795_000_000))","level":"info","logger":"cairn",\
                "message":"line\\nbreak","inner":{"x":"\\"y\\""},"list":["a","b"],"requestId":"1"}\n
                """)
    }

    @Test func `lines wait for the flush, warnings do not`() throws {
        let file = try TemporaryFile()
        let sink = LogSink(descriptor: file.descriptor, buffering: 1000)
        sink.write(Array("one\n".utf8))
        #expect(try file.read() == "")
        sink.flush()
        #expect(try file.read() == "one\n")
        sink.write(Array("two\n".utf8))
        sink.write(Array("bad\n".utf8), isUrgent: true)
        #expect(try file.read() == "one\ntwo\nbad\n")
    }

    @Test func `metrics of every kind are written as Prometheus reads them`() {
        let registry = PrometheusRegistry()
        Counter(label: "jobs.done", dimensions: [("kind", "a\"b")], factory: registry).increment(by: 3)
        Gauge(label: "queue", factory: registry).record(7)
        let timer = Timer(label: "work", factory: registry)
        timer.recordMilliseconds(3)
        timer.recordSeconds(60)
        let text = registry.exposition()
        #expect(text.contains("# TYPE jobs_done_total counter\njobs_done_total{kind=\"a\\\"b\"} 3\n"))
        #expect(text.contains("# TYPE queue gauge\nqueue 7.0\n"))
        #expect(text.contains("# HELP queue queue\n"))
        #expect(text.contains("work_seconds_bucket{le=\"0.001\"} 0\nwork_seconds_bucket{le=\"0.005\"} 1\n"))
        #expect(text.contains("work_seconds_bucket{le=\"10.0\"} 1\nwork_seconds_bucket{le=\"+Inf\"} 2\n"))
        #expect(text.contains("work_seconds_sum 60.003\nwork_seconds_count 2\n"))
    }

    @Test func `the admin listener says whether the server lives and is ready`() async throws {
        let telemetry = Telemetry()
        telemetry.jobLag("seal", .seconds(3))
        for (faults, status) in [([], HTTPResponse.Status.ok), (["The schema is behind."], .serviceUnavailable)] {
            let app = WebAPI.makeAdminApplication(
                address: .hostname("127.0.0.1", port: 0), telemetry: telemetry, logger: Logger(label: "admin")
            ) { faults }
            try await app.test(.router) { client in
                #expect(
                    try await client.executeRequest(uri: "/livez", method: .get, headers: [:], body: nil).status == .ok)
                let ready = try await client.executeRequest(uri: "/readyz", method: .get, headers: [:], body: nil)
                #expect(ready.status == status)
                let metrics = try await client.executeRequest(uri: "/metrics", method: .get, headers: [:], body: nil)
                #expect(String(buffer: metrics.body).contains("cairn_job_lag_seconds{job=\"seal\"} 3.0"))
            }
        }
    }
}
