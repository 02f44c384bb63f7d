import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where log lines go: a file descriptor, written a buffer at a time.
///
/// Lines below `warning` wait until ``flush()`` (which ``LogFlusher`` calls a few times a second) or until the buffer
/// is full: a line a request must not cost a system call a request. Warnings and errors are written at once.
public final class LogSink: Sendable {
    private let descriptor: Int32
    private let limit: Int
    private let buffer = Mutex<[UInt8]>([])

    /// Standard error, each line at once: for commands, and until a server runs.
    public static let standardError = LogSink(descriptor: STDERR_FILENO, buffering: 0)

    /// A sink that keeps up to so many bytes before it writes.
    public init(descriptor: Int32, buffering limit: Int = 32_768) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Adds one line, which must end in a line feed.
    public func write(_ line: [UInt8], isUrgent: Bool = false) {
        buffer.withLock { buffer in
            buffer.append(contentsOf: line)
            if isUrgent || buffer.count >= limit { drain(&buffer) }
        }
    }

    /// Writes what waits.
    public func flush() {
        buffer.withLock { drain(&$0) }
    }

    private func drain(_ buffer: inout [UInt8]) {
        buffer.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let slice = UnsafeRawBufferPointer(rebasing: rest)
                let count = systemWrite(descriptor, slice.baseAddress, slice.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return  // There is nowhere left to complain.
                }
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
