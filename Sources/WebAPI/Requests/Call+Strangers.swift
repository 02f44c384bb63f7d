import HTTPTypes
import Practice

extension Call {
    /// The value of a header field; several fields of the name are joined with commas.
    public func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers.value($0) } }

    /// The `Idempotency-Key`, for a public route, which has to honour it by itself: nobody has entered who could own a
    /// kept answer.
    ///
    /// - Throws: 400 when it is malformed.
    public func idempotencyKey() throws(Problem) -> IdempotencyKey? { try IdempotencyKey(self) }

    /// A keyed hash of the body as it was sent, by which the same body is known again.
    public var bodyDigest: [UInt8] { keys.contentDigest.code(for: bodyBytes.map { Array($0) } ?? []) }
}

extension Answer {
    /// This answer, given again to who repeated the request with the same `Idempotency-Key`.
    public var replayed: Answer {
        var answer = self
        answer.headers[.idempotencyReplayed] = "true"
        return answer
    }
}

extension Problem {
    /// 422. An `Idempotency-Key` that came before with another body.
    public static let idempotencyKeyReused = Problem(
        .unprocessableContent, "idempotency_key_reused",
        "This Idempotency-Key came before with another body. Use a new key for a new request.")
}
