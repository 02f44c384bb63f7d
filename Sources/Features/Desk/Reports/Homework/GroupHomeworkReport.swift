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

extension GroupHomeworkReport {
    static func cells(_ question: ReportQuestion, of group: ID<Group>, in practice: ID<Practice>, at now: Instant)
        -> Query<[Cell]>
    {
        .rows(statement(question, of: group, in: practice, at: now)) { row in
            let (id, given) = (try row.next(ID<Client>?.self), try row.next(String?.self))
            let (preferred, family) = (try row.next(String?.self), try row.next(String?.self))
            let member = id.map {
                Member(id: $0, givenName: given ?? "", preferredName: preferred, familyName: family ?? "")
            }
            return Cell(
                member: member, assignment: try row.next(), title: try row.next(), week: try row.next(),
                figures: try HomeworkFigures(&row))
        }
    }

    static func statement(_ question: ReportQuestion, of group: ID<Group>, in practice: ID<Practice>, at now: Instant)
        -> SQL
    {
        """
        with \(question.span), \(question.bounds(of: group, in: practice)), shown as materialized (select access.shows('names') as names),
        c as materialized (
            select case when (select names from shown) then h.client_id end as client_id, h.assignment_id,
                max(h.title) as title,
                date_trunc('week', h.due_at at time zone (select time_zone from bounds))::date as week,
                \(HomeworkFigures.columns(at: now))
            from homework h
            where h.practice_id = \(practice) and h.group_id = \(group)
              and \(HomeworkFigures.wasDue(at: now))
            group by 1, 2, 4)
        select c.client_id, p.given_name, p.preferred_name, p.family_name, c.assignment_id, c.title, c.week, c.due, c.done,
            c.on_time, c.missed
        from c left join clients p on p.practice_id = \(practice) and p.client_id = c.client_id
        order by coalesce(nullif(p.family_name, ''), p.given_name), p.given_name, c.client_id, c.week, c.title, c.assignment_id
        """
    }
}
