import Postgres
import Practice
import WebAPI

extension FrontDeskTask {
    static func propose(
        _ id: ID<FrontDeskTask>, sealed: [UInt8], for group: ID<Group>, _ call: Call
    ) -> Query<Int> {
        .run(
            """
            insert into tasks (practice_id, task_id, kind, group_id, proposed_by, proposal, due_on, opened_at)
            values (\(call.practiceID), \(id), 'place_proposed', \(group), access.account(), \(sealed), access.today(),
                    \(call.now))
            """)
    }
}
