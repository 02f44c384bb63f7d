import Cairn
import JSON
import Logging
import Postgres
import Practice
import Testing
import TestSupport

extension MeetingPlanTests {
    /// One round of the worker, by its own database role.
    func work(_ world: World) async throws {
        try await withWorker(world) { worker in
            let jobs = buildJobs(database: worker, keys: world.keys, surroundings: world.surroundings)
            try await #require(jobs.first { $0.name == "plan_meetings" }).work()
        }
    }

    func withWorker<R: Sendable>(
        _ world: World, _ body: @Sendable @escaping (PostgresClient) async throws -> R
    ) async throws -> R {
        let quiet = Logger(label: "cairn.tests") { _ in SwiftLogNoOpLogHandler() }
        return try await PostgresClient.patiently(world.database.connection("cairn_worker"), logger: quiet, body)
    }

    /// The planned days of a group, as the database has them.
    func days(_ world: World, _ group: ID<Group>, _ condition: SQL = "true") async throws -> [String] {
        try await world.database.superuser.pipeline(
            Query.rows(
                """
                select planned_on::text from meetings
                where group_id = \(group) and planned_on is not null and \(condition) order by planned_on
                """
            ) { try $0.next() })
    }

    /// The group's meetings, as who leads it sees them.
    func list(_ world: World, _ query: String) async throws -> [JSONValue] {
        try await world.request(
            .get, "/v1/groups/\(world.mesa.group)/meetings\(query)\(query.isEmpty ? "?" : "&")limit=100",
            as: world.mesa.facilitator
        ).items
    }

    func change(_ world: World, _ json: JSONValue, _ version: Int) async throws -> TestAnswer {
        try await world.request(
            .patch, "/v1/groups/\(world.mesa.group)", as: world.mesa.owner, json: json, ifMatch: version)
    }

    func touch(_ world: World, _ meeting: JSONValue, _ json: JSONValue) async throws {
        let id = try #require(meeting["id"]?.text)
        let answer = try await world.request(
            .patch, "/v1/meetings/\(id)", as: world.mesa.facilitator, json: json, ifMatch: 1)
        #expect(answer.status == 200)
    }

    static func short(_ meeting: JSONValue) -> String {
        let minutes = meeting["minutes"] == 90 ? "90" : "60"
        return "\(meeting["plannedOn"]?.text ?? "-") \(meeting["startsAt"]?.text ?? "") \(minutes)"
            + (meeting["cancelled"] == true ? " cancelled" : "")
    }

    func audited(_ world: World) async throws -> Int {
        try await world.database.superuser.pipeline(
            Query.row(
                """
                select count(*) from audit_events
                where action = 'meeting.plan' and role = 'worker' and outcome = 'allowed'
                """
            ) { try $0.next() })
    }
}
