import Practice
import ServiceLifecycle
import Synchronization

extension Job {
    /// Seals often, since a row that was removed before its seal leaves no trace.
    static func sealAudit(_ sealer: AuditSealer) -> Job {
        let isFirst = Mutex(true)
        return Job("seal_audit", every: .seconds(5)) {
            let reach: AuditSealer.Reach = isFirst.withLock { $0 } ? .everything : .recent
            try await sealer.seal(reach, while: { !Task.isShuttingDownGracefully && !Task.isCancelled })
            isFirst.withLock { $0 = false }
        }
    }
}
