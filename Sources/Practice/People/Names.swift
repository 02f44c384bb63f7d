import JSON

extension String {
    /// The text, or nil where it is empty: of a person who has one name only, the other is.
    public var ifAny: String? { isEmpty ? nil : self }
}

/// A name that a person has besides the present one.
public struct OtherName: Sendable, Hashable {
    /// What it is.
    public var kind: Kind
    /// The given names; empty where only a family name is known.
    public var given: String
    /// The family name; empty where only given names are known.
    public var family: String
    /// Since when it was the name, as far as that is known.
    public var from: PartialDay?
    /// Until when.
    public var until: PartialDay?

    /// What a name is: the one at birth, one from before, or that of another record of the same person.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case maiden, former, alias
    }

    /// A name.
    public init(_ kind: Kind, given: String, family: String, from: PartialDay? = nil, until: PartialDay? = nil) {
        (self.kind, self.given, self.family, self.from, self.until) = (kind, given, family, from, until)
    }

    /// How many of them a person has at most.
    public static let most = 40

    /// The name as the database keeps it.
    public var json: JSONValue {
        let span = [("from", from), ("until", until)].compactMap { name, day in
            day.map { JSONMember(name, .text($0.description)) }
        }
        return .object(
            [
                JSONMember("kind", .text(kind.rawValue)), JSONMember("given", .text(given)),
                JSONMember("family", .text(family)),
            ] + span)
    }
}
