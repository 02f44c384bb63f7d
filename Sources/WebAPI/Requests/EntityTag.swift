import HTTPTypes

/// Strong entity tags (RFC 9110, 8.8.3): the version of a row, a hash of the answer, or both with a hyphen between them;
/// and `-gzip` behind them for a body in gzip.
enum EntityTag {
    private static let gzip = "-gzip"

    static func text(_ version: Int) -> String { text(String(version)) }

    static func text(_ words: String) -> String { "\"\(words)\"" }

    /// Whether it is a version alone.
    static func isVersion(_ tag: String) -> Bool {
        tag.utf8.count >= 3 && tag.utf8.dropFirst().dropLast().allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The tag of the same answer in gzip.
    static func ofGzip(_ tag: String) -> String { text(tag.dropFirst().dropLast() + gzip) }

    /// The tag of the same table without its byte order mark.
    static func ofPlain(_ tag: String) -> String { text(tag.dropFirst().dropLast() + "-plain") }

    /// Whether the tags of an If-None-Match, compared weakly, have this one, whatever the coding of its body: who has it in
    /// one has it in the other. `*` has every one.
    static func matches(_ tag: String, ifNoneMatch field: String?) -> Bool {
        guard let field else { return false }
        let plain = withoutCoding(tag[...])
        return field.split(separator: ",").contains { part in
            let part = part.trimmed
            return part == "*" || withoutCoding(part.hasPrefix("W/") ? part.dropFirst(2) : part) == plain
        }
    }

    private static func withoutCoding(_ tag: Substring) -> Substring {
        tag.hasSuffix(gzip + "\"") ? tag.dropLast(gzip.utf8.count + 1) : tag.dropLast()
    }

    /// The version that an If-Match names: what else the answer showed does not matter to who changes the row.
    ///
    /// One tag of ours is taken, also one that a proxy has made weak by compressing, since it is the version that
    /// counts; `*` and lists are refused, since a change made "whatever the present version" is the lost update that
    /// the field is there to prevent.
    static func version(ifMatch field: String?) throws(Problem) -> Int {
        guard let field else { throw .ifMatchRequired }
        let tag = (field.hasPrefix("W/") ? field.dropFirst(2) : field[...]).utf8
        let words = tag.dropFirst().dropLast()
        let digits = words.prefix { $0 != UInt8(ascii: "-") }
        let isQuoted = tag.count >= 3 && tag.first == 0x22 && tag.last == 0x22
        guard isQuoted, !digits.isEmpty, words.allSatisfy(isWord), digits.count <= 10,
            digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let version = Int(String(Substring(digits))), Int(Int32.min)...Int(Int32.max - 1) ~= version
        else {
            throw Problem(.badRequest, "malformed_if_match", "If-Match must be one ETag of this API, like \"3\".")
        }
        return version
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "_"), 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}

extension Problem {
    static let ifMatchRequired = Problem(
        .preconditionRequired, "if_match_required",
        "Send the ETag of what you read as If-Match, so that nobody's change is lost.")
}
