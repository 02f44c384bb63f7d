/// Mutants that change nothing, and why.
struct Equivalent: Sendable {
    let place: String
    let change: String
    let reason: String

    static let all: [Equivalent] = []

    static func of(_ mutant: Mutant) -> Equivalent? {
        all.first { mutant.place.hasPrefix($0.place) && mutant.change.contains($0.change) }
    }
}
