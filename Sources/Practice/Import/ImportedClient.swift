/// What a practice takes over about one person from its old system.
///
/// Government ids — social security, driver's licence, passport and tax numbers — are left behind: care does not need
/// them, and what is not there cannot be stolen (decision 0004).
public struct ImportedClient: Sendable, Hashable {
    /// The id of the record in the old system.
    public var sourceID: String
    /// The official name.
    public var name: PersonName
    /// What the person wants to be called, where that differs.
    public var preferredName: String?
    /// The family name at birth, where that differs.
    public var birthFamilyName: String?
    /// The birthday.
    public var birthDate: Day
    /// The administrative sex.
    public var sex: Sex
    /// Telephone numbers and e-mail addresses, in the order of the old system.
    public var contactPoints: [ContactPoint]
    /// Where the person lives.
    public var address: Address?
    /// The numbers under which the old systems know the person; no government ids.
    public var identifiers: [Identifier]
    /// The preferred language (BCP 47).
    public var language: String?
    /// The marital status, where it is known.
    public var maritalStatus: MaritalStatus?
    /// Whether the person lives.
    public var vitalStatus: VitalStatus
    /// What of the record could not be used and was left behind; the person is taken over all the same. As with
    /// refusals, they name the member and never repeat its content.
    public var warnings: [String] = []

    /// A name in its parts.
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
        case living
        case died(on: Day?)
    }
}
