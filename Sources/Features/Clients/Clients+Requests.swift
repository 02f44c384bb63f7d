import Practice
import WebAPI

extension Client {
    struct Change: Sendable {
        let givenName: String?
        let familyName: String?
        let preferredName: Patch<String>
        let birthDate: Patch<Day>
        let sex: Patch<Sex>
        let pronouns: Patch<String>
        let language: Patch<String>
        let maritalStatus: Patch<MaritalStatus>
        let diedOn: Patch<Day>
        let status: Status?
        let contact: ContactChange?

        init(_ body: inout JSONObjectReader) {
            givenName = body.change("givenName", .line(1...100))
            familyName = body.change("familyName", .line(1...100))
            preferredName = body.patch("preferredName", .line(1...100))
            birthDate = body.patch("birthDate", .birthDate)
            sex = body.patch("sex", .choice())
            pronouns = body.patch("pronouns", .line(1...40))
            language = body.patch("language", .line(2...35))
            maritalStatus = body.patch("maritalStatus", .choice())
            diedOn = body.patch("diedOn", .birthDate)
            status = body.change("status", .choice())
            contact = body.change("contact", .object(ContactChange.init))
            if case .value = diedOn, let status, status != .deceased {
                body.fault("status", "contradicts_died_on", "Who has died on a day is deceased.")
            }
        }
    }

    struct ContactChange: Sendable {
        let email: Patch<String>
        let phone: Patch<String>
        let addressLines: [String]?
        let city: Patch<String>
        let region: Patch<String>
        let postalCode: Patch<String>
        let country: Patch<String>
        let safeChannels: [Channel]?
        let isVoicemailAllowed: Bool?
        let isSenderNeutral: Bool?
        let safeTimes: [SafeTimes.Span]?

        init(_ body: inout JSONObjectReader) {
            email = body.patch("email", .email)
            phone = body.patch("phone", .line(1...40))
            addressLines = body.change("addressLines", .array(0...4, of: .line(1...200)))
            city = body.patch("city", .line(1...100))
            region = body.patch("region", .line(1...100))
            postalCode = body.patch("postalCode", .line(1...20))
            country = body.patch("country", .line(1...60))
            safeChannels = body.change("safeChannels", .array(0...4, of: .choice()))
            isVoicemailAllowed = body.change("voicemailAllowed", .bool)
            isSenderNeutral = body.change("neutralSender", .bool)
            safeTimes = body.change("safeTimes", .safeTimes)
        }
    }

    /// What is searched for: all that is given must hold.
    struct Search: Sendable {
        /// The beginning of the family name, or of the given or preferred name; accents and case do not matter.
        let name: String?
        let birthDate: Day?
        let identifier: Identifier?

        init(_ body: inout JSONObjectReader) {
            name = body.optional("name", .line(1...100))
            birthDate = body.optional("birthDate", .day)
            identifier = body.optional(
                "identifier",
                .object { body in
                    Identifier(
                        system: body.required("system", .line(1...300)), value: body.required("value", .line(1...200)))
                })
            body.check(
                name != nil || birthDate != nil || identifier != nil, "name", "required",
                "Give a name, a birth date or an identifier to search for.")
        }
    }
}
