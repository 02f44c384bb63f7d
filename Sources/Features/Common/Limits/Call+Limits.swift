import Foundation
import Postgres
import Practice
import WebAPI

/// What is drawn from: one limit for one address or one account.
struct Bucket: Sendable {
    let limit: Limits.Limit
    let name: String

    /// `name` tells buckets apart, by what they are about and not by how somebody wrote it; only its keyed hash is stored.
    init(_ limit: Limits.Limit, _ name: String) {
        self.limit = limit
        self.name = name
    }
}

/// What is left in a bucket after a draw.
struct Draw: Sendable {
    let limit: Limits.Limit
    let remaining: Int
    let resetsAt: Instant

    /// Whether the bucket was empty.
    var isRefused: Bool { remaining < 0 }

    func state(at now: Instant) -> LimitState {
        let seconds = (resetsAt - now).components.seconds
        return LimitState(
            most: limit.most, window: limit.seconds, remaining: remaining, resetsIn: Int(seconds) + 1)
    }

    /// Refuses a draw from an empty bucket.
    func judge(at now: Instant) throws(Problem) {
        guard isRefused else { return }
        let seconds = (resetsAt - now).components.seconds
        throw .tooManyRequests(retryAfter: Int(seconds) + 1)
    }
}

extension Call {
    /// A keyed hash of ``clientAddress(behind:)``, which is all that is kept of it.
    func place(behind proxies: Set<String>) -> [UInt8] {
        keys.rateLimit.code(for: Array("place/\(clientAddress(behind: proxies))".utf8))
    }

    /// The address that the request came from: the other end of the connection, or, where that is a proxy that is
    /// trusted, the last address in `X-Forwarded-For` that is not one. An IPv6 address counts by its /64, of which one
    /// household has all addresses.
    func clientAddress(behind proxies: Set<String>) -> String {
        let proxies = Set(proxies.map(NetworkAddress.canonical))
        var address = NetworkAddress.canonical(remoteAddress ?? "unknown")
        let forwarded = header("X-Forwarded-For")?.split(separator: ",") ?? []
        for hop in forwarded.reversed() {
            guard proxies.contains(address) else { break }
            address = NetworkAddress.canonical(String(hop))
        }
        return NetworkAddress.household(of: address)
    }
}

enum NetworkAddress {
    /// The first half of an IPv6 address; anything else as it is.
    static func household(of address: String) -> String {
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, canonical(address), &bytes) == 1 else { return canonical(address) }
        return withUnsafeBytes(of: bytes) { bytes in
            bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":") + "/64"
        }
    }

    /// An address in the one way to write it, whatever stood around it: blanks, brackets, a port, a zone. An IPv4 address
    /// within IPv6 is the IPv4 address.
    static func canonical(_ text: String) -> String {
        var address = text.trimmingCharacters(in: .whitespaces).lowercased()
        if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
            address = String(address[address.index(after: address.startIndex)..<end])
        } else if address.count(where: { $0 == ":" }) == 1, address.contains("."),
            let port = address.firstIndex(of: ":")
        {
            address = String(address[..<port])
        }
        address = String(address.prefix { $0 != "%" })
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        return withUnsafeBytes(of: bytes) { bytes in
            let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            if isMapped { return bytes[12...].map { String($0) }.joined(separator: ".") }
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard inet_ntop(AF_INET6, bytes.baseAddress, &text, socklen_t(text.count)) != nil else { return address }
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
