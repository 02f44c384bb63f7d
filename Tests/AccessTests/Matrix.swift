import Foundation
import Practice
import Testing

/// `access-matrix.csv`: what the practice's people agreed on, read from the very file.
enum Matrix {
    /// One cell: a role that may do an action where a relation holds.
    struct Cell: Sendable, Hashable, CustomTestStringConvertible {
        let resource: String
        let verb: String
        let role: String
        let relation: String
        let fields: String

        var action: String { "\(resource).\(verb)" }
        var testDescription: String { "\(action) by \(role) where \(relation)" }
    }

    static let cells: [Cell] = {
        guard let url = Bundle.module.url(forResource: "access-matrix", withExtension: "csv"),
            let lines = (try? String(contentsOf: url, encoding: .utf8))?.split(separator: "\n").dropFirst()
        else { return [] }
        return lines.flatMap { line -> [Cell] in
            let columns = line.split(separator: ",", maxSplits: 4).map(String.init)
            guard columns.count == 5 else { return [] }
            return columns[2].split(separator: "|").map {
                Cell(
                    resource: columns[0], verb: columns[1], role: String($0), relation: columns[3], fields: columns[4])
            }
        }
    }()

    /// What everybody who is signed in may do about themselves, and the queue of those who review homework: rules that the
    /// matrix, which is about people's records, does not name.
    static let unwritten: [Cell] =
        Role.allCases.flatMap { role in
            ["me.read", "me.change", "sign_in.read", "sign_in.end"].map { cell($0, role, "own") }
        } + [Role.counselor, .supervisor, .intern].map { cell("review_queue.read", $0, "reviews") }

    /// What the worker and the operator's commands may do.
    static let workersActions = [
        "import.run", "seed.run", "staff.add", "staff.reset", "meeting.plan", "homework.plan", "homework.remind",
        "homework.digest",
    ]

    /// What jobs do, which enter with the lease that proves whose they are; and the groups of fields they are shown.
    static let jobs = ["outbox.send": "safe_contact", "outbox.forget": "none"]

    private static func cell(_ action: String, _ role: Role, _ relation: String) -> Cell {
        let parts = action.split(separator: ".").map(String.init)
        return Cell(resource: parts[0], verb: parts[1], role: role.rawValue, relation: relation, fields: "all")
    }

    /// All actions of people who are signed in, in the order of the file.
    static let actions: [String] = cells.filter { $0.role != "public" }.map(\.action)
        .reduce(into: []) { if $0.last != $1 { $0.append($1) } }

    /// All actions for which there are doors, those that the matrix does not name behind the others.
    static let allActions: [String] =
        actions + ["me.read", "me.change", "sign_in.read", "sign_in.end", "review_queue.read"]

    static func cells(_ action: String, _ role: Role) -> [Cell] {
        byActionAndRole["\(action) \(role.rawValue)"] ?? []
    }

    private static let byActionAndRole = Dictionary(grouping: cells + unwritten) { "\($0.action) \($0.role)" }
}
