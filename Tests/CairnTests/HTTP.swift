import Foundation
import FoundationNetworking
import JSON
import Practice
import Synchronization
import TestSupport
import WebAPI

/// As much of an HTTP client as these tests need: a request, and its answer or an error.
enum HTTP {
    static func send(
        _ method: String, _ url: String, token: String? = nil, key: String? = nil, json: JSONValue? = nil
    ) async throws -> (status: Int, body: JSONValue) {
        guard let url = URL(string: url) else { throw CrashTestError("\(url) is no URL") }
        var request = URLRequest(url: url, timeoutInterval: Patience.seconds)
        request.httpMethod = method
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        if let key { request.setValue(key, forHTTPHeaderField: "Idempotency-Key") }
        if let json {
            let type = method == "PATCH" ? "application/merge-patch+json" : "application/json"
            request.setValue(type, forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(json.bytes)
        }
        let (status, bytes, isJSON) = try await answer(to: request)
        return (status, isJSON ? try JSONValue(parsing: bytes) : .null)
    }

    /// Sends a piece of a file.
    static func send(_ piece: ArraySlice<UInt8>, of size: Int, to url: String, token: String) async throws -> Int {
        guard let url = URL(string: url) else { throw CrashTestError("\(url) is no URL") }
        var request = URLRequest(url: url, timeoutInterval: Patience.seconds)
        request.httpMethod = "PUT"
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        request.setValue("application/octet-stream", forHTTPHeaderField: "Content-Type")
        request.setValue(
            "bytes \(piece.startIndex)-\(piece.endIndex - 1)/\(size)", forHTTPHeaderField: "Content-Range")
        request.httpBody = Data(piece)
        return try await answer(to: request).status
    }

    /// Fetches what is no JSON.
    static func bytes(_ url: String, token: String) async throws -> [UInt8] {
        guard let url = URL(string: url) else { throw CrashTestError("\(url) is no URL") }
        var request = URLRequest(url: url, timeoutInterval: Patience.seconds)
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        return try await answer(to: request).bytes
    }

    private static func answer(
        to request: URLRequest
    ) async throws -> (status: Int, bytes: [UInt8], isJSON: Bool) {
        let (data, response) = try await session.data(for: request)
        guard let response = response as? HTTPURLResponse else { throw CrashTestError("no HTTP") }
        let isJSON = response.value(forHTTPHeaderField: "Content-Type")?.contains("json") == true
        return (response.statusCode, Array(data), isJSON)
    }

    static func text(_ url: String) async throws -> String {
        guard let url = URL(string: url) else { throw CrashTestError("\(url) is no URL") }
        let answer = try await answer(to: URLRequest(url: url, timeoutInterval: Patience.seconds))
        return String(decoding: answer.bytes, as: UTF8.self)
    }

    private static let session = URLSession(configuration: .ephemeral)
}

/// A value that several tasks share.
final class Locked<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value { mutex.withLock { $0 } }

    func set(_ value: Value) { mutex.withLock { $0 = value } }

    @discardableResult
    func change<R: Sendable>(_ body: (inout Value) -> R) -> R {
        mutex.withLock { value in body(&value) }
    }
}
