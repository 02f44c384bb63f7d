import Logging
import Postgres
import Practice
import ServiceLifecycle
import Synchronization

/// Writes refusals to the audit. What cannot be written now is kept, in order and on the disk, and written later with its
/// own instant: by this process when the database is back, or by the next one (decision 0028).
///
/// The service goes on trying as long as something is kept. ``record(_:)`` works without it.
public final class Refusals: Service {
    /// How many may be kept; what comes beyond is lost, and counted.
    public static let room = 20_000
    /// How long to wait before the database is asked again.
    private static let pause = Duration.seconds(2)

    private let spool: RefusalSpool?
    private let counts: RefusalTelemetry
    private let logger: Logger
    private let write: @Sendable (Refused, _ again: Bool) async throws -> Void
    private let state = Mutex(State())
    private let wakings: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    private struct State {
        var pending: [Refused] = []
        var isWriting = false
        /// Why the first of them cannot be written, as it was last said.
        var complaint: String?
    }

    /// - Parameters:
    ///   - writer: who writes them, for the metrics.
    ///   - spool: nil keeps refusals in memory only.
    ///   - write: writes the row of one; `again` when it may be there already.
    public init(
        writer: String = "server", spool: RefusalSpool?, telemetry: Telemetry, logger: Logger,
        write: @escaping @Sendable (Refused, _ again: Bool) async throws -> Void
    ) {
        self.spool = spool
        counts = telemetry.refusals(by: writer)
        self.logger = logger
        self.write = write
        (wakings, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How many are kept.
    public var pending: Int { state.withLock { $0.pending.count } }

    /// Writes a refusal, or keeps it: behind those that are kept already, since the audit is read in its order.
    public func record(_ refusal: Refused) async {
        if pending == 0 {
            do {
                return try await write(refusal, false)
            } catch {
                logger.error(
                    "A refusal is written to the audit later.",
                    metadata: ["error": "\(error)", "requestId": "\(ID<Void>(refusal.requestID))"])
            }
        }
        await keep(refusal)
    }

    /// Keeps a refusal that could not be written, or nobody knows whether it was.
    public func keep(_ refusal: Refused) async {
        let isRoom = state.withLock { state in
            guard state.pending.count < Self.room else { return false }
            state.pending.append(refusal)
            return true
        }
        guard isRoom else { return lose(refusal, "There is no room for another refusal.") }
        counts.kept.increment(by: 1)
        counts.pending.set(Int64(pending))
        await spool([refusal])
        waker.yield()
    }

    /// Takes over what a process before this one kept, as far as there is room. True when there was something.
    @discardableResult
    public func adopt() async -> Bool {
        guard let spool else { return false }
        do {
            let adopted = try await spool.adopt(atMost: Self.room - pending)
            if adopted.unreadable > 0 {
                counts.lost.increment(by: Int64(adopted.unreadable))
                logger.critical(
                    "Refusals of before cannot be read.", metadata: ["count": "\(adopted.unreadable)"])
            }
            guard !adopted.refusals.isEmpty else { return false }
            state.withLock { $0.pending = adopted.refusals + $0.pending }
            counts.pending.set(Int64(pending))
            logger.notice("Refusals of before are written now.", metadata: ["count": "\(adopted.refusals.count)"])
            return true
        } catch {
            logger.error("Refusals of before cannot be read.", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Writes what is kept, in order, until none is left or the database does not take it. True when none is left.
    @discardableResult
    public func writeKept() async -> Bool {
        guard
            state.withLock({ state in
                defer { state.isWriting = true }
                return !state.isWriting
            })
        else { return false }
        defer { state.withLock { $0.isWriting = false } }
        while let first = state.withLock({ $0.pending.first }) {
            do {
                try await write(first, true)
                counts.writtenLater.increment(by: 1)
            } catch let error as PostgresError where error.isAboutTheRow {
                lose(first, "The database does not take a refusal.")
            } catch {
                complain("\(error)")
                return false
            }
            complain(nil)
            state.withLock { _ = $0.pending.removeFirst() }
            counts.pending.set(Int64(pending))
        }
        await clearSpool()
        return true
    }

    public func run() async throws {
        await adopt()
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                if await writeKept() {
                    if await adopt() { continue }
                    for await _ in wakings { break }
                } else {
                    do { try await Task.sleep(for: Self.pause) } catch { return }
                }
            }
        }
        // Once more, while the database is still there; what is left then is on the disk.
        await writeKept()
    }

    /// What is kept meanwhile is in memory before it is in the file: as long as none is, nothing in the file is needed.
    private func clearSpool() async {
        do {
            try await spool?.clear { [self] in pending == 0 }
        } catch {
            logger.error("The file of kept refusals cannot be emptied.", metadata: ["error": "\(error)"])
        }
    }

    private func spool(_ refusals: [Refused]) async {
        guard let spool else { return }
        do {
            try await spool.append(refusals)
        } catch {
            logger.error("A refusal is kept in memory only.", metadata: ["error": "\(error)"])
        }
    }

    /// Says why what is kept cannot be written, once for each reason.
    private func complain(_ reason: String?) {
        let isNew = state.withLock { state in
            defer { state.complaint = reason }
            return state.complaint != reason
        }
        guard isNew, let reason else { return }
        logger.error(
            "Kept refusals cannot be written yet.", metadata: ["error": "\(reason)", "pending": "\(pending)"])
    }

    private func lose(_ refusal: Refused, _ reason: Logger.Message) {
        counts.lost.increment(by: 1)
        logger.critical(
            reason,
            metadata: [
                "requestId": "\(ID<Void>(refusal.requestID))", "practiceId": "\(refusal.practiceID)",
                "action": "\(refusal.action)", "outcome": "\(refusal.outcome)",
            ])
    }
}

extension PostgresError {
    /// Whether the row itself is what the database refuses (classes 22 and 23): no other time will be better.
    fileprivate var isAboutTheRow: Bool { sqlState.map { $0.hasPrefix("22") || $0.hasPrefix("23") } ?? false }
}
