/// What a practice takes over about one person from its old system.
///
/// Government ids — social security, driver's licence, passport, Medicare and tax numbers — are left behind: care does
/// not need them, and what is not there cannot be stolen (decision 0004).
public struct ImportedClient: Sendable, Hashable {
    /// The id of the record in the old system.
    public var sourceID: String
    /// The present name.
    public var name: PersonName
    /// What the person wants to be called, where that differs.
    public var preferredName: String?
    /// Names at birth and from before, and what else is the person's present name.
    public var otherNames: [OtherName]
    /// The birthday, as far as it is known.
    public var birthDate: PartialDay?
    /// The administrative sex.
    public var sex: Sex
    /// Telephone numbers and e-mail addresses of now, the preferred ones first.
    public var contactPoints: [ContactPoint]
    /// Where the person lives.
    public var address: Address?
    /// The numbers under which the old systems know the person; no government ids, and none that families share.
    public var identifiers: [Identifier]
    /// The preferred language (BCP 47).
    public var language: String?
    /// The marital status, where it is known.
    public var maritalStatus: MaritalStatus?
    /// Whether the person lives.
    public var vitalStatus: VitalStatus
    /// Whether the record is in use: who is not in care any more has one that is not.
    public var isActive: Bool = true
    /// Other records of the same person.
    public var links: [Link] = []
    /// What of the record could not be used and was left behind; the person is taken over all the same. As with
    /// refusals, they name the member and never repeat its content.
    public var warnings: [String] = []

    /// The record that stands for the person in place of this one.
    public var replacement: Link.Other? { links.first { $0.kind == .replacedBy }?.other }

    /// A name in its parts. Who has one name only has it in one of the two, and the other is empty.
    public struct PersonName: Sendable, Hashable {
        public var given: String
        public var family: String
        public var prefix: String?
        public var suffix: String?
    }

    /// The words of FHIR's `administrative-gender`.
    public enum Sex: String, Sendable, Hashable, CaseIterable {
        case female, male, other, unknown
    }

    /// A telephone number or an e-mail address.
    public struct ContactPoint: Sendable, Hashable {
        public var system: System
        public var value: String
        /// What it is for.
        public var use: Use
        /// Which is preferred of several: the lowest.
        public var rank: Int? = nil

        public enum System: String, Sendable, Hashable, CaseIterable {
            case phone, email
        }

        public enum Use: String, Sendable, Hashable, CaseIterable {
            case home, work, mobile
        }
    }

    /// A postal address.
    public struct Address: Sendable, Hashable {
        public var lines: [String]
        public var city: String?
        public var state: String?
        public var postalCode: String?
        public var country: String?
    }

    /// A number in another system.
    public struct Identifier: Sendable, Hashable {
        /// The URI of the system.
        public var system: String
        public var value: String

        /// A number in a system.
        public init(system: String, value: String) {
            self.system = system
            self.value = value
        }
    }

    /// The codes of HL7's `v3-MaritalStatus` in words.
    public enum MaritalStatus: String, Sendable, Hashable, CaseIterable {
        case annulled, divorced, interlocutory, separated, married
        case commonLaw = "common_law"
        case polygamous, partnered
        case neverMarried = "never_married"
        case widowed, unknown
    }

    /// Whether a person lives; the day of death may be unknown.
    public enum VitalStatus: Sendable, Hashable {
        /// Nothing was said, so the person lives.
        case living
        /// That the person lives was said.
        case saidToLive
        case died(on: Day?)
    }

    /// How another record is of the same person (FHIR's `Patient.link`).
    public struct Link: Sendable, Hashable {
        public var kind: Kind
        public var other: Other

        /// The words of FHIR's `link-type`.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case replacedBy = "replaced-by"
            case replaces
            case refer
            case seeAlso = "seealso"
        }

        /// The other record.
        public enum Other: Sendable, Hashable {
            /// A record of the same source, by its id.
            case record(String)
            /// A record of the same source, by a number of the person.
            case number(Identifier)
            /// A record that is not in this source, or that cannot be told.
            case elsewhere
        }
    }
}
