import Postgres
import Practice
import WebAPI

extension Consent {
    /// For whom a practice has a packet: what they are asked to sign.
    enum Audience: String, Sendable, CaseIterable {
        case adult, minor, partner, group
    }

    /// Asks a client for a consent of a kind. The newest text, and the couple, are found by the database.
    static func request(_ id: ID<Consent>, _ kind: String, of client: ID<Client>, _ call: Call) -> Query<Int> {
        .run(
            """
            insert into consents (practice_id, consent_id, client_id, kind, requested_at, requested_by)
            values (\(call.practiceID), \(id), \(client), \(kind), \(call.now), access.account())
            """)
    }

    /// Asks a client for everything in a packet that is neither asked for nor in force already.
    static func request(_ packet: Audience, of client: ID<Client>, _ call: Call) -> Query<Int> {
        .run(
            """
            insert into consents (practice_id, consent_id, client_id, kind, requested_at, requested_by)
            select p.practice_id, uuid_v7(\(call.now)), \(client), kind, \(call.now), access.account()
            from consent_packets p, unnest(p.kinds) as kind
            where p.practice_id = \(call.practiceID) and p.audience = \(packet.rawValue)
            on conflict do nothing
            """)
    }
}
