import Postgres
import Practice
import TestSupport

extension World {
    func roster(
        _ house: House, _ query: String = "", as person: Person, accepting type: String? = nil
    ) async throws -> TestAnswer {
        try await request(
            .get, "/v1/groups/\(house.group)/roster\(query)", as: person, headers: type.map { ["Accept": $0] } ?? [:])
    }

    func superuser(_ sql: SQL) async throws {
        _ = try await database.superuser.pipeline(Query.run(sql))
    }

    /// Calls somebody something else: past what guards identities.
    func rename(_ client: Person, _ names: SQL) async throws {
        _ = try await database.superuser.pipeline(
            Query.run("set local session_replication_role = replica"),
            Query.run("update clients set \(names) where client_id = \(client.clientID)"))
    }

    /// A meeting of the group that began some days ago, and how somebody attended it.
    func mark(_ mark: String, _ client: Person, in house: House, daysAgo: Int = 1, at minute: Int = 0) async throws {
        try await seed(house) { seed in
            let meeting: ID<Meeting> = seed.id()
            let start = clock.now - .seconds(daysAgo * 86_400) + .seconds(minute * 60)
            seed.add(
                """
                insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
                values (\(house.id), \(meeting), \(house.group), \(start), 90)
                """)
            seed.add(
                """
                insert into attendance (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
                values (\(house.id), \(meeting), \(client.clientID), \(house.group), \(mark), \(start),
                        \(house.facilitator.accountID))
                """)
        }
    }

    /// Makes pieces of homework due the day before the test's clock starts, so many of them submitted.
    func dueYesterday(_ homework: [ID<Homework>], submitted: Int) async throws {
        let yesterday = clock.now - .seconds(86_400)
        for (index, id) in homework.enumerated() {
            let isDone = index < submitted
            try await superuser(
                """
                update homework set opens_at = \(yesterday - .seconds(86_400)), due_at = \(yesterday),
                    state = \(isDone ? "submitted" : "assigned"), submitted_at = \(isDone ? yesterday : nil),
                    version = version + 1
                where homework_id = \(id)
                """)
        }
    }
}
