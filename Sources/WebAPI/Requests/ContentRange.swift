import HTTPTypes

/// Which bytes of a whole a body has: `Content-Range: bytes 0-1048575/5242880` (RFC 9110, 14.4).
public struct ContentRange: Sendable, Hashable {
    /// The places of the bytes in the whole; never empty.
    public let range: Range<Int>
    /// How many bytes the whole has.
    public let size: Int

    /// Reads a field; nil where it is none, or contradicts itself.
    public init?(_ field: String) {
        guard let match = field.wholeMatch(of: /bytes ([0-9]{1,12})-([0-9]{1,12})\/([0-9]{1,12})/.ignoresCase()),
            let first = Int(match.1), let last = Int(match.2), let size = Int(match.3), first <= last, last < size
        else { return nil }
        range = first..<last + 1
        self.size = size
    }
}

extension Call {
    /// Reads the body as it is, `application/octet-stream`, as a part of a larger whole.
    ///
    /// - Throws: 415 for another type, 400 where `Content-Range` is missing or malformed, or the body has not as many bytes
    ///   as it says.
    public func part() throws(Problem) -> (place: ContentRange, bytes: [UInt8]) {
        guard MediaTypes.matches(headers.value(.contentType), MediaTypes.bytes) else {
            throw .unsupportedMediaType(MediaTypes.bytes)
        }
        guard let place = headers.value(.contentRange).flatMap(ContentRange.init) else {
            throw Problem(
                .badRequest, "malformed_content_range",
                "Say which bytes these are: Content-Range: bytes 0-262143/5242880, with the size of the whole behind.")
        }
        let bytes = bodyBytes.map { Array($0) } ?? []
        guard bytes.count == place.range.count else {
            throw Problem(
                .badRequest, "content_range_differs", "The body does not have as many bytes as Content-Range says.")
        }
        return (place, bytes)
    }
}
