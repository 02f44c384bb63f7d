import JSON

extension JSONShape where Value == String {
    /// A password: what was typed and nothing else, with the blanks at its ends and all marks.
    public static var password: Self {
        Self(placeholder: "") { json, faults in faults.text(json, 1...1_024, allowsLines: true, isCleaned: false) }
    }

    /// An email address, as ``EmailAddress`` judges it, in the one way in which it is known (``ContactKey/email(_:)``).
    public static var email: Self {
        Self(placeholder: "") { json, faults in
            guard let text = faults.text(json, 3...254, allowsLines: false) else { return nil }
            let email = ContactKey.email(text)
            guard EmailAddress(email) != nil else {
                return faults.refuse("not_an_email", "This must be an email address.")
            }
            return email
        }
    }
}

extension JSONShape where Value == Day {
    /// A day, `YYYY-MM-DD`.
    public static var day: Self {
        Self(placeholder: Day(daysSince1970: 0)) { json, faults in
            guard case .text(let text) = json else { return faults.wrongType("a day, YYYY-MM-DD") }
            guard let day = Day(text) else { return faults.refuse("not_a_day", "This must be a day, YYYY-MM-DD.") }
            return day
        }
    }
}

extension JSONShape where Value == Instant {
    /// An instant as RFC 3339 writes it.
    public static var instant: Self {
        Self(placeholder: Instant(microsecondsSince1970: 0)) { json, faults in
            guard case .text(let text) = json else { return faults.wrongType("an instant, as RFC 3339 writes it") }
            guard let instant = Instant(text) else {
                return faults.refuse("not_an_instant", "This must be an instant, as RFC 3339 writes it.")
            }
            return instant
        }
    }
}

extension JSONShape where Value == LocalTime {
    /// A time of day, `HH:MM`.
    public static var localTime: Self {
        Self(placeholder: .midnight) { json, faults in
            guard case .text(let text) = json else { return faults.wrongType("a time of day, HH:MM") }
            guard let time = LocalTime(text) else {
                return faults.refuse("not_a_time", "This must be a time of day, HH:MM.")
            }
            return time
        }
    }
}

extension JSONShape where Value == TimeZoneID {
    /// A time zone of the IANA database.
    public static var timeZone: Self {
        Self(placeholder: .utc) { json, faults in
            guard case .text(let text) = json else { return faults.wrongType("the name of a time zone") }
            guard let zone = TimeZoneID(text) else {
                return faults.refuse("not_a_time_zone", "This must be a time zone such as America/Phoenix.")
            }
            return zone
        }
    }
}
