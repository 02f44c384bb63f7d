import Foundation

/// Held by the one process that runs the PostgreSQL of a data directory; given back by the kernel when it dies.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Nil when another process holds the lock.
    init?(directory: String) throws(Refusal) {
        let path = directory + "/lock"
        // Close-on-exec, or the PostgreSQL we start would inherit the lock and outlive us with it.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Refusal("\(path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit {
        // A program that is being started at this moment has the descriptor too, until it is another program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
