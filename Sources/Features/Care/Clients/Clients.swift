import Postgres
import Practice
import WebAPI

extension Client {
    /// The words of FHIR (administrative-gender).
    enum Sex: String, Sendable, CaseIterable {
        case female, male, other, unknown
    }

    enum MaritalStatus: String, Sendable, CaseIterable {
        case annulled, divorced, interlocutory, separated, married, polygamous, partnered, widowed, unknown
        case commonLaw = "common_law"
        case neverMarried = "never_married"
    }

    enum Status: String, Sendable, CaseIterable {
        case active, inactive, deceased
    }

    /// A way to reach a client that the client has called safe.
    enum Channel: String, Sendable, CaseIterable, PostgresWord {
        case phone, text, email, mail
    }

    /// The chart's cover, as far as the caller's rule shows it.
    struct Chart: Sendable {
        let id: ID<Client>
        let givenName: String
        let familyName: String
        let preferredName: String?
        let age: Int?
        let version: Int
        /// What else is known of the person, where identity is shown.
        let identity: Identity?
        /// Where contact, or safe contact, is shown.
        let contact: Contact?
    }

    struct Identity: Sendable {
        let birthDate: PartialDay?
        /// Maiden and former names.
        let otherNames: [OtherName]
        let sex: String?
        let pronouns: String?
        let language: String?
        let maritalStatus: String?
        let diedOn: Day?
        let status: String
        let createdAt: Instant
    }

    struct Contact: Sendable {
        let email: String?
        let phone: String?
        let addressLines: [String]
        let city: String?
        let region: String?
        let postalCode: String?
        let country: String?
        let safeChannels: [String]
        let isVoicemailAllowed: Bool
        let isSenderNeutral: Bool
        let safeTimes: [SafeTimes.Span]
        /// Whether the client wants to be reminded of homework.
        let wantsReminders: Bool
        /// Whether all of it is shown, or only what the client called safe.
        let isWhole: Bool
    }

    /// The client's name in an older system.
    struct Identifier: Sendable {
        /// The older system as its import named it, within which the number is known.
        let source: String
        let system: String
        let value: String
    }

    /// One line in a list: identity only.
    struct Listed: Sendable {
        let id: ID<Client>
        let givenName: String
        let familyName: String
        let preferredName: String?
        /// Nil together with the status where identity is not shown.
        let birthDate: PartialDay?
        let status: String?
        let familyKey: String
        let givenKey: String
        /// How well the name fits what was searched for: 0, or 1 where it is only near.
        var rank = 0
    }
}
