import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import Practice
import Testing

@testable import WebAPI

/// In which form something comes and goes: media types, codings, and what was read already.
@Suite struct CodingTests {
    @Test func `who accepts nothing of what is offered is told what is, before anything is done`() async throws {
        let answer = try await RoutingTests.test(
            "/open", .post, [.accept: "text/csv", .contentType: "application/json"], "{")
        #expect(answer.status == .notAcceptable)
        #expect(answer.headers[.contentType] == "application/problem+json")
        let json = try JSONValue(parsing: Array(answer.body.readableBytesView))
        #expect(json["code"] == "not_acceptable")
        #expect(json["detail"] == "Accept names nothing of what is offered here: application/json.")
        for taken in ["*/*", "application/*", "text/csv, application/json;q=0.1", ""] {
            #expect(try await RoutingTests.test("/open", .get, [.accept: taken]).status == .ok)
        }
    }

    @Test func `a body that comes coded is refused, and told to come as it is`() async throws {
        for coding in ["gzip", "identity, br", "deflate,gzip", "GZIP"] {
            let fields: HTTPFields = [.contentEncoding: coding, .contentType: "application/json"]
            let answer = try await RoutingTests.test("/open", .post, fields, #"{"name":"x"}"#)
            #expect(answer.status == .unsupportedMediaType && answer.headers[.acceptEncoding] == "identity")
            let json = try JSONValue(parsing: Array(answer.body.readableBytesView))
            #expect(json["code"] == "unsupported_content_encoding")
            #expect(json["detail"]?.text?.contains("without Content-Encoding") == true)
        }
        for coding in ["identity", "Identity", ""] {
            let fields: HTTPFields = [.contentEncoding: coding, .contentType: "application/json"]
            #expect(try await RoutingTests.test("/open", .post, fields, #"{"name":"x"}"#).status == .created)
        }
    }

    @Test func `what was read already is 304, whatever the coding it was read in`() async throws {
        for path in ["/open", "/open/x", "/list"] {
            let first = try await RoutingTests.test(path)
            let tag = try #require(first.headers[.eTag])
            let coded = tag.dropLast() + "-gzip\""
            for known in [tag, "W/\(tag)", "\"x\", \(tag)", String(coded), "*"] {
                let again = try await RoutingTests.test(path, .get, [.ifNoneMatch: known])
                #expect(again.status == .notModified && again.body.readableBytes == 0)
                #expect(again.headers[.eTag] == tag && again.headers[.contentType] == nil)
            }
            #expect(try await RoutingTests.test(path, .head, [.ifNoneMatch: tag]).status == .notModified)
            #expect(try await RoutingTests.test(path, .get, [.ifNoneMatch: "\"3\""]).status == .ok)
        }
        #expect(try await RoutingTests.test("/open/x").headers[.eTag]?.hasPrefix("\"3-") == true)
    }

    @Test func `what reads is sent in gzip where it is worth it and wanted`() async throws {
        let plain = try await RoutingTests.test("/list?limit=100")
        #expect(plain.headers[.contentEncoding] == nil && plain.headers[.vary] == "Accept-Encoding")
        #expect(try await RoutingTests.test("/long").body.readableBytes > Answer.leastToCompress)
        for accepted in ["gzip", "br, gzip;q=0.5", "*"] {
            let long = try await RoutingTests.test("/long", .get, [.acceptEncoding: accepted])
            #expect(long.headers[.contentEncoding] == "gzip")
            #expect(long.headers[.eTag]?.hasSuffix("-gzip\"") == true)
            let bytes = Array(long.body.readableBytesView)
            #expect(bytes.starts(with: [0x1F, 0x8B]) && bytes.count < Answer.leastToCompress)
        }
        for accepted in ["", "br", "gzip;q=0", "identity, *;q=0"] {
            #expect(
                try await RoutingTests.test("/long", .get, [.acceptEncoding: accepted]).headers[.contentEncoding] == nil
            )
        }
        let short = try await RoutingTests.test("/open", .get, [.acceptEncoding: "gzip"])
        #expect(short.headers[.contentEncoding] == nil)
        let told = try await RoutingTests.test(
            "/long", .post, [.acceptEncoding: "gzip", .contentType: "application/json"], #"{"name":"Ada"}"#)
        #expect(told.status == .created && told.headers[.contentEncoding] == nil, "it may tell a secret")
    }

    @Test func `a table begins with a byte order mark, unless one asks for none`() async throws {
        let marked = try await RoutingTests.test("/table")
        #expect(Array(marked.body.readableBytesView).starts(with: [0xEF, 0xBB, 0xBF]))
        let plain = try await RoutingTests.test("/table", .get, [.accept: "text/csv;bom=no"])
        #expect(String(buffer: plain.body) == "Name\r\nNoël\r\n")
        #expect(plain.headers[.eTag] == marked.headers[.eTag].map { $0.dropLast() + "-plain\"" })
    }
}
