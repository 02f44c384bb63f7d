import Foundation
import TestSupport

/// Ports for servers that tests start. They lie below those that the kernel gives to outgoing connections: one of
/// those can be taken by any connection of this run between two starts of a server.
enum FreePorts {
    private static let next = Locked(Int.random(in: 5_000...9_000) * 2)

    /// The first of two neighbouring ports that nobody listens on, and that no other test of this run gets.
    static func pair() throws -> Int {
        let range = try String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let end = range.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 32_768
        while true {
            let port = next.change { next in
                next += 2
                return next
            }
            guard port + 1 < end else { throw CrashTestError("no two free ports below \(end)") }
            if isFree(port), isFree(port + 1) { return port }
        }
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { address in
                bind(descriptor, address.baseAddress, socklen_t(bytes.count)) == 0
            }
        }
    }
}
