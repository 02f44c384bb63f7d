extension PatientReader {
    /// What has ended, or is old or for a time only, is not how a person is reached: a number may be somebody else's by
    /// now, or one that was shared with a partner. Of the rest, what is ranked comes first, in its order.
    mutating func contactPoints() -> [ImportedClient.ContactPoint] {
        var points: [ImportedClient.ContactPoint] = []
        for point in patient.telecom ?? [] {
            guard standing(point.period, "telecom") == .present, point.use != "old" else { continue }
            let systems = ["phone": ImportedClient.ContactPoint.System.phone, "sms": .phone, "email": .email]
            guard let system = point.system.flatMap({ systems[$0] }) else { continue }
            guard point.use != "temp" else {
                warnings.append("telecom.use is temp: it was left out")
                continue
            }
            guard let value = value(of: point, system) else { continue }
            let use = point.use.flatMap(ImportedClient.ContactPoint.Use.init)
            let rank = point.rank.flatMap { $0 > 0 ? $0 : nil }
            points.append(.init(system: system, value: value, use: use ?? .home, rank: rank))
        }
        return points.enumerated()
            .sorted { ($0.element.rank ?? .max, $0.offset) < ($1.element.rank ?? .max, $1.offset) }.map(\.element)
    }

    private mutating func value(
        of point: FHIRPatient.ContactPoint, _ system: ImportedClient.ContactPoint.System
    ) -> String? {
        var text = point.value
        for scheme in ["tel:", "sms:", "mailto:"] where text?.lowercased().hasPrefix(scheme) == true {
            text = text.map { String($0.dropFirst(scheme.count)) }
        }
        guard let value = clean(text, "telecom.value", upTo: system == .email ? 254 : 40) else { return nil }
        guard system != .email || Self.isAddress(value) else {
            warnings.append("telecom.value is not an e-mail address and was left out")
            return nil
        }
        guard system != .phone || value.contains(where: \.isNumber) else {
            warnings.append("telecom.value is not a telephone number and was left out")
            return nil
        }
        return value
    }

    /// Where the person lives now.
    mutating func address() -> ImportedClient.Address? {
        var addresses: [FHIRPatient.Address] = []
        for address in patient.address ?? [] {
            guard standing(address.period, "address") == .present, address.use != "old", address.use != "billing"
            else { continue }
            guard address.use != "temp" else {
                warnings.append("address.use is temp: it was left out")
                continue
            }
            addresses.append(address)
        }
        let homes = addresses.filter { $0.use == "home" }
        guard let chosen = latest(homes.isEmpty ? addresses : homes) else { return nil }
        let isWrittenOut = (chosen.line ?? []).isEmpty && chosen.city == nil
        let address = ImportedClient.Address(
            lines: lines(isWrittenOut ? [chosen.text] : chosen.line ?? []),
            city: clean(chosen.city, "address.city", upTo: 100), state: clean(chosen.state, "address.state", upTo: 100),
            postalCode: clean(chosen.postalCode, "address.postalCode", upTo: 20),
            country: clean(chosen.country, "address.country", upTo: 60))
        return address == ImportedClient.Address(lines: []) ? nil : address
    }

    /// The one that began last, where that is known, else the first.
    private func latest(_ addresses: [FHIRPatient.Address]) -> FHIRPatient.Address? {
        func start(_ address: FHIRPatient.Address) -> Day? {
            address.period?.start.flatMap { PartialDay(dateTime: $0) }?.earliest
        }
        return addresses.reduce(nil) { best, address in
            guard let best else { return address }
            guard let from = start(address), let since = start(best) else { return best }
            return from > since ? address : best
        }
    }

    /// A line break begins another line; what is beyond the fourth is written behind it.
    private mutating func lines(_ texts: [String?]) -> [String] {
        var lines = texts.compactMap(\.self).flatMap { $0.split(whereSeparator: \.isNewline).map(String.init) }
            .compactMap { clean($0, "address.line", upTo: 200) }
        if lines.count > 4 {
            lines = lines.prefix(3) + [lines.dropFirst(3).joined(separator: ", ")]
            if lines[3].unicodeScalars.count > 200 { reasons.append("address.line has more than 4 lines") }
        }
        return lines
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
    }
}
