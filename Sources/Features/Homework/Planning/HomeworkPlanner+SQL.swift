import Postgres
import Practice

extension HomeworkPlanner {
    /// Has the transaction wait for nobody longer than a moment.
    package static func giveWay() -> Query<Int> { .run("set local lock_timeout = '300ms'") }

    /// The practices in which there is something to plan.
    package static func practices(at now: Instant) -> Query<[ID<Practice>]> {
        .rows("select p.id from access.practices_with_homework_to_plan(\(now)) as p (id) order by 1") { try $0.next() }
    }
}
