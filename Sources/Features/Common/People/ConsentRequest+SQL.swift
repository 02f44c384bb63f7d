import Postgres
import Practice

extension Consent {
    /// For whom a practice has a packet: what they are asked to sign.
    enum Audience: String, Sendable, CaseIterable {
        case adult, minor, partner, group
    }

    /// Asks a client for a consent of a kind. The newest text, and the couple, are found by the database.
    static func request(
        _ id: ID<Consent>, _ kind: String, of client: ID<Client>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into consents (practice_id, consent_id, client_id, kind, requested_at, requested_by)
            values (\(practice), \(id), \(client), \(kind), \(now), access.account())
            """)
    }

    /// Asks a client for everything in a packet that is neither asked for nor in force already.
    static func request(
        _ packet: Audience, of client: ID<Client>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into consents (practice_id, consent_id, client_id, kind, requested_at, requested_by)
            select p.practice_id, uuid_v7(\(now)), \(client), kind, \(now), access.account()
            from consent_packets p, unnest(p.kinds) as kind
            where p.practice_id = \(practice) and p.audience = \(packet.rawValue)
            on conflict do nothing
            """)
    }
}
