import HTTPTypes
import Hummingbird
import Practice

extension Answer {
    /// Nothing below this many bytes is worth compressing: it fits in one packet.
    static let leastToCompress = 1024

    /// The answer as it goes to the client: with an entity tag of what it shows, as 304 where the client has just that, and
    /// in gzip where the client takes it (decision 0041).
    ///
    /// - Parameter mayCompress: whether the request changed nothing and its answer tells no secret: what tells one is sent as
    ///   it is.
    func sent(to request: Request, by route: Route, mayCompress: Bool) -> Answer {
        let isGet = request.method == .get || request.method == .head
        var answer = self
        if route.offered.count > 1 { answer.vary("Accept") }
        answer.tag(isGet: isGet)
        answer.markByteOrder(request.headers.value(.accept))
        let plain = answer
        let isGzip = mayCompress && answer.chooseCoding(request.headers.value(.acceptEncoding))
        let tag = answer.headers[.eTag]
        if isGet, status == .ok, let tag, EntityTag.matches(tag, ifNoneMatch: request.headers.value(.ifNoneMatch)) {
            return answer.notModified
        }
        guard isGzip else { return answer }
        do {
            if !answer.body.isEmpty { answer.body = try answer.cached?.compressed ?? Gzip.compressed(answer.body) }
        } catch {
            // There was no memory for it; as it is, the body is there already.
            return plain
        }
        answer.stream?.isGzip = true
        return answer
    }

    /// A row's version does not tell what else an answer shows: what follows from the day, from other rows, from who asks. So
    /// the tag of an answer is its version, where it has one, and a hash of its body.
    private mutating func tag(isGet: Bool) {
        guard !body.isEmpty, stream == nil else { return }
        if let tag = headers[.eTag] {
            guard EntityTag.isVersion(tag) else { return }
            headers[.eTag] = EntityTag.text("\(tag.dropFirst().dropLast())-\(bodyHash)")
        } else if isGet, status == .ok {
            headers[.eTag] = EntityTag.text("h\(bodyHash)")
        }
    }

    private var bodyHash: String { cached?.hash ?? CachedBody.hash(of: body) }

    /// A table begins with a byte order mark, without which Excel takes its accents for other letters; who does not want it
    /// accepts `text/csv;bom=no`. No hash of the table is of the mark.
    private mutating func markByteOrder(_ accepted: String?) {
        guard status == .ok, headers[.contentType]?.hasPrefix(Representation.csv.rawValue) == true else { return }
        guard MediaTypes.wantsNoByteOrderMark(accepted) else {
            body = body.isEmpty ? [] : CSV.byteOrderMark + body
            stream?.prefix = CSV.byteOrderMark
            return
        }
        if let tag = headers[.eTag] { headers[.eTag] = EntityTag.ofPlain(tag) }
        stream?.isPlain = true
    }

    /// Says in the fields how the body is coded, and whether it is to be in gzip.
    private mutating func chooseCoding(_ accepted: String?) -> Bool {
        guard let type = headers[.contentType], MediaTypes.isText(type) else { return false }
        vary("Accept-Encoding")
        let isLarge = stream.map { $0.length == nil } ?? (body.count > Self.leastToCompress)
        guard isLarge, ContentCoding.acceptsGzip(accepted) else { return false }
        headers[.contentEncoding] = "gzip"
        // A coded body has other bytes, so it has a strong tag of its own.
        if let tag = headers[.eTag] { headers[.eTag] = EntityTag.ofGzip(tag) }
        return true
    }

    private mutating func vary(_ field: String) {
        let known = headers.value(.vary)
        guard known?.split(separator: ",").contains(where: { $0.trimmed == field }) != true else { return }
        headers[.vary] = known.map { "\($0), \(field)" } ?? field
    }

    private var notModified: Answer {
        var headers = headers
        for name in [HTTPField.Name.contentType, .contentDisposition, .contentEncoding] { headers[name] = nil }
        return Answer(status: .notModified, headers: headers)
    }
}

/// How bodies are coded on their way.
enum ContentCoding {
    /// - Throws: 415 where a body comes coded: nobody here would decode it, and its bytes would be taken for something else.
    static func check(_ headers: HTTPFields) throws(Problem) {
        let codings = headers[values: .contentEncoding].flatMap { $0.split(separator: ",").map(\.trimmed) }
        guard codings.allSatisfy({ $0.lowercased() == "identity" }) else { throw .unsupportedCoding }
    }

    /// Whether an Accept-Encoding takes gzip: by its name, or, where it is not named, by `*`.
    static func acceptsGzip(_ field: String?) -> Bool {
        guard let field else { return false }
        var weights: [String: Double] = [:]
        for part in field.split(separator: ",") {
            let parts = part.split(separator: ";")
            guard let name = parts.first?.trimmed.lowercased() else { continue }
            let weight = parts.dropFirst().map { $0.trimmed.lowercased() }.first { $0.hasPrefix("q=") }
            weights[name] = weight.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
        }
        return (weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0) > 0
    }
}

extension MediaTypes {
    /// Whether an Accept names tables without a byte order mark.
    static func wantsNoByteOrderMark(_ field: String?) -> Bool {
        (field ?? "").split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { $0.trimmed.lowercased() }
            return parts.first == Representation.csv.rawValue && parts.contains("bom=no")
        }
    }

    /// Whether a type is text, which gzip makes smaller. Pictures, sound and PDF are compressed already.
    static func isText(_ type: String) -> Bool {
        let name = type.prefix { $0 != ";" }.lowercased()
        return name.hasPrefix("text/") || name.hasSuffix("json") || name.hasSuffix("yaml") || name.hasSuffix("xml")
    }
}
