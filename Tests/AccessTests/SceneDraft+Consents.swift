import Postgres
import Practice
import TestSupport

extension SceneDraft {
    /// A consent of the client's, with a signature of the other parent that was taken back, and a task about the client.
    mutating func consents(_ seed: inout Seed) {
        let consent = seed.consent("treatment", of: client)
        things[.consent] = consent.uuid
        let signature: ID<ConsentSignature> = seed.id()
        seed.add(
            """
            insert into consent_signatures
                (practice_id, signature_id, consent_id, client_id, account_id, guardian_id, capacity, signer_name,
                 text_hash, address, signed_at)
            values (\(seed.practiceID), \(signature), \(consent), \(client.clientID), \(parent.accountID),
                    \(parent.guardianID), 'guardian', \(parent.name), sha256('\\x00'), '\\x00', \(seed.now))
            """)
        seed.add(
            """
            insert into consent_revocations
                (practice_id, signature_id, consent_id, client_id, account_id, address, revoked_at)
            values (\(seed.practiceID), \(signature), \(consent), \(client.clientID), \(parent.accountID), '\\x00',
                    \(seed.now))
            """)
        for person in [client, partner] { _ = seed.task("renew_consents", about: person) }
    }
}
