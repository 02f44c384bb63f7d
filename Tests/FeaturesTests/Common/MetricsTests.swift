import Practice
import TestSupport
import Testing

@testable import WebAPI

/// What a scrape of the metrics weighs.
@Suite struct MetricsTests {
    @Test func `after every route was touched in every way a scrape is below 200 kB, and before any is small`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let telemetry = Telemetry()
            telemetry.watchProcess()
            let quiet = telemetry.registry.exposition()
            #expect(quiet.utf8.count < 4_000 && !quiet.contains("route="))
            let codes = (1...150).map { "a_code_that_is_rather_long_\($0)" }
            for route in world.routes {
                let counted = telemetry.route(route.method, route.path)
                for (number, status) in [200, 304, 400, 401, 403, 404, 406, 409, 412, 415, 422, 428, 429, 503]
                    .enumerated()
                {
                    counted.answered(
                        status, problem: status < 400 ? nil : codes[number], after: .milliseconds(3),
                        requestID: world.surroundings.newID(), at: world.clock.now)
                }
            }
            for code in codes {
                telemetry.route("GET", "unknown", isRoute: false).answered(
                    404, problem: code, after: .zero, requestID: world.surroundings.newID(), at: world.clock.now)
            }
            let text = telemetry.registry.exposition()
            #expect(text.utf8.count < 200_000, "\(text.utf8.count) bytes")
            let lines = text.split(separator: "\n")
            let families = Set(lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] })
            #expect(families == Set(lines.filter { $0.hasPrefix("# HELP ") }.map { $0.split(separator: " ")[2] }))
            #expect(lines.count(where: { !$0.hasPrefix("#") }) < 2_000)
            for name in [
                "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
                "process_start_time_seconds", "process_max_fds", "process_virtual_memory_bytes",
            ] {
                let line = try #require(lines.first { $0.hasPrefix(name + " ") })
                #expect(try #require(Double(line.dropFirst(name.count + 1))) > 0)
            }
        }
    }
}
