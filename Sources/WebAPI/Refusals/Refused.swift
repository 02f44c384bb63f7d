import JSON
import Postgres
import Practice

import struct Foundation.UUID

/// Something that was refused, as the audit keeps it: ids, an instant and fixed words of ours, and nothing of people.
public struct Refused: Sendable, Hashable {
    /// The practice that it was about, if there is one of this id.
    public var practiceID: ID<Practice>
    /// The hash of the token that came with it: whose it was is known by it, as it was at that instant.
    public var tokenHash: [UInt8]?
    /// Whom it was about, where nobody was signed in.
    public var accountID: ID<Account>?
    /// What was to be done, like `roster.read`.
    public var action: String
    /// What kind of thing it was about.
    public var kind: String
    /// The thing.
    public var resourceID: ID<Void>?
    /// When.
    public var at: Instant
    /// The request.
    public var requestID: UUID
    /// How it was refused: a fixed word, like `not_found`.
    public var outcome: String

    /// Describes a refusal.
    public init(
        practiceID: ID<Practice>, tokenHash: [UInt8]? = nil, accountID: ID<Account>? = nil, action: String,
        kind: String, resourceID: ID<Void>? = nil, at: Instant, requestID: UUID, outcome: String
    ) {
        (self.practiceID, self.tokenHash, self.accountID) = (practiceID, tokenHash, accountID)
        (self.action, self.kind, self.resourceID) = (action, kind, resourceID)
        (self.at, self.requestID, self.outcome) = (at, requestID, outcome)
    }
}

extension Refused {
    /// The refusal as a line of JSON, without its line feed.
    var line: [UInt8] {
        var json = JSONWriter(reservingCapacity: 384)
        json.object { json in
            json.member("practice", practiceID)
            json.member("token", ifPresent: tokenHash.map(Base64URL.encode))
            json.member("account", ifPresent: accountID)
            json.member("action", action)
            json.member("kind", kind)
            json.member("resource", ifPresent: resourceID)
            json.member("at", at)
            json.member("request", requestID)
            json.member("outcome", outcome)
        }
        return json.bytes
    }

    /// Reads such a line; nil for anything else, such as a line that was not written to its end.
    init?(line: some Sequence<UInt8>) {
        let json: JSONValue
        do { json = try JSONValue(parsing: Array(line)) } catch { return nil }
        guard let practice = json["practice"]?.text.flatMap({ ID<Practice>($0) }),
            let action = json["action"]?.text, let kind = json["kind"]?.text,
            let at = json["at"]?.text.flatMap({ Instant($0) }),
            let request = json["request"]?.text.flatMap({ ID<Void>($0) }), let outcome = json["outcome"]?.text
        else { return nil }
        self.init(
            practiceID: practice, tokenHash: json["token"]?.text.flatMap { Base64URL.decode($0) },
            accountID: json["account"]?.text.flatMap { ID<Account>($0) }, action: action, kind: kind,
            resourceID: json["resource"]?.text.flatMap { ID<Void>($0) }, at: at, requestID: request.uuid,
            outcome: outcome)
    }
}
