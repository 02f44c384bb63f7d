import Foundation
import Testing

/// A connection that can be ended rudely, as no HTTP client library does.
final class TCPConnection: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { address in
                connect(descriptor, address.baseAddress, socklen_t(bytes.count))
            }
        }
        try #require(connected == 0)
    }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    }

    /// What comes until the other end closes, or until so many bytes are there. Waits on a thread of its own.
    func receive(upTo limit: Int = .max) async -> [UInt8] {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var (all, piece) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
                while all.count < limit {
                    let count = read(descriptor, &piece, min(piece.count, limit - all.count))
                    guard count > 0 else { break }
                    all += piece[..<count]
                }
                continuation.resume(returning: all)
            }
        }
    }

    /// Whether the other end, once all is read, ended the connection with a reset.
    func isReset() async -> Bool {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var piece = [UInt8](repeating: 0, count: 65_536)
                var count = 1
                while count > 0 { count = read(descriptor, &piece, piece.count) }
                continuation.resume(returning: count < 0 && errno == ECONNRESET)
            }
        }
    }

    func close() { _ = Foundation.close(descriptor) }
}
