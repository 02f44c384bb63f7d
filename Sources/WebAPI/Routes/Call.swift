import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import Postgres
import Practice
import Synchronization

import struct Foundation.UUID

/// One request on its way through a handler.
public struct Call: Sendable {
    /// The server's id for this request; the answer carries it as `X-Request-Id`.
    public let requestID: UUID
    /// The instant of this request: the only clock a handler reads.
    public let now: Instant
    /// The route that was called.
    public let route: Route
    /// The header fields.
    public let headers: HTTPFields
    let server: WebServer
    let token: CallToken?
    let unit: Unit
    let path: String
    let references: References
    let shownLimit: ShownLimit
    private let queryReading: QueryReading
    /// Whether this request only looks, as HEAD does: it has no effect but the traces of every request.
    let onlyLooks: Bool
    private let queryText: Substring?
    private let parameters: Parameters
    private let body: ByteBuffer?
    /// The address at the other end of the connection, for limits; never logged.
    public let remoteAddress: String?

    init(
        _ request: Request, _ context: CallContext, _ route: Route, _ server: WebServer, requestID: UUID, now: Instant,
        token: CallToken?, body: ByteBuffer?, limit: ShownLimit = ShownLimit(), unit: Unit = .segment
    ) {
        shownLimit = limit
        self.requestID = requestID
        self.now = now
        self.server = server
        self.token = token
        self.body = body
        self.unit = unit
        references = References()
        queryReading = QueryReading()
        onlyLooks = request.method == .head
        headers = request.headers
        parameters = context.parameters
        remoteAddress = context.remoteAddress
        let target = request.head.path ?? "/"
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        path = mark.map { String(target[..<$0]) } ?? target
        queryText = mark.map { target[target.index(after: $0)...] }
        self.route = route.taken(by: queryText)
    }

    private init(_ call: Call, unit: Unit) {
        requestID = call.requestID
        now = call.now
        route = call.route
        headers = call.headers
        server = call.server
        token = call.token
        self.unit = unit
        path = call.path
        references = call.references
        queryReading = call.queryReading
        shownLimit = call.shownLimit
        onlyLooks = call.onlyLooks
        queryText = call.queryText
        parameters = call.parameters
        body = call.body
        remoteAddress = call.remoteAddress
    }

    /// Another call by the same caller at the same instant, as if he had asked for this path: a request of its own, that
    /// only looks.
    private init(_ call: Call, reading path: String, by route: Route, _ parameters: Parameters) {
        requestID = call.server.surroundings.newID()
        now = call.now
        self.route = route
        headers = [:]
        server = call.server
        token = call.token
        unit = .segment
        references = References()
        queryReading = QueryReading()
        shownLimit = call.shownLimit
        onlyLooks = true
        self.path = path
        queryText = nil
        self.parameters = parameters
        body = nil
        remoteAddress = call.remoteAddress
    }

    /// The same call, inside a transaction.
    func within(_ unit: Unit) -> Call { Call(self, unit: unit) }

    /// The caller's reading of a path by the route that shows it.
    func reading(_ path: String, by route: Route, _ parameters: Parameters) -> Call {
        Call(self, reading: path, by: route, parameters)
    }

    /// The path, written in the one way in which its ids can be written.
    var canonicalPath: String {
        route.template.split(separator: "/", omittingEmptySubsequences: false).map { part in
            guard part.hasPrefix("{") else { return String(part) }
            let name = String(part.dropFirst().dropLast())
            return ID<Void>(parameter(name))?.description ?? parameter(name)
        }.joined(separator: "/")
    }

    /// The query as it was sent; nil where there is none.
    var query: Substring? { queryText.flatMap { $0.isEmpty ? nil : $0 } }

    /// A parameter of the path, decoded; empty when it is not percent-encoded text.
    public func parameter(_ name: String) -> String {
        guard let text = parameters[name[...]] else { return "" }
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        return FormURLEncoding.decode(text.utf8, plusIsSpace: false) ?? ""
    }

    /// An id in the path. A malformed one is ``ID/nil``, which nothing has: it answers as a missing thing does.
    public func id<Kind>(_ parameter: String, of kind: Kind.Type = Kind.self) -> ID<Kind> {
        parameters[parameter[...]].flatMap { ID<Kind>($0) } ?? .nil
    }

