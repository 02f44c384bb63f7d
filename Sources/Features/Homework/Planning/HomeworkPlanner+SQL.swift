import Postgres
import Practice

extension HomeworkPlanner {
    /// The practices in which there is something to plan.
    package static func practices(at now: Instant) -> Query<[ID<Practice>]> {
        .rows("select p.id from access.practices_with_homework_to_plan(\(now)) as p (id) order by 1") { try $0.next() }
    }
}
