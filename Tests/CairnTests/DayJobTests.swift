import Cairn
import JSON
import Logging
import Postgres
import Practice
import Testing
import TestSupport

/// What the worker does when a day has come: it records what ended, and opens the tasks that follow, once.
@Suite struct DayJobTests {
    /// Has the worker do what is due now, each job by its own database role.
    private func work(_ world: World) async throws {
        let quiet = Logger(label: "cairn.tests") { _ in SwiftLogNoOpLogHandler() }
        try await PostgresClient.patiently(world.database.connection("cairn_worker"), logger: quiet) { worker in
            let jobs = buildJobs(database: worker, keys: world.keys, surroundings: world.surroundings)
            for name in ["expire_consents", "open_tasks_of_age"] {
                let job = try #require(jobs.first { $0.name == name })
                try await job.work()
            }
        }
    }

    private func tasks(_ world: World, of client: Person) async throws -> [JSONValue] {
        try await world.request(.get, "/v1/tasks", as: world.mesa.intake).items
            .filter { $0["clientId"] == .text("\(client.clientID)") }
    }

    @Test func `coming of age opens the tasks that follow, at midnight in the practice's time zone, once`() async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let minor = house.minor
            let consent = try await world.seed(house) { seed in
                seed.packet("minor", ["treatment"], required: ["treatment"])
                seed.add(
                    "update clients set birth_date = '2008-01-06', version = 2 where client_id = \(minor.clientID)")
                seed.add("update accounts set password_hash = null, version = 2 where client_id = \(minor.clientID)")
                return seed.consent("treatment", of: minor)
            }
            let hash = try await world.request(.get, "/v1/consents/\(consent)", as: house.guardian)["textHash"]
            let signed = try await world.request(
                .put, "/v1/consents/\(consent)/signature", as: house.guardian, json: ["textHash": hash])
            #expect(signed["state"] == "signed")

            // 23:59:59 of the 5th in Phoenix.
            try await world.advance(by: .seconds(15 * 3_600 - 1))
            try await work(world)
            #expect(try await tasks(world, of: minor) == [])
            try await world.advance(by: .seconds(1))
            try await work(world)
            try await work(world)
            let opened = try await tasks(world, of: minor)
            #expect(Set(opened.compactMap { $0["kind"]?.text }) == ["renew_consents", "offer_own_sign_in"])
            #expect(opened.count == 2)
            #expect(opened.allSatisfy { $0["dueOn"] == "2026-01-06" && $0["doneAt"] == .null })
            let state = try await world.database.superuser.pipeline(
                Query.row("select state from consents where consent_id = \(consent)") { try $0.next(String.self) })
            #expect(state == "expired")
            let audited = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select action from audit_events where role = 'worker' and \(minor.clientID) = any (client_ids)
                    order by action
                    """
                ) { try $0.next(String.self) })
            #expect(audited == ["consent.expire", "task.open"])

            let id = try #require(opened[0]["id"]?.text)
            let path = "/v1/tasks/\(id)/completion"
            let done = try await world.request(.put, path, as: house.intake)
            #expect(done["doneAt"] == "2026-01-06T07:00:00Z")
            try await world.advance(by: .seconds(60))
            #expect(try await world.request(.put, path, as: house.intake).body == done.body)
            try await work(world)
            #expect(try await tasks(world, of: minor).count == 1)
            #expect(
                try await world.request(.get, "/v1/tasks?done=true", as: house.intake).items.map { $0["id"] }
                    == [.text(id)])
        }
    }

    @Test func `who has signed in already is not offered a sign-in`() async throws {
        try await withWorld { (world: World) async throws in
            let minor = world.mesa.minor
            try await world.seed(world.mesa) { seed in
                seed.add(
                    "update clients set birth_date = '2008-01-05', version = 2 where client_id = \(minor.clientID)")
            }
            try await work(world)
            #expect(try await tasks(world, of: minor).map { $0["kind"] } == ["renew_consents"])
        }
    }

    @Test func `whose guardianship ended before is no minor who came of age here`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                seed.add(
                    """
                    update clients set birth_date = '2008-01-05', version = 2 where client_id = \(house.minor.clientID)
                    """)
                seed.add(
                    """
                    update guardianships set during = daterange(lower(during), '2026-01-04'), version = 2
                    where client_id = \(house.minor.clientID)
                    """)
            }
            try await work(world)
            #expect(try await tasks(world, of: house.minor) == [])
        }
    }

    @Test func `a consent that ran out is asked for again, and its task is for who looks after the client`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let consent = try await world.seed(house) { seed in
                _ = seed.consentDocument("yearly", validMonths: 12)
                return seed.consent("yearly", of: house.loner)
            }
            let hash = try await world.request(.get, "/v1/consents/\(consent)", as: house.loner)["textHash"]
            _ = try await world.request(
                .put, "/v1/consents/\(consent)/signature", as: house.loner, json: ["textHash": hash])
            try await world.advance(by: .seconds(364 * 86_400))
            try await work(world)
            #expect(try await tasks(world, of: house.loner) == [])
            try await world.advance(by: .seconds(86_400))
            try await work(world)
            let opened = try await tasks(world, of: house.loner)
            #expect(opened.map { $0["kind"] } == ["renew_consents"] && opened[0]["dueOn"] == "2027-01-05")
            let id = opened[0]["id"]?.text ?? ""
            for person in [house.facilitator, house.loner, house.newcomer, world.tempe.intake] {
                #expect(try await world.request(.get, "/v1/tasks", as: person).text.contains(id) == false)
                let refused = try await world.request(.put, "/v1/tasks/\(id)/completion", as: person)
                #expect(refused.status == 404, "\(person.name)")
            }
            #expect(try await world.request(.get, "/v1/tasks", as: house.auditor).status == 403)
            #expect(try await tasks(world, of: house.loner).count == 1)
        }
    }

    @Test func `the server may not do the worker's jobs`() async throws {
        try await withWorld { (world: World) async throws in
            for name in ["expire_consents", "open_tasks_of_age", "tend_waitlists"] as [SQL] {
                let error = await #expect(throws: PostgresError.self) {
                    try await world.database.server.pipeline(
                        Query.run("select from access.\(name)(now(), null, null)"))
                }
                #expect(error?.sqlState == "42501")
            }
        }
    }
}
