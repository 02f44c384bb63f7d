import Crypto
import HTTPTypes
import JSON
import Practice

/// The hash that a report carries: SHA-256 over what was asked, in one form, and the bytes of the answer. Two answers with
/// the same hash are the same answer to the same question; who has the bytes can compute it (`openapi.yaml` says how).
public struct QueryHash: Sendable {
    private var digest = SHA256()

    /// Begins with what was asked: a line for the form and one for each part, `name=value`, empty where nothing was said,
    /// and an empty line.
    public init(_ form: Representation, _ parts: KeyValuePairs<String, String>) {
        var text = form.rawValue + "\n"
        for (name, value) in parts { text += "\(name)=\(value)\n" }
        text += "\n"
        digest.update(data: Array(text.utf8))
    }

    /// Adds bytes of the answer.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        let wrote: Void? = bytes.withContiguousStorageIfAvailable { digest.update(bufferPointer: .init($0)) }
        if wrote == nil { digest.update(data: Array(bytes)) }
    }

    /// The hash of all so far, in 64 hexadecimal digits.
    public var text: String { Hex.text(digest.finalize()) }
}

extension Call {
    /// An answer whose hash is its strong `ETag`.
    public func answer(_ answer: Answer, hash: String) -> Answer {
        var answer = answer
        answer.headers[.eTag] = "\"\(hash)\""
        return answer
    }
}
