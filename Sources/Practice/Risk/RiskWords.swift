import JSON

/// The words of a practice at which somebody should look at an answer soon.
///
/// An entry is one word or a phrase; case, accents and punctuation do not matter, and only whole words count. A `*` at the
/// end makes the last word a stem: `suicid*` finds `suicide` and `suicidal`. Words say nothing of what is meant, so what
/// is found is a reason to read, and never a finding about a person.
public struct RiskWords: Sendable, Hashable {
    /// The entries, as the practice wrote them.
    public let entries: [String]
    private let phrases: [[UInt8]]
    /// Which entries begin with a byte.
    private let byFirst: [UInt8: [Int]]

    /// Reads a practice's entries and tells all that is wrong with them at once.
    ///
    /// - Throws: faults whose pointers begin at the list: `/3`.
    public init(_ entries: [String]) throws(FieldFaults) {
        var faults: [FieldFault] = []
        var phrases: [[UInt8]] = []
        var known: Set<[UInt8]> = []
        if entries.count > Self.limit {
            throw FieldFaults([FieldFault("", "too_many", "There may be at most \(Self.limit) words.")])
        }
        for (index, entry) in entries.enumerated() {
            let phrase = Self.phrase(entry)
            if let fault = Self.fault(of: entry, phrase) {
                faults.append(FieldFault("/\(index)", fault.code, fault.detail))
            } else if !known.insert(phrase).inserted {
                faults.append(FieldFault("/\(index)", "duplicate", "Another entry finds the same."))
            }
            phrases.append(phrase)
        }
        guard faults.isEmpty else { throw FieldFaults(faults) }
        self.init(entries, phrases)
    }

    private init(_ entries: [String], _ phrases: [[UInt8]]) {
        self.entries = entries
        self.phrases = phrases
        byFirst = Dictionary(grouping: phrases.indices) { phrases[$0].first ?? 0 }
    }

    /// The entries that are found in texts, each once, in the order of the list.
    public func found(in texts: [String]) -> [String] {
        var found: Set<Int> = []
        for text in texts {
            FoldedText(text).forEachWord { rest in
                guard let first = rest.first, let candidates = byFirst[first] else { return }
                for index in candidates where rest.starts(with: phrases[index]) { found.insert(index) }
            }
        }
        return found.sorted().map { entries[$0] }
    }

    /// As many entries as a practice may have.
    public static let limit = 500

    private static let maximumLength = 100
    private static let shortestStem = 3

    /// What is looked for. A stem goes without the space that ends a word.
    private static func phrase(_ entry: String) -> [UInt8] {
        let bytes = FoldedText(entry).bytes
        return entry.hasSuffix("*") ? bytes.dropLast() : bytes
    }

    private static func fault(of entry: String, _ phrase: [UInt8]) -> (code: String, detail: String)? {
        if entry.unicodeScalars.count > maximumLength {
            return ("too_long", "An entry may have at most \(maximumLength) characters.")
        }
        if entry.contains(where: \.isNewline) { return ("wrong_format", "An entry is one line.") }
        if phrase.isEmpty { return ("blank", "An entry has at least one word.") }
        guard let star = entry.firstIndex(of: "*") else { return nil }
        let stem = phrase.reversed().prefix { $0 != FoldedText.space }
        if entry.index(after: star) != entry.endIndex || stem.count < shortestStem {
            return ("wrong_format", "A * stands only at the end, behind \(shortestStem) letters or more.")
        }
        return nil
    }
}
