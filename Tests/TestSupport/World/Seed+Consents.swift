import Postgres
import Practice

extension Seed {
    /// A document with one published text, “I agree to …”.
    public mutating func consentDocument(
        _ kind: String, ofCouple isOfCouple: Bool = false, validMonths: Int? = nil
    ) -> ID<ConsentDocument> {
        let document: ID<ConsentDocument> = id()
        add(
            """
            insert into consent_documents (practice_id, document_id, kind, of_couple, created_at)
            values (\(practiceID), \(document), \(kind), \(isOfCouple), \(now))
            """)
        add(
            """
            insert into consent_versions
                (practice_id, consent_version_id, document_id, number, title, body, valid_months, published_at)
            values (\(practiceID), \(id(ConsentVersion.self)), \(document), 1, \("On \(kind)"),
                    \("I agree to \(kind)."), \(validMonths.map(Int16.init(clamping:))), \(now))
            """)
        return document
    }

    /// A practice's rule for an audience.
    public mutating func packet(
        _ audience: String, _ kinds: [String] = [], required: [String] = [], guardians: String = "all"
    ) {
        add(
            """
            update consent_packets
            set kinds = \(kinds), required = \(required), guardians = \(guardians), version = version + 1
            where practice_id = \(practiceID) and audience = \(audience)
            """)
    }

    /// A consent that a client was asked for, or has given.
    public mutating func consent(_ kind: String, of client: Person, isSigned: Bool = false) -> ID<Consent> {
        let consent: ID<Consent> = id()
        add(
            """
            insert into consents (practice_id, consent_id, client_id, kind, state, requested_at, signed_at)
            values (\(practiceID), \(consent), \(client.clientID), \(kind), \(isSigned ? "signed" : "requested"),
                    \(now), \(isSigned ? now : nil))
            """)
        return consent
    }

    /// A task about a client, due today.
    public mutating func task(_ kind: String, about client: Person) -> ID<FrontDeskTask> {
        let task: ID<FrontDeskTask> = id()
        add(
            """
            insert into tasks (practice_id, task_id, kind, client_id, due_on, opened_at)
            values (\(practiceID), \(task), \(kind), \(client.clientID), \(today), \(now))
            """)
        return task
    }
}
