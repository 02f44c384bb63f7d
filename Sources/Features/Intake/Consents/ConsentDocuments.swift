import JSON
import Practice
import WebAPI

extension ConsentDocument {
    /// A document as a list shows it: its kind, and which text is asked for now.
    struct Item: Sendable {
        let id: ID<ConsentDocument>
        let kind: String
        let isOfCouple: Bool
        let current: Version
    }

    /// One published text; the list leaves the text itself out.
    struct Version: Sendable {
        let number: Int
        let title: String
        let textHash: String
        let validMonths: Int?
        let publishedAt: Instant
        let text: String?
    }

    /// What is sent to publish a text.
    struct Text: Sendable {
        let title: String
        let text: String
        let validMonths: Int?

        init(_ body: inout JSONObjectReader) {
            title = body.required("title", .line(1...160))
            text = body.required("text", .text(1...50_000))
            validMonths = body.optional("validMonths", .integer(1...120))
        }

        init(title: String, text: String, validMonths: Int?) {
            (self.title, self.text, self.validMonths) = (title, text, validMonths)
        }
    }

    struct New: Sendable {
        let kind: String
        let isOfCouple: Bool
        let text: Text

        init(_ body: inout JSONObjectReader) {
            kind = body.required("kind", .consentKind)
            isOfCouple = body.optional("ofCouple", .bool) ?? false
            text = Text(&body)
        }

        init(kind: String, isOfCouple: Bool, text: Text) {
            (self.kind, self.isOfCouple, self.text) = (kind, isOfCouple, text)
        }
    }
}

extension JSONShape where Value == String {
    /// The name of a kind of consent: small letters, digits and single underscores.
    static var consentKind: Self {
        .line(1...60).map(or: "", code: "not_a_kind", detail: "Small letters, digits and single underscores.") { text in
            text.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) == nil ? nil : text
        }
    }

    /// SHA-256 as 64 hexadecimal digits.
    static var sha256: Self {
        .line(64...64).map(or: "", code: "not_a_hash", detail: "This must be 64 hexadecimal digits.") { text in
            text.wholeMatch(of: /[0-9a-fA-F]{64}/) == nil ? nil : text.lowercased()
        }
    }
}
