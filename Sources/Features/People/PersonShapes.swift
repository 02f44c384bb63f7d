import Practice
import WebAPI

extension JSONShape where Value == PartialDay {
    /// A day in the life of somebody who may be alive, or the year or the month of it where no more is known.
    static var birthDate: Self {
        JSONShape<PartialDay>.partialDay.map(
            or: PartialDay(.first), code: "out_of_range", detail: "This must be a day, a month or a year since 1900."
        ) { date in
            (1900..<2200).contains(date.earliest.components.year) ? date : nil
        }
    }
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
            for line in text.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
                lines.append(String(line.replacing("\t", with: " ")))
            }
        }
        return lines.count <= 4 ? lines : nil
    }
}

extension JSONShape where Value == [OtherName] {
    /// Names besides the present one.
    static var otherNames: Self { .array(0...20, of: .object(OtherName.init)) }
}

extension OtherName {
    fileprivate init(_ body: inout JSONObjectReader) {
        let kind = body.required("kind", .choice(Kind.self))
        let (given, family) = (body.optional("givenName", .line(1...100)), body.optional("familyName", .line(1...100)))
        body.check(given != nil || family != nil, "familyName", "required", "Give a given name or a family name.")
        self.init(
            kind, given: given ?? "", family: family ?? "", from: body.optional("from", .partialDay),
            until: body.optional("until", .partialDay))
    }
}