    /// Whether all ids of the path are ids. Where one is not, there is nothing of that path, whatever the others are.
    var namesThings: Bool {
        route.template.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("Id}") }.allSatisfy { name in
            parameters[name.dropFirst().dropLast()].flatMap { ID<Void>($0) } != nil
        }
    }

    /// A new id.
    public func newID<Kind>(_ kind: Kind.Type = Kind.self) -> ID<Kind> { server.surroundings.id() }

    /// The practice that the caller's token names; believed only once ``run(_:faults:)`` has entered. Public routes
    /// have none, and get ``ID/nil``.
    public var practiceID: ID<Practice> { token?.practiceID ?? .nil }

    /// The server's chance, keys and clock.
    public var surroundings: Surroundings { server.surroundings }

    /// The server's own keys.
    public var keys: ServerKeys { server.keys }

    /// What the audit row of this request carries as proof.
    public var proof: [UInt8] { server.proof(of: requestID) }

    /// A log that carries the request id. No people's data belongs in it.
    public var logger: Logger {
        var logger = server.logger
        logger[metadataKey: "requestId"] = .string(requestID.uuidString.lowercased())
        return logger
    }

    /// The practice's vault.
    ///
    /// - Throws: ``Problem/unauthenticated`` when the token names no practice.
    public func vault(_ purpose: KeyPurpose = .record) async throws(Problem) -> Vault {
        guard let token else { throw .unauthenticated }
        return try await vault(of: token.practiceID, purpose)
    }

    /// The vault of a practice that a public route has found.
    public func vault(of practice: ID<Practice>, _ purpose: KeyPurpose = .record) async throws(Problem) -> Vault {
        do {
            return try await server.keyRing.vault(of: practice, for: purpose)
        } catch let error as PostgresError {
            throw Problem(error, in: self)
        } catch KeyError.noKey {
            throw .unauthenticated
        } catch {
            logger.error("A practice's keys do not open.", metadata: ["error": "\(type(of: error))"])
            throw .unexpected
        }
    }

    /// Reads the body, `application/json`, strictly.
    ///
    /// - Throws: 415 for another type, 400 for what is not JSON, 422 with all faults at once.
    public func body<Value>(_ read: (inout JSONObjectReader) -> Value) throws(Problem) -> Value {
        try self.read(MediaTypes.json, read)
    }

    /// Reads the body as a merge patch (RFC 7396), `application/merge-patch+json`: use
    /// ``JSONObjectReader/change(_:_:)`` and ``JSONObjectReader/patch(_:_:)``.
    public func patch<Value>(_ read: (inout JSONObjectReader) -> Value) throws(Problem) -> Value {
        try self.read(MediaTypes.mergePatch, read)
    }

    /// Reads the query. A parameter that the closure does not name is refused.
    public func query<Value>(_ read: (inout QueryReader) -> Value) throws(Problem) -> Value {
        var reader = QueryReader(queryText, cursors, at: now)
        let value = read(&reader)
        queryReading.begin()
        try reader.finish()
        references.note(inQuery: reader.references)
        return value
    }

    /// Refuses the parameters of a query that no handler has read, before anything is done: a parameter that is passed over
    /// in silence, such as a filter with a slip of the pen, would be taken for heeded.
    func refuseUnreadQuery() throws(Problem) {
        if query != nil, !queryReading.hasBegun { try query { _ in } }
    }

    /// The version that `If-Match` names: 428 when it is missing, 400 when it is malformed.
    public func ifMatch() throws(Problem) -> Int { try EntityTag.version(ifMatch: headers.value(.ifMatch)) }

    /// The version that `If-Match` names, or nil when it is missing.
    public func ifMatchIfPresent() throws(Problem) -> Int? {
        headers.contains(.ifMatch) ? try ifMatch() : nil
    }

    /// Answers with one page of the rows read, of which there may be one more than the page takes
    /// (``Page/fetch``); `key` gives the sort keys of a row, the id last.
    ///
    /// - Parameter total: how many there are on all pages, where that was asked for (``Page/total(_:)``).
    public func page<Row: JSONWritable>(
        _ page: Page, _ rows: [Row], total: Int? = nil, key: (Row) -> PageKey
    ) -> Answer {
        .list(rows.prefix(page.limit), next: next(page, rows, key: key), total: total)
    }

    /// The cursor of what follows a page of the rows read, for answers that are more than a list; nil where nothing does.
    public func next<Row>(_ page: Page, _ rows: [Row], key: (Row) -> PageKey) -> String? {
        guard rows.count > page.limit, let last = rows.prefix(page.limit).last else { return nil }
        return (page.cursors ?? cursors).seal(key(last))
    }

    var bodyBytes: ByteBufferView? { body?.readableBytesView }

    private var cursors: CursorBinding {
        CursorBinding(
            key: server.cursorKey, list: path + "?" + CursorBinding.filters(of: queryText),
            tokenHash: token?.hash ?? [])
    }

    private func read<Value>(
        _ type: String, _ read: (inout JSONObjectReader) -> Value
    ) throws(Problem) -> Value {
        guard MediaTypes.matches(headers.value(.contentType), type) else { throw .unsupportedMediaType(type) }
        let result = (body ?? ByteBuffer()).withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { bytes in
                Result { () throws(Problem) in try JSONObjectReader.readWhole(bytes, at: now, cursors: cursors, read) }
            }
        }
        let (value, named, days) = try result.get()
        references.note(inBody: named)
        references.note(days: days)
        return value
    }
}

/// Whether the query of a request has been read by its handler.
private final class QueryReading: Sendable {
    private let begun = Atomic(false)

    var hasBegun: Bool { begun.load(ordering: .relaxed) }

    func begin() { begun.store(true, ordering: .relaxed) }
}

/// The parts of a bearer's token that a call needs, computed once.
struct CallToken: Sendable {
    let practiceID: ID<Practice>
    let hash: [UInt8]

    /// Reads `Authorization: Bearer …` (RFC 6750); nil for anything else.
    init?(authorization field: String?) {
        guard let field, field.utf8.count > 7, field.prefix(7).lowercased() == "bearer ",
            let token = Token(field.dropFirst(7))
        else { return nil }
        practiceID = token.practiceID
        hash = token.hash
    }
}
