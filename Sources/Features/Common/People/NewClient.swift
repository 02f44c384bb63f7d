import JSON
import Postgres
import Practice
import WebAPI

extension Client {
    /// A person who comes into care.
    struct New: Sendable {
        let givenName: String
        let familyName: String
        let preferredName: String?
        let otherNames: [OtherName]
        let birthDate: PartialDay?
        let sex: Sex?
        let pronouns: String?
        let language: String?
        let maritalStatus: MaritalStatus?
        var contact: NewContact?

        init(_ body: inout JSONObjectReader) {
            let name = PersonName(&body, required: "givenName")
            (givenName, familyName) = (name.given, name.family)
            preferredName = body.optional("preferredName", .line(1...100))
            otherNames = body.optional("otherNames", .otherNames) ?? []
            birthDate = body.optional("birthDate", .birthDate)
            sex = body.optional("sex", .choice())
            pronouns = body.optional("pronouns", .line(1...40))
            language = body.optional("language", .line(2...35))
            maritalStatus = body.optional("maritalStatus", .choice())
            contact = body.optional("contact", .object(NewContact.init))
        }

        /// Maiden and former names, as the database keeps them.
        var keptNames: JSONB { JSONB(bytes: JSONValue.array(otherNames.map(\.json)).bytes) }

        /// Full name, as an account shows it.
        var name: String { [preferredName ?? givenName, familyName].compactMap(\.ifAny).joined(separator: " ") }
    }

    struct NewContact: Sendable {
        var email: String?
        var phone: String?
        let addressLines: [String]
        let city: String?
        let region: String?
        let postalCode: String?
        let country: String?
        var safeChannels: [Channel]
        /// Whether anything was said of them.
        var saysChannels: Bool
        let isVoicemailAllowed: Bool
        let isSenderNeutral: Bool
        let safeTimes: [SafeTimes.Span]
        /// Whether homework is to be reminded of.
        let wantsReminders: Bool

        init(_ body: inout JSONObjectReader) {
            email = body.optional("email", .email)
            phone = body.optional("phone", .line(1...40))
            addressLines = body.optional("addressLines", .addressLines) ?? []
            city = body.optional("city", .line(1...100))
            region = body.optional("region", .line(1...100))
            postalCode = body.optional("postalCode", .line(1...20))
            country = body.optional("country", .line(1...60))
            let channels: [Channel]? = body.optional("safeChannels", .array(0...4, of: .choice()))
            (safeChannels, saysChannels) = (channels ?? [], channels != nil)
            isVoicemailAllowed = body.optional("voicemailAllowed", .bool) ?? false
            isSenderNeutral = body.optional("neutralSender", .bool) ?? true
            safeTimes = body.optional("safeTimes", .safeTimes) ?? []
            wantsReminders = body.optional("homeworkReminders", .bool) ?? true
        }
    }
}

extension Client.NewContact {
    /// Nothing is known, so nothing is safe.
    static let none = Client.NewContact()

    private init() {
        (email, phone, city, region, postalCode, country) = (nil, nil, nil, nil, nil, nil)
        (addressLines, safeChannels, saysChannels, isVoicemailAllowed) = ([], [], false, false)
        (isSenderNeutral, safeTimes, wantsReminders) = (true, [], true)
    }

    /// What somebody said who asked for help.
    init(email: String?, phone: String?, safeChannels: [Client.Channel]) {
        self.init()
        (self.email, self.phone, self.safeChannels) = (email, phone, safeChannels)
    }

    /// The same with what another says of what this one does not say.
    func completed(with other: Client.NewContact) -> Client.NewContact {
        var completed = self
        completed.email = email ?? other.email
        completed.phone = phone ?? other.phone
        if !saysChannels { completed.safeChannels = other.safeChannels }
        return completed
    }
}

extension JSONShape where Value == [SafeTimes.Span] {
    /// Spans of the week: weekday, from, until.
    static var safeTimes: Self { .array(0...SafeTimes.limit, of: .safeTime) }
}

extension JSONShape where Value == SafeTimes.Span {
    private struct Parts: Sendable {
        let weekday: Weekday
        let from: LocalTime
        let until: LocalTime

        init(_ body: inout JSONObjectReader) {
            weekday = body.required("weekday", .choice())
            from = body.required("from", .localTime)
            until = body.required("until", .localTime)
        }
    }

    fileprivate static var safeTime: Self {
        JSONShape<Parts>.object(Parts.init).map(
            or: .wholeMonday, code: "before_from", detail: "`until` must come after `from`; 00:00 is midnight."
        ) { SafeTimes.Span($0.weekday, from: $0.from, until: $0.until) }
    }
}

extension JSONShape where Value == Day {
    /// A day in the life of somebody who may be alive.
    static var birthDate: Self { .day(.life) }
}
