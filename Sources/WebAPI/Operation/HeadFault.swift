import HTTPTypes
import NIOHTTP1

/// What is wrong with the head of a request, or with how its body is framed: nobody has seen it as a request.
enum HeadFault: Sendable, CaseIterable {
    /// How many bytes the address, and each field, may have.
    static let longestField = 8 * 1024
    /// How many bytes all fields may have, and how many fields there may be.
    static let (longestFields, mostFields) = (32 * 1024, 64)

    case requestLineTooLong, fieldsTooLarge, unknownMethod, unknownVersion, unknownTransfer, noHost, malformed

    /// - Parameters:
    ///   - error: what the parser says.
    ///   - line: the first line of the request, as far as it was seen.
    init(_ error: HTTPParserError, _ line: RequestLineSight) {
        self =
            switch error {
            case .headerOverflow: line.isLineTooLong ? .requestLineTooLong : .fieldsTooLarge
            case .invalidMethod where line.beginsWithLetter: .unknownMethod
            case .invalidVersion where line.endsWithVersion: .unknownVersion
            default: .malformed
            }
    }

    var problem: Problem {
        switch self {
        case .requestLineTooLong:
            Problem(.uriTooLong, "uri_too_long", "The address may have \(Self.longestField) bytes at most.")
        case .fieldsTooLarge:
            Problem(
                .requestHeaderFieldsTooLarge, "fields_too_large",
                """
                A request may have \(Self.mostFields) header fields of \(Self.longestField) bytes each, and \
                \(Self.longestFields) bytes of them in all.
                """)
        case .unknownMethod: .unknownMethod
        case .unknownVersion:
            Problem(.httpVersionNotSupported, "unknown_version", "The server speaks HTTP/1.1 and HTTP/1.0.")
        case .unknownTransfer:
            Problem(
                .notImplemented, "unknown_transfer_coding",
                "A body comes with Content-Length, or with Transfer-Encoding: chunked and nothing else.")
        case .noHost:
            Problem(
                .badRequest, "host_required",
                "A request of HTTP/1.1 names one Host, which is not empty (RFC 9112, 3.2).")
        case .malformed: Problem(.badRequest, "malformed_request", "This is not a request of HTTP/1.1.")
        }
    }
}

/// The field `Host` of a request.
enum HostField {
    /// Whether a request says where it goes as RFC 9112, 3.2 wants it: once, and with the name or the address of a host,
    /// behind which a port may stand. HTTP/1.0 need not say it.
    static func isRight(_ fields: [String], isRequired: Bool) -> Bool {
        guard let host = fields.first else { return !isRequired }
        return fields.count == 1
            && host.wholeMatch(of: /([A-Za-z0-9\-._~%!$&'()*+;=]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?/) != nil
    }
}

/// The field `Transfer-Encoding` of a request.
enum TransferField {
    /// Whether the body is framed in a way that is read here: in chunks that hold it as it is (RFC 9112, 6.1). The parser
    /// knows no other coding, and would take what is in the chunks for the body itself.
    static func isRight(_ fields: [String]) -> Bool {
        fields.isEmpty || fields.count == 1 && fields[0].lowercased() == "chunked"
    }
}

extension Problem {
    /// 501. A method that no path of any server of ours would take.
    static let unknownMethod = Problem(.notImplemented, "unknown_method", "Nobody here knows that method.")
}
