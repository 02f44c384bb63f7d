import Logging
import ServiceLifecycle
import WebAPI

/// A piece of background work that is done again and again.
package struct Job: Sendable {
    package let name: String
    package let interval: Duration
    package let work: @Sendable () async throws -> Void

    package init(_ name: String, every interval: Duration, work: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.interval = interval
        self.work = work
    }
}

/// Does the jobs, each at its interval, until shutdown; a job that is at work is finished first. One that fails is
/// logged and tried again at its next turn, and meanwhile its lag grows in the metrics.
package struct Worker: Service {
    private let jobs: [Job]
    private let telemetry: Telemetry
    private let logger: Logger

    package init(_ jobs: [Job], telemetry: Telemetry, logger: Logger) {
        self.jobs = jobs
        self.telemetry = telemetry
        self.logger = logger
    }

    package func run() async throws {
        await withTaskGroup { group in
            for job in jobs {
                group.addTask { await repeatedly(job) }
            }
        }
    }

    private func repeatedly(_ job: Job) async {
        var lastSuccess = ContinuousClock.now
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            do {
                try await job.work()
                lastSuccess = .now
            } catch {
                logger.error("A background job failed.", metadata: ["job": "\(job.name)", "error": "\(error)"])
            }
            telemetry.jobLag(job.name, lastSuccess.duration(to: .now))
            await cancelWhenGracefulShutdown {
                do { try await Task.sleep(for: job.interval) } catch { return }
            }
        }
    }
}
