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

    /// All actions of people who are signed in, in the order of the file.
    static let actions: [String] = cells.filter { $0.role != "public" }.map(\.action)
        .reduce(into: []) { if $0.last != $1 { $0.append($1) } }

    static func cells(_ action: String, _ role: Role) -> [Cell] {
        cells.filter { $0.action == action && $0.role == role.rawValue }
    }
}
