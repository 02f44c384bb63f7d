extension ImportedClient {
    /// Whether a value, such as the id of a record, has the shape of a number that a government gives.
    public static func isLikeGovernmentNumber(_ value: String) -> Bool { GovernmentNumber.isLike(value) }
}

/// How the numbers that governments give to people are known, by whatever name they come: they are not taken over
/// (decision 0004).
enum GovernmentNumber {
    /// Whether a system is one that numbers people for a government: HL7's names for such systems, bare or as URN, and
    /// all that HL7 registers as a public authority's (2.16.840.1.113883.4: social security is 4.1, licences 4.3, Medicare
    /// 4.572 and 4.927).
    static func isSystem(_ system: String) -> Bool {
        var text = system.lowercased().trimmingPrefix("urn:oid:")
        if text.hasPrefix("oid:") { text = text.dropFirst(4) }
        if text.hasPrefix("2.16.840.1.113883.4.") || text == "2.16.840.1.113883.4" { return true }
        guard let scheme = text.firstRange(of: "://") else { return speaksOfOne(system) }
        let place = text[scheme.upperBound...]
        let host = place.prefix { $0 != "/" && $0 != ":" }
        let authorities = ["ssa.gov", "irs.gov", "cms.gov", "medicare.gov", "medicaid.gov", "uscis.gov", "state.gov"]
        return authorities.contains { host == $0 || host.hasSuffix("." + $0) } || place.hasPrefix("hl7.org/fhir/sid/")
            || place.hasPrefix("terminology.hl7.org/namingsystem/ssn") || speaksOfOne(system)
    }

    /// Whether a part of a system's name speaks of such a number.
    static func speaksOfOne(_ system: String) -> Bool {
        system.split { "/:#?=.&".contains($0) }.contains { isNamed(String($0)) }
    }

    /// Whether words name such a number: in a type, a display, a local code or a system.
    static func isNamed(_ words: String) -> Bool {
        let parts = words.lowercased().split { !$0.isLetter }
        if parts.contains(where: { abbreviations.contains(String($0)) }) { return true }
        let joined = parts.joined()
        return phrases.contains { joined.contains($0) }
    }

    private static let abbreviations: Set = [
        "ss", "ssn", "ssns", "ssa", "itin", "tin", "mbi", "hicn", "hic", "sin", "nino", "curp", "dmv", "mvd", "cdl",
        "usssn",
    ]
    private static let phrases = [
        "socialsecurity", "socialinsurance", "segurosocial", "taxpayer", "taxid", "taxnumber", "passport", "pasaporte",
        "driverslic", "driverlic", "drivinglic", "driverid", "licensenumber", "licencenumber", "medicare", "medicaid",
        "ahcccs", "nationalid", "nationalidentif", "nationalunique", "nationalperson", "stateid", "governmentid",
        "governmentissued", "birthcertificate", "militaryid", "veteransaffairs", "alienregistration", "immigration",
        "permanentresident", "greencard", "voterid", "voterregistration", "tribalid", "tribalenrol", "nhsnumber",
    ]

    /// Whether a value has the shape of a social security number, whatever stands between its digits, hidden to its last
    /// four, with Medicare's letter behind it or with the number of a family's member, or that of a Medicare number.
    static func isLike(_ value: String) -> Bool {
        let signs = value.uppercased().filter { $0.isLetter || $0.isNumber }
        if signs.wholeMatch(of: /(SSN?|ITIN|TIN)?\d{9}([A-Z][A-Z0-9]?)?/) != nil { return true }
        if signs.wholeMatch(of: /[1-9][A-Z][A-Z0-9]\d[A-Z][A-Z0-9]\d[A-Z]{2}\d{2}/) != nil { return true }
        if value.firstMatch(of: /(?:^|[^A-Za-z0-9])\d{9}[-\/. ]\d{1,2}(?:$|[^A-Za-z0-9])/) != nil { return true }
        return value.split { !$0.isNumber && !$0.isLetter && !"*#-‐‑‒–—. ".contains($0) }.contains { part in
            let groups = part.split { "-‐‑‒–—. ".contains($0) }
            return groups.indices.dropLast(2).contains { at in
                isGroup(groups[at], 3) && isGroup(groups[at + 1], 2) && groups[at + 2].count == 4
                    && groups[at + 2].allSatisfy(\.isNumber)
            }
        }
    }

    /// So many digits, or signs that hide them.
    private static func isGroup(_ text: Substring, _ count: Int) -> Bool {
        text.count == count && (text.allSatisfy(\.isNumber) || text.allSatisfy { "xX*#".contains($0) })
    }
}
