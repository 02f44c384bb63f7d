/// The system from which people are taken over: their numbers, and the ids of their records, are known within it.
struct ImportSource: Sendable, Hashable {
    let name: String
    /// Whether nobody was taken over from it before.
    let isNew: Bool

    /// What Cairn itself writes is of this source.
    static let own = "cairn"
    /// The name of a source that has no numbers by which to name it.
    static let unnamed = "imported"

    /// The source that is named, or else the one that the numbers of the file tell. A practice that has taken people over
    /// from two must be told.
    static func choose(
        named name: String?, _ systems: [String: Int], known: [String: Set<String>]
    ) throws(Refusal) -> ImportSource {
        if let name {
            let isPlain =
                (1...100).contains(name.unicodeScalars.count) && name != own
                && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
                && name.first?.isWhitespace == false && name.last?.isWhitespace == false
            guard isPlain else {
                throw Refusal("The name of a source has 1 to 100 characters, no space at its ends, and is not cairn.")
            }
            return ImportSource(name: name, isNew: known[name] == nil)
        }
        guard known.count <= 1 else {
            let names = known.keys.sorted().joined(separator: ", ")
            throw Refusal(
                "People were taken over from several sources: say with --source NAME from which these are (\(names)), "
                    + "or name a new one.")
        }
        guard let (only, its) = known.first else { return ImportSource(name: derived(from: systems), isNew: true) }
        // Numbers of the same system are of the same source; a file without any does not say that it is of another one, and
        // nothing tells what a source is from which nobody had any, unless somebody has named it.
        let isTold = its.isEmpty ? only != unnamed : its.isDisjoint(with: systems.keys)
        guard !systems.isEmpty, isTold else { return ImportSource(name: only, isNew: false) }
        let name = derived(from: systems)
        return ImportSource(name: name, isNew: name != only)
    }

    /// The system of which most people have a number; of several, the first by name.
    private static func derived(from systems: [String: Int]) -> String {
        systems.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? unnamed
    }
}
