import HTTPTypes

extension HTTPFields {
    /// The value of a field; several fields of the name are joined, so that what takes one value refuses them.
    func value(_ name: HTTPField.Name) -> String? {
        var found: String?
        for field in self where field.name == name {
            guard let first = found else {
                found = field.value
                continue
            }
            found = first + ", " + field.value
        }
        return found
    }
}

extension HTTPField.Name {
    static let requestID = known("X-Request-Id")
    static let idempotencyKey = known("Idempotency-Key")
    static let idempotencyReplayed = known("Idempotency-Replayed")
    static let rateLimit = known("RateLimit")
    static let rateLimitPolicy = known("RateLimit-Policy")
    static let uploadOffset = known("Upload-Offset")

    /// One of the names above, which are all tokens (RFC 9110, 5.6.2); that they are is what the tests run first.
    static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not the name of a field") }
        return name
    }
}

/// Media types as they are compared: type and subtype in lower case, parameters apart.
enum MediaTypes {
    static let json = "application/json"
    static let mergePatch = "application/merge-patch+json"
    static let problem = "application/problem+json"
    static let bytes = "application/octet-stream"

    /// Whether a Content-Type is the type expected, in UTF-8 if it says so at all.
    static func matches(_ field: String?, _ expected: String) -> Bool {
        guard let field else { return false }
        if field == expected { return true }
        let parts = field.split(separator: ";", omittingEmptySubsequences: false)
        let type = parts[0].trimmed.lowercased()
        return type == expected
            && parts.dropFirst().allSatisfy {
                let parameter = $0.trimmed.lowercased()
                return parameter == "charset=utf-8" || parameter == "charset=\"utf-8\""
            }
    }
}

extension Substring {
    /// Without the white space that HTTP allows around list items.
    var trimmed: Substring {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
