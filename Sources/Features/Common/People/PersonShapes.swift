import JSON
import Postgres
import Practice
import WebAPI

extension JSONShape where Value == PartialDay {
    /// A day in the life of somebody who may be alive, or the year or the month of it where no more is known.
    static var birthDate: Self { .partialDay(.life) }
}

extension JSONShape where Value == [String] {
    /// Up to four lines of an address. What has line breaks in it is several.
    static var addressLines: Self {
        JSONShape<[String]>.array(0...4, of: .text(1...200)).map(
            or: [String](), code: "too_many", detail: "An address may have 4 lines at most.", lines)
    }

    @Sendable private static func lines(_ texts: [String]) -> [String]? {
        var lines: [String] = []
        for text in texts {
            for part in text.split(whereSeparator: \.isNewline) {
                let line = String(part).replacing("\t", with: " ").cleaned
                if !line.isEmpty { lines.append(line) }
            }
        }
        return lines.count <= 4 ? lines : nil
    }
}

extension JSONShape where Value == [OtherName] {
    /// Names besides the present one.
    static var otherNames: Self { .array(0...OtherName.most, of: .object(OtherName.init)) }
}

extension OtherName {
    fileprivate init(_ body: inout JSONObjectReader) {
        let kind = body.required("kind", .choice(Kind.self))
        let name = PersonName(&body, required: "familyName")
        let (from, until) = (body.optional("from", .partialDay(.life)), body.optional("until", .partialDay(.life)))
        if let from, let until {
            body.check(from.earliest <= until.latest, "until", "before_from", "This lies before the first day.")
        }
        self.init(kind, given: name.given, family: name.family, from: from, until: until)
    }
}

extension OtherName {
    /// Reads names as the database keeps them, and refuses what has none of the kinds that there are.
    static func all(in stored: JSONB) throws -> [OtherName] {
        guard case .array(let names) = try JSONValue(parsing: stored.bytes) else { throw unreadable }
        return try names.map { name in
            guard let kind = name["kind"]?.text.flatMap(Kind.init) else { throw unreadable }
            return OtherName(
                kind, given: name["given"]?.text ?? "", family: name["family"]?.text ?? "",
                from: name["from"]?.text.flatMap { PartialDay($0) },
                until: name["until"]?.text.flatMap { PartialDay($0) })
        }
    }

    private static var unreadable: PostgresDecodingError { PostgresDecodingError(.malformed, expected: OtherName.self) }
}

extension OtherName: JSONWritable {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("kind", kind.rawValue)
            json.member("givenName", given.ifAny)
            json.member("familyName", family.ifAny)
            json.member("from", from)
            json.member("until", until)
        }
    }
}

/// One or two names: a person has a given name, a family name or both. Which of them there is not is empty.
struct PersonName {
    let given: String
    let family: String

    /// Reads `givenName` and `familyName`; where both are missing, the fault is that of one of them.
    init(_ body: inout JSONObjectReader, required member: String) {
        let faults = body.faultCount
        let (given, family) = (body.optional("givenName", .line(1...100)), body.optional("familyName", .line(1...100)))
        if given == nil, family == nil, body.faultCount == faults {
            body.fault(member, "required", "A person has a given name or a family name.")
        }
        (self.given, self.family) = (given ?? "", family ?? "")
    }
}
