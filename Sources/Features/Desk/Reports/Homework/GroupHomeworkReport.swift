import Postgres
import Practice
import WebAPI

/// What came of a group's homework: member by member, assignment by assignment, week by week.
///
/// The finest cell is one member's pieces of one assignment that were due in one week; all other figures are sums of these.
/// Who may read counts alone is told no member.
struct GroupHomeworkReport: Sendable {
    let frame: ReportFrame
    let group: ID<Group>
    let cells: [Cell]

    struct Cell: Sendable {
        /// Nil where the reader may not know.
        let member: Member?
        let assignment: ID<Assignment>
        let title: String
        /// Its Monday, on the calendar of the group.
        let week: Day
        let figures: HomeworkFigures
    }

    struct Member: Sendable, Hashable {
        let id: ID<Client>
        let givenName: String
        let preferredName: String?
        let familyName: String
    }

    /// The cells of one thing, and their sum.
    struct Sum<Of: Sendable>: Sendable {
        let of: Of
        var cells: [Cell]

        var figures: HomeworkFigures { cells.reduce(HomeworkFigures()) { $0 + $1.figures } }
    }

    /// In the order of their names.
    var members: [Sum<Member>] { sums { $0.member } }

    /// In the order in which they were first due.
    var assignments: [Sum<ID<Assignment>>] {
        sums { $0.assignment }.sorted { ($0.cells.map(\.week).min() ?? .last) < ($1.cells.map(\.week).min() ?? .last) }
    }

    var weeks: [Sum<Day>] { sums { $0.week }.sorted { $0.of < $1.of } }

    private func sums<Of: Hashable>(_ key: (Cell) -> Of?) -> [Sum<Of>] {
        var (sums, places): ([Sum<Of>], [Of: Int]) = ([], [:])
        for cell in cells {
            guard let of = key(cell) else { continue }
            if let place = places[of] {
                sums[place].cells.append(cell)
            } else {
                places[of] = sums.count
                sums.append(Sum(of: of, cells: [cell]))
            }
        }
        return sums
    }
}
