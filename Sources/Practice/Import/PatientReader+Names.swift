extension PatientReader {
    struct Names {
        let present: ImportedClient.PersonName
        let preferred: String?
        let others: [OtherName]
    }

    /// What a name is called in the resource, and whether it is the name now.
    private struct Named {
        let use: String?
        let name: ImportedClient.PersonName
        let from: PartialDay?
        let until: PartialDay?
        let standing: FHIRPatient.Period.Standing

        /// Whether it can be the present name: the lower, the sooner. What has ended, or was a name before, never is;
        /// what protects a person or stands in for a name is only for want of another.
        var place: Int? {
            guard standing == .present else { return nil }
            switch use {
            case "official": return 0
            case "usual": return 1
            case "old", "maiden": return nil
            case "temp", "nickname", "anonymous": return 3
            default: return 2
            }
        }

        var isFormer: Bool { standing == .past || use == "old" || use == "maiden" }
    }

    /// The present name, what the person is called, and the other names; nil without a present one.
    mutating func names() -> Names? {
        let names = (patient.name ?? []).compactMap { named($0) }
        guard let chosen = present(among: names) else {
            reasons.append(names.isEmpty ? "name is missing" : "name has no present name: all of them have ended")
            return nil
        }
        if chosen.place == 3 { warnings.append("name.use is \(chosen.use ?? ""): it was taken for want of another") }
        let nickname =
            names.first { $0.use == "nickname" && $0.standing == .present }
            ?? names.first { $0.use == "usual" && $0.standing == .present }
        let preferred = nickname.map { $0.name.given.ifAny ?? $0.name.family }
        let others = names.compactMap { other($0, than: chosen.name, calledBy: preferred) }
        return Names(
            present: chosen.name, preferred: preferred == chosen.name.given ? nil : preferred,
            others: others.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
    }

    /// Of names that are as good as each other, the one that began last, where that is known, else the first.
    private func present(among names: [Named]) -> Named? {
        let places = names.compactMap(\.place)
        guard let place = places.min() else { return nil }
        return names.filter { $0.place == place }.reduce(nil) { best, name in
            guard let best else { return name }
            guard let from = name.from, let since = best.from else { return best }
            return from.earliest > since.earliest ? name : best
        }
    }

    private func other(
        _ name: Named, than present: ImportedClient.PersonName, calledBy preferred: String?
    ) -> OtherName? {
        let (given, family) = (name.name.given, name.name.family)
        guard name.standing != .future, (given, family) != (present.given, present.family) else { return nil }
        if name.use == "maiden", family != present.family {
            return OtherName(.maiden, given: given, family: family, from: name.from, until: name.until)
        }
        if name.use == "maiden", given.isEmpty { return nil }
        // A nickname is what somebody is called, and the name of a day, or one that protects, is nobody's to find.
        guard !["nickname", "temp", "anonymous"].contains(name.use) else { return nil }
        if !name.isFormer, given == preferred, family == present.family { return nil }
        return OtherName(
            name.isFormer ? .former : .alias, given: given, family: family, from: name.from, until: name.until)
    }

    /// A name in its parts; of one that is only written out, the whole is the one name there is.
    private mutating func named(_ name: FHIRPatient.HumanName) -> Named? {
        let family = clean(name.family, "name.family", upTo: 100)
        var given = clean(name.given, "name.given", upTo: 100)
        if family == nil, given == nil { given = clean(name.text, "name.text", upTo: 100) }
        let standing = standing(name.period, "name")
        guard family != nil || given != nil else { return nil }
        return Named(
            use: name.use,
            name: ImportedClient.PersonName(
                given: given ?? "", family: family ?? "", prefix: clean(name.prefix, "name.prefix", upTo: 50),
                suffix: clean(name.suffix, "name.suffix", upTo: 50)),
            from: name.period?.start.flatMap { PartialDay(dateTime: $0) },
            until: name.period?.end.flatMap { PartialDay(dateTime: $0) }, standing: standing)
    }
}
