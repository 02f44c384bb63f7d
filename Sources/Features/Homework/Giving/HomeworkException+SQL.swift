import Postgres
import Practice

extension HomeworkException {
    static func list(of assignment: ID<Assignment>, in practice: ID<Practice>) -> Query<[Details]> {
        .rows(
            """
            select \(columns) from homework_exceptions x
            where x.practice_id = \(practice) and x.assignment_id = \(assignment) order by lower(x.during)
            """, Details.init)
    }

    static func insert(
        _ request: Request, as exception: ID<HomeworkException>, of assignment: ID<Assignment>,
        in practice: ID<Practice>, at now: Instant
    ) -> Query<Details> {
        .row(
            """
            insert into homework_exceptions as x
                (practice_id, exception_id, assignment_id, client_id, couple_id, group_id, during, moved_to, created_by,
                 created_at)
            select a.practice_id, \(exception), a.assignment_id, a.client_id, a.couple_id, a.group_id,
                daterange(\(request.firstDay), \(request.lastDay), '[]'), \(request.movedTo)::date, access.account(),
                \(now)
            from homework_assignments a where a.practice_id = \(practice) and a.assignment_id = \(assignment)
            returning \(columns)
            """, Details.init)
    }

    /// No row where there is none.
    static func delete(
        _ exception: ID<HomeworkException>, of assignment: ID<Assignment>, in practice: ID<Practice>
    ) -> Query<Details> {
        .row(
            """
            delete from homework_exceptions x
            where x.practice_id = \(practice) and x.assignment_id = \(assignment) and x.exception_id = \(exception)
            returning \(columns)
            """, Details.init)
    }

    private static let columns: SQL =
        "x.exception_id, lower(x.during), upper(x.during) - 1, x.moved_to, x.created_at"
}
