import Postgres
import Practice
import WebAPI

extension Client {
    static func openThings(of client: ID<Client>) -> Query<[OpenThing]> {
        .rows("select area, kind, id, name, since from access.open_things(\(client))") { row in
            OpenThing(
                area: try row.next(), kind: try row.next(), id: try row.next(), name: try row.next(),
                since: try row.next())
        }
    }

    /// The sign-ins that were to end with the chart, closed as it is, and stayed, and why.
    static func whatStayed(of client: ID<Client>) -> Query<[ChartClosing.Ended]> {
        .row("select access.sign_ins_that_stayed(\(client))") { row in try ChartClosing.Ended.all(in: row.next()) }
    }

    /// The latest first.
    static func closings(
        of client: ID<Client>, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[ChartClosing]> {
        var after: SQL = ""
        if let key = page.after {
            after = "and (closed_at, closing_id) < (\(try key.instant(0)), \(try key.id(1, of: ChartClosing.self)))"
        }
        return .rows(
            """
            select closing_id, cause, day, kept, ended, closed_at, closed_by, reopened_at, reopened_by
            from chart_closings
            where practice_id = \(practice) and client_id = \(client) \(after)
            order by closed_at desc, closing_id desc limit \(page.fetch)
            """
        ) { row in
            ChartClosing(
                id: try row.next(), cause: try row.next(), day: try row.next(), kept: try row.next(),
                ended: try ChartClosing.Ended.all(in: row.next()), closedAt: try row.next(), closedBy: try row.next(),
                reopenedAt: try row.next(), reopenedBy: try row.next())
        }
    }
}
