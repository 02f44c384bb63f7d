import HTTPTypes
import JSON
import NIOCore
import Practice

/// What a handler answers with: a status, header fields and bytes.
public struct Answer: Sendable {
    /// The HTTP status.
    public var status: HTTPResponse.Status
    /// Fields of this answer; those that every answer has are added later.
    public var headers: HTTPFields
    /// The body.
    public var body: [UInt8]
    /// Where the body is written while its rows come, what does so; `body` is empty then.
    var stream: BodyStream?
    /// Where the body is the same for everybody and always, what is made of it once.
    private(set) var cached: CachedBody?

    /// Makes an answer of a body that is cached.
    public init(_ cached: CachedBody, headers: HTTPFields) {
        self.init(status: .ok, headers: headers, body: cached.bytes)
        self.cached = cached
    }

    /// Makes an answer of bytes.
    public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A JSON body; `etag` is the version of the row that it shows.
    public static func json(
        _ status: HTTPResponse.Status = .ok, etag: Int? = nil, location: String? = nil, _ body: some JSONWritable
    ) -> Answer {
        var json = JSONWriter()
        body.write(to: &json)
        return Answer(status: status, headers: jsonFields(etag, location), body: json.bytes)
    }

    /// A JSON body whose members are written by a closure.
    public static func json(
        _ status: HTTPResponse.Status = .ok, etag: Int? = nil, location: String? = nil,
        object members: (inout JSONWriter) -> Void
    ) -> Answer {
        var json = JSONWriter()
        json.object(members)
        return Answer(status: status, headers: jsonFields(etag, location), body: json.bytes)
    }

    /// 201 with the new thing, its place and its version.
    public static func created(at location: String, etag: Int? = nil, _ body: some JSONWritable) -> Answer {
        json(.created, etag: etag, location: location, body)
    }

    /// A list: `{"items": […], "next": …}`. Use ``Call/page(_:_:key:)`` for lists that page.
    public static func list(
        _ items: some Sequence<some JSONWritable>, next: String? = nil, total: Int? = nil
    ) -> Answer {
        json { json in
            json.array("items", items)
            json.member("next", next)
            json.member("total", ifPresent: total)
        }
    }

    /// 204 without a body.
    public static let noContent = Answer(status: .noContent)

    /// A table as RFC 4180 CSV, to be saved under a name.
    public static func csv(_ table: CSV, named name: String) -> Answer {
        Answer(status: .ok, headers: csvFields(name), body: table.bytes)
    }

    /// The fields of a table, for one whose body is streamed (``OpenCall/answer(_:trailing:writing:)``).
    public static func csvFields(_ name: String) -> HTTPFields {
        [
            .contentType: "text/csv; charset=utf-8; header=present",
            .contentDisposition: "attachment; filename=\"\(name)\"",
        ]
    }

    private static func jsonFields(_ etag: Int?, _ location: String?) -> HTTPFields {
        var fields: HTTPFields = [.contentType: MediaTypes.json]
        if let etag { fields[.eTag] = EntityTag.text(etag) }
        if let location { fields[.location] = location }
        return fields
    }
}
