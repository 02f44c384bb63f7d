import HTTPTypes

/// The strong entity tag of a versioned row: its version between quotes (RFC 9110, 8.8.3).
enum EntityTag {
    static func text(_ version: Int) -> String { "\"\(version)\"" }

    /// The version that an If-Match names.
    ///
    /// One strong tag of ours is taken; `*`, weak tags and lists are refused, since a change made "whatever the
    /// present version" is the lost update that the field is there to prevent.
    static func version(ifMatch field: String?) throws(Problem) -> Int {
        guard let field else {
            throw Problem(
                .preconditionRequired, "if_match_required",
                "Send the ETag of what you read as If-Match, so that nobody's change is lost.")
        }
        let digits = field.utf8.dropFirst().dropLast()
        let isQuoted = field.utf8.count >= 3 && field.utf8.first == 0x22 && field.utf8.last == 0x22
        guard isQuoted, digits.count <= 10, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let version = Int(String(Substring(digits))), Int(Int32.min)...Int(Int32.max - 1) ~= version
        else {
            throw Problem(.badRequest, "malformed_if_match", "If-Match must be one ETag of this API, like \"3\".")
        }
        return version
    }
}
