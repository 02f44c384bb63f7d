import CLibPQ
import Glibc
import Synchronization

/// Readiness of sockets by epoll, and a way to be woken from another thread.
final class Poller: Sendable {
    private let epoll: Int32
    private let event: Int32

    init() throws(PostgresError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        event = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard epoll >= 0, event >= 0 else { throw .misuse("no file descriptors left for the reactor") }
        control(EPOLL_CTL_ADD, event, Interest.read, token: Self.wakeToken)
    }

    deinit {
        close(event)
        close(epoll)
    }

    struct Interest: OptionSet {
        let rawValue: UInt32
        static let read = Interest(rawValue: EPOLLIN.rawValue)
        static let write = Interest(rawValue: EPOLLOUT.rawValue)
    }

    func add(_ socket: Int32, _ interest: Interest, token: Int) {
        control(EPOLL_CTL_ADD, socket, interest, token: UInt64(token))
    }

    func change(_ socket: Int32, _ interest: Interest, token: Int) {
        control(EPOLL_CTL_MOD, socket, interest, token: UInt64(token))
    }

    func remove(_ socket: Int32) {
        control(EPOLL_CTL_DEL, socket, [], token: 0)
    }

    /// Ends the current or the next `wait`.
    func wake() {
        var one: UInt64 = 1
        _ = write(event, &one, 8)
    }

    /// Waits until something is ready or the time is over and hands out the tokens of what is ready.
    func wait(milliseconds: Int32, _ ready: (Int) -> Void) {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 32) { events in
            let count = epoll_wait(epoll, events.baseAddress, 32, milliseconds)
            guard count > 0 else { return }
            for index in 0..<Int(count) {
                let token = events[index].data.u64
                if token == Self.wakeToken {
                    var counter: UInt64 = 0
                    _ = read(event, &counter, 8)
                } else {
                    ready(Int(token))
                }
            }
        }
    }

    private func control(_ operation: Int32, _ socket: Int32, _ interest: Interest, token: UInt64) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: token))
        _ = epoll_ctl(epoll, operation, socket, &event)
    }

    private static let wakeToken = UInt64(Int.max)
}
