import HTTPTypes
import Postgres
import Practice

import struct Foundation.UUID

extension Idempotency {
    // Practice and account are those that the door proved, not those of the request; whether the kept answer may be given is
    // judged there too (Migrations/routines/access/answers.sql).

    private var route: String { "\(call.route.method.rawValue) \(call.canonicalPath)" }

    var claim: Query<Claim> {
        .row(
            """
            select claimed, same_body, first_request, account, status, headers, body
            from access.claim_answer(\(route), \(key.hash), \(key.bodyHash), \(call.requestID), \(call.now))
            """
        ) { row in
            Claim(
                isFirst: try row.next(), isSameBody: try row.next(), requestID: try row.next(),
                accountID: try row.next(), status: try row.next(Int16?.self).map(Int.init), headers: try row.next(),
                body: try row.next())
        }
    }

    func keep(_ answer: Answer, sealed body: [UInt8]?) -> Query<Bool> {
        .row(
            """
            select access.keep_answer(
                \(route), \(key.hash), \(call.requestID), \(Int16(answer.status.code)),
                \(JSONB(bytes: answer.headers.storable)), \(body))
            """
        ) { try $0.next() }
    }
}

/// What the database says of a key: that it is this request's now, or what came of the request whose it is.
struct Claim: Sendable {
    let isFirst: Bool
    let isSameBody: Bool
    let requestID: UUID?
    let accountID: ID<Account>
    let status: Int?
    let headers: JSONB?
    /// Nil where the answer is not for the caller as he is now.
    let body: [UInt8]?
}
