import Postgres

/// A condition of a policy and what it became, told apart for every request that a rule lets in and every row: see
/// `asking.tells_apart`.
struct Comparison {
    private var original: String
    private var mutated: String
    private var ofSettings: [String] = []
    private var ofRows: [String] = []

    init(_ original: String, _ mutated: String, columns: Set<String>) {
        (self.original, self.mutated) = (original, mutated)
        if let asked = Self.asked(in: original) {
            // The practice is a matter of the row, the list of what may be asked one of the settings.
            ofRows.append("the practice")
            ofSettings.append("(\(asked)) is not null")
            replace("practice_id = \(asked)", with: "(r.v[1] and s.v[1])")
            replace("(\(asked)) is not null", with: "s.v[1]")
            replace("practice_id = access.practice()", with: "r.v[1]")
        }
        let leaves = Set(Conditions.slips(in: original, isCondition: true).filter(\.isLeaf).map(\.forgotten))
        for leaf in leaves.sorted(by: { ($0.count, $0) > ($1.count, $1) }) where !leaf.contains("practice_id = ") {
            if Self.columns(in: leaf).isDisjoint(with: columns) {
                ofSettings.append(leaf)
                replace(leaf, with: "s.v[\(ofSettings.count)]")
            } else {
                ofRows.append(leaf)
                replace(leaf, with: "r.v[\(ofRows.count)]")
            }
        }
    }

    var sql: SQL {
        let alike = [
            "client_id = ANY (( SELECT access.clients() AS clients)::uuid[])",
            "client_id = ( SELECT access.own_client() AS own_client)",
        ].compactMap { ofRows.firstIndex(of: $0) }.map { Int32($0 + 1) }
        return """
            asking.tells_apart(
                \(original), \(mutated), \(ofSettings), \(Int32(ofRows.count)), \(alike.count == 2 ? alike : nil))
            """
    }

    private mutating func replace(_ text: String, with name: String) {
        original = original.replacing(text, with: name)
        mutated = mutated.replacing(text, with: name)
    }

    /// What the practice of a row is compared with: the practice of the request, where it may ask this.
    static func asked(in condition: String) -> String? {
        let pattern =
            /practice_id = ((\( SELECT )?access\.practice_(reading|writing)\('[^']*'::text\[\]\)( AS practice_writing\))?)/
        return condition.firstMatch(of: pattern).map { String($0.1) }
    }

    /// The words of a condition that may be columns: neither quoted, nor a type, nor the name of what a sub-select selects.
    private static func columns(in condition: String) -> Set<String> {
        let bare = condition.replacing(/'[^']*'/, with: "").replacing(/::\w+/, with: "").replacing(
            /\sAS\s\w+/, with: "")
        return Set(bare.matches(of: /[a-z_.]+/).map { String($0.0) })
    }
}
