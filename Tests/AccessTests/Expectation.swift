import Foundation
import JSON
import Practice
import TestSupport

/// A right answer of a door: who is let in, by what, to what.
struct Admission: Sendable, Hashable {
    let scene: Int
    let role: Role
    let relation: String
    /// The groups of fields of the rule, sorted.
    let shows: [String]
    /// The column that binds the rows.
    let bound: String
    let reach: Reach
    /// The ties of a list that several let in, where they differ in what they show.
    var apart: [Apart] = []

    /// As the database is asked to say it (`asking.admission`).
    var text: String {
        """
        allowed as \(role.rawValue) by \(relation), shown \(shows.joined(separator: " ")), bound by \(bound), \
        clients \(Self.list(reach.clients)), couples \(Self.list(reach.couples)), groups \(Self.list(reach.groups))\
        \(apart.isEmpty ? "" : ", apart ")\(apart.map(\.text).joined(separator: "; "))
        """
    }

    /// One of several ties.
    struct Apart: Sendable, Hashable {
        let isOfStaff: Bool
        let relation: String
        let shows: [String]
        let reach: Reach

        fileprivate var text: String {
            """
            \(isOfStaff ? "staff" : "others") shown \(shows.joined(separator: " ")) of clients \
            \(Admission.list(reach.clients)), groups \(Admission.list(reach.groups))
            """
        }

        func shows(_ field: String) -> Bool { !Set(shows).isDisjoint(with: ["all", field]) }
    }

    fileprivate static func list(_ ids: Set<UUID>) -> String {
        ids.isEmpty ? "none" : ids.map { $0.uuidString.lowercased() }.sorted().joined(separator: " ")
    }

    /// Which column binds the rows of a relation.
    static func bound(by relation: String, to thing: Thing?) -> String {
        switch relation {
        case "any": "practice"
        case "authored", "own", "assigned_inquiry", "attends": "author"
        case "facilitates", "oversees_group", "enrolled_in", "guards_member": "group"
        case "treats_couple", "oversees_couple": "couple"
        case "supervises_author":
            thing?.isOfCouple == true ? "couple" : thing?.isOfClient == true ? "client" : "group"
        case "shared_with": "shared"
        case "reviews": "work"
        default: "client"
        }
    }
}

/// What a door must answer.
enum Expectation: Sendable {
    /// One of these.
    case admissions([Admission])
    /// As if it were not there.
    case notFound
    /// No role of the caller can ever do this.
    case never

    var admissions: [Admission] { if case .admissions(let admissions) = self { admissions } else { [] } }

    var texts: [String] {
        switch self {
        case .admissions(let admissions): admissions.map(\.text)
        case .notFound: ["not found"]
        case .never: ["never"]
        }
    }
}

extension Scene {
    /// What the door of an action to a thing, or to the list where there is none, must answer the caller.
    func expectation(_ action: String, _ thing: Thing?) -> Expectation {
        let cells = Matrix.cells(action, role)
        if cells.isEmpty { return .never }
        let resource = cells[0].resource
        if let thing {
            let holding = cells.filter { tie.holds($0.relation, thing, resource: resource) }
            return some(
                holding.map { admission($0, thing, reach(of: thing, by: $0.relation, resource: resource)) })
        }
        return list(cells)
    }

    /// Who has a role for it may always ask for the list: by the mere role, which reaches everything; by a tie that
    /// reaches something; or else to an empty one.
    private func list(_ cells: [Matrix.Cell]) -> Expectation {
        let any = cells.filter { $0.relation == "any" }
        if !any.isEmpty { return some(any.map { admission($0, nil, .nothing) }) }
        let reaches = cells.compactMap { cell -> (cell: Matrix.Cell, reach: Reach, isOwn: Bool)? in
            // Rows with the caller's own name on them are reached without a scope.
            if Admission.bound(by: cell.relation, to: nil) == "author" { return (cell, .nothing, true) }
            return reach(by: cell.relation).map { (cell, $0, false) }
        }
        let reaching = reaches.filter { $0.isOwn || !$0.reach.isEmpty }
        if reaching.isEmpty, [.client, .guardian].contains(role) {
            // Whom no tie lets in sees no row of any table.
            return some(reaches.map { admission($0.cell, nil, .nothing, bound: "nobody") })
        }
        if reaching.isEmpty { return some(reaches.map { admission($0.cell, nil, $0.reach) }) }
        // What one may read by several ties of a kind, one reads by all of them.
        let (joining, alone) = reaching.reduce(into: ([String: [Admission]](), [Admission]())) { found, way in
            let admission = admission(way.cell, nil, way.reach)
            if !way.isOwn, let kind = way.cell.joins {
                found.0[kind, default: []].append(admission)
            } else {
                found.1.append(admission)
            }
        }
        return some(alone + joining.values.map(joined))
    }

    /// Several ties as one: it reaches what any of them reaches, in the name of the narrowest, and shows what all show.
    private func joined(_ ties: [Admission]) -> Admission {
        let inOrder = ties.filter { $0.shows == ["all"] } + ties.filter { $0.shows != ["all"] }
        guard let last = inOrder.last, ties.count > 1 else { return ties[0] }
        let shows = Set(ties.flatMap(\.shows)).filter { field in
            ties.allSatisfy { !Set($0.shows).isDisjoint(with: ["all", field]) }
        }
        let isMixed = Set(ties.map(\.bound)).count > 1
        let reach = ties.reduce(into: Reach()) { reach, tie in
            // Of the members of groups, only what is the group's, where there are others besides.
            if !isMixed || tie.bound == "client" { reach.clients.formUnion(tie.reach.clients) }
            reach.couples.formUnion(tie.reach.couples)
            reach.groups.formUnion(tie.reach.groups)
        }
        let apart = inOrder.map {
            Admission.Apart(isOfStaff: $0.role.isStaff, relation: $0.relation, shows: $0.shows, reach: $0.reach)
        }
        return Admission(
            scene: number, role: role, relation: last.relation, shows: shows.sorted(),
            bound: isMixed ? "work" : last.bound, reach: reach,
            apart: Set(apart.map(\.shows)).count == 1 ? [] : apart)
    }

    /// One of these; of a relation that is in several cells, the one that shows all.
    private func some(_ admissions: [Admission]) -> Expectation {
        if admissions.isEmpty { return .notFound }
        let whole = Set(admissions.filter { $0.shows == ["all"] }.map(\.relation))
        return .admissions(admissions.filter { $0.shows == ["all"] || !whole.contains($0.relation) })
    }

    private func admission(
        _ cell: Matrix.Cell, _ thing: Thing?, _ reach: Reach, bound: String? = nil
    ) -> Admission {
        Admission(
            scene: number, role: role, relation: cell.relation, shows: (cell.shown ?? []).sorted(),
            bound: bound ?? Admission.bound(by: cell.relation, to: thing), reach: reach)
    }
}

extension Matrix.Cell {
    /// With which other ties this one is joined in a list: with those that bind the rows by the same column; in homework, which
    /// is a client's and may be a group's, with those to clients and to groups. Nil for one that stands alone.
    fileprivate var joins: String? {
        let bound = Admission.bound(by: relation, to: nil)
        guard ["read", "search"].contains(verb), ["client", "group"].contains(bound) else { return nil }
        return ["homework", "homework_report"].contains(resource) ? "work" : bound
    }
}
