import CLibPQ
import Dispatch
import Glibc
import Logging
import Synchronization

/// The one thread that owns all connections, seen from outside: an inbox and a way to wake it.
///
/// What is posted while the thread is at work costs no system call; the thread takes all of it at once.
final class Reactor: Sendable {
    let configuration: PostgresConfiguration
    let logger: Logger
    let observe: @Sendable (PostgresObservation) -> Void
    let poller: Poller
    private let inbox = Mutex(Inbox())
    private let published = Mutex(PoolStatistics())

    private struct Inbox {
        var commands: [Command] = []
        var isAsleep = false
        var isEnded = false
    }

    enum Command: Sendable {
        case submit(Segment)
        case submitLeased(Segment, link: Int)
        case cancel(Segment)
        case lease(LeaseRequest)
        case withdraw(LeaseRequest)
        case release(link: Int)
        case connectStarted(link: Int, Handle?)
        case cancelReturned(link: Int)
        case resumeReading(link: Int)
        case subscribe(Subscription)
        case unsubscribe(Subscription)
        case drain
    }

    /// A libpq connection handed from the thread that began it to the reactor, which alone uses it from then on.
    struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    init(
        _ configuration: PostgresConfiguration, _ logger: Logger,
        _ observe: @escaping @Sendable (PostgresObservation) -> Void
    ) throws(PostgresError) {
        self.configuration = configuration
        self.logger = logger
        self.observe = observe
        poller = try Poller()
    }

    var statistics: PoolStatistics { published.withLock { $0 } }

    func publish(_ statistics: PoolStatistics) {
        published.withLock { $0 = statistics }
    }

    /// Hands a command to the thread; false if it has ended, and nobody will answer.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let (taken, wakes) = inbox.withLock { inbox in
            guard !inbox.isEnded else { return (false, false) }
            inbox.commands.append(command)
            defer { inbox.isAsleep = false }
            return (true, inbox.isAsleep)
        }
        if wakes { poller.wake() }
        return taken
    }

    /// All commands since the last time. If there are none, the next `post` will wake the thread.
    func take(_ commands: inout [Command]) {
        inbox.withLock { inbox in
            swap(&inbox.commands, &commands)
            inbox.isAsleep = commands.isEmpty
        }
    }

    /// Takes the last commands and no further ones.
    func end() -> [Command] {
        inbox.withLock { inbox in
            inbox.isEnded = true
            defer { inbox.commands = [] }
            return inbox.commands
        }
    }

    /// Runs a blocking call of libpq (name lookup, cancellation) where it blocks neither us nor Swift's own threads.
    func offload(_ work: @escaping @Sendable () -> Void) {
        Self.blocking.async(execute: work)
    }

    private static let blocking = DispatchQueue(label: "postgres.blocking", attributes: .concurrent)
}

/// Starts a thread of our own, outside of Swift's pool, since it waits in the kernel.
func startThread(_ body: @escaping @Sendable () -> Void) throws(PostgresError) {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    let box = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let failed = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            name_this_thread("postgres")
            Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        }, box.toOpaque())
    guard failed == 0 else {
        box.release()
        throw .misuse("no thread could be started")
    }
    pthread_detach(thread)
}
