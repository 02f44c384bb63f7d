import JSON
import Practice
import WebAPI

extension Client.New {
    /// A person, and whether that is nobody who has a chart already, whatever it looks like.
    static func reading(_ body: inout JSONObjectReader) -> (new: Client.New, isDistinct: Bool) {
        (Client.New(&body), body.optional("isDistinct", .bool) ?? false)
    }
}

extension Client {
    struct Change: Sendable {
        let givenName: Patch<String>
        let familyName: Patch<String>
        let preferredName: Patch<String>
        let otherNames: [OtherName]?
        let birthDate: Patch<PartialDay>
        let sex: Patch<Sex>
        let pronouns: Patch<String>
        let language: Patch<String>
        let maritalStatus: Patch<MaritalStatus>
        let diedOn: Patch<Day>
        let status: Status?
        /// What becomes of what is open, where the client is to be in care no more.
        let closing: Closing?
        let contact: ContactChange?

        init(_ body: inout JSONObjectReader) {
            givenName = body.patch("givenName", .line(1...100))
            familyName = body.patch("familyName", .line(1...100))
            preferredName = body.patch("preferredName", .line(1...100))
            otherNames = body.change("otherNames", .otherNames)
            birthDate = body.patch("birthDate", .birthDate)
            sex = body.patch("sex", .choice())
            pronouns = body.patch("pronouns", .line(1...40))
            language = body.patch("language", .line(2...35))
            maritalStatus = body.patch("maritalStatus", .choice())
            diedOn = body.patch("diedOn", .day(.life))
            status = body.change("status", .choice())
            closing = body.change("closing", .object(Closing.init))
            contact = body.change("contact", .object(ContactChange.init))
            if case (.null, .null) = (givenName, familyName) {
                body.fault("givenName", "required", "A person has a given name or a family name.")
            }
            body.check(
                closing == nil || status == .inactive, "closing", "not_with_this",
                "This is said where the status is to be inactive.")
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
        let wantsReminders: Bool?

        init(_ body: inout JSONObjectReader) {
            email = body.patch("email", .email)
            phone = body.patch("phone", .line(1...40))
            addressLines = body.change("addressLines", .addressLines)
            city = body.patch("city", .line(1...100))
            region = body.patch("region", .line(1...100))
            postalCode = body.patch("postalCode", .line(1...20))
            country = body.patch("country", .line(1...60))
            safeChannels = body.change("safeChannels", .array(0...4, of: .choice()))
            isVoicemailAllowed = body.change("voicemailAllowed", .bool)
            isSenderNeutral = body.change("neutralSender", .bool)
            safeTimes = body.change("safeTimes", .safeTimes)
            wantsReminders = body.change("homeworkReminders", .bool)
        }
    }

    /// What is searched for: all that is given must hold.
    struct Search: Sendable {
        /// Words of a name, or their beginnings, or something near; accents and case do not matter.
        let name: String?
        let birthDate: PartialDay?
        /// A telephone number or its end.
        let phone: String?
        let identifier: SoughtIdentifier?

        init(_ body: inout JSONObjectReader) {
            name = body.optional("name", .line(1...100))
            birthDate = body.optional("birthDate", .partialDay(.life))
            phone = body.optional("phone", .line(1...40))
            identifier = body.optional("identifier", .object(SoughtIdentifier.init))
            if let phone {
                body.check(
                    phone.count(where: \.isWholeNumber) >= 4, "phone", "too_short",
                    "Give at least the last four digits.")
            }
            body.check(
                name != nil || birthDate != nil || phone != nil || identifier != nil, "name", "required",
                "Give a name, a birth date, a telephone number or an identifier to search for.")
        }
    }

    /// A number in an older system, which need not be said.
    struct SoughtIdentifier: Sendable {
        let system: String?
        let value: String

        init(_ body: inout JSONObjectReader) {
            system = body.optional("system", .line(1...300))
            value = body.required("value", .line(1...200))
        }
    }
}
