import Postgres
import Practice

extension FrontDeskTask {
    static func propose(
        _ id: ID<FrontDeskTask>, sealed: [UInt8], for group: ID<Group>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into tasks (practice_id, task_id, kind, group_id, proposed_by, proposal, due_on, opened_at)
            values (\(practice), \(id), 'place_proposed', \(group), access.account(), \(sealed), access.today(),
                    \(now))
            """)
    }
}
