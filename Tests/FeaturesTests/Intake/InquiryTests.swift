import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct InquiryTests {
    private let submission: JSONValue = [
        "kind": "adult", "name": "Ivan Ilves", "email": "ivan@example.com", "message": "Please call after six.",
    ]

    @Test func `a stranger's inquiry is received, kept encrypted, and never repeated to anybody`() async throws {
        try await withWorld { (world: World) async throws in
            world.clock.advance(by: .seconds(1))
            let answer = try await world.request(.post, "/v1/practices/mesa/inquiries", json: submission)
            world.clock.advance(by: .seconds(1))
            #expect(answer.status == 202 && answer.text == #"{"state":"received"}"#)
            let known: JSONValue = ["kind": "adult", "name": "Adam Archer", "email": .text(world.mesa.client.email)]
            let again = try await world.request(.post, "/v1/practices/mesa/inquiries", json: known)
            #expect(again.status == 202 && again.text == answer.text)

            let list = try await world.request(.get, "/v1/inquiries", as: world.mesa.intake)
            #expect(list.items.map { $0["name"] } == ["Ivan Ilves", "Ivan Ilves", "Adam Archer"])
            #expect(list.items[1]["message"] == "Please call after six.")
            #expect(try await world.request(.get, "/v1/inquiries", as: world.tempe.intake).items.count == 1)
            let plain = try await world.database.superuser.pipeline(
                Query.row("select count(*) from inquiries where position('after six'::bytea in message) > 0") {
                    try $0.next(Int.self)
                })
            #expect(plain == 0)
        }
    }

    @Test func `an unknown practice, and all faults at once`() async throws {
        try await withWorld { (world: World) async throws in
            #expect(try await world.request(.post, "/v1/practices/yuma/inquiries", json: submission).status == 404)
            let wrong = try await world.request(
                .post, "/v1/practices/mesa/inquiries", json: ["kind": "dog", "name": " ", "age": 5])
            #expect(
                Set(wrong.faults) == [
                    "/kind not_a_choice", "/name blank", "/age unknown_member", "/email required",
                ])
        }
    }

    @Test func `the same key is taken once, and with another body refused`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/practices/mesa/inquiries"
            let first = try await world.request(.post, path, json: submission, idempotencyKey: "k")
            let again = try await world.request(.post, path, json: submission, idempotencyKey: "k")
            #expect(first.text == again.text && again.headers["idempotency-replayed"] == "true")
            let other = try await world.request(
                .post, path, json: ["kind": "couple", "name": "Eve", "phone": "480-555-0111"], idempotencyKey: "k")
            #expect(other.status == 422 && other.code == "idempotency_key_reused")
            #expect(try await world.request(.get, "/v1/inquiries", as: world.mesa.intake).items.count == 2)
        }
    }

    @Test func `inquiries of one contact are limited`() async throws {
        try await withWorld { (world: World) async throws in
            for _ in 1...3 {
                #expect(try await world.request(.post, "/v1/practices/mesa/inquiries", json: submission).status == 202)
            }
            let limited = try await world.request(.post, "/v1/practices/mesa/inquiries", json: submission)
            #expect(limited.status == 429 && limited.headers["retry-after"] != nil)
        }
    }

    @Test func `an inquiry moves as drawn, and no other way`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/inquiries/\(world.mesa.inquiry)"
            let intake = world.mesa.intake
            var version = try await world.request(.get, path, as: intake).version
            let jump = try await world.request(
                .patch, path, as: intake, json: ["state": "waitlisted"], ifMatch: version)
            #expect(jump.status == 409 && jump.code == "inquiry_state_does_not_follow")
            #expect(
                jump["detail"]
                    == "This inquiry is received. What may follow is: screening, declined, referred, withdrawn.")
            world.clock.advance(by: .seconds(60))
            for state in ["screening", "offered", "waitlisted", "offered"] {
                let moved = try await world.request(
                    .patch, path, as: intake, json: ["state": .text(state)], ifMatch: version)
                #expect(moved["state"] == .text(state) && moved["stateSince"] == "2026-01-05T16:01:00Z")
                version = moved.version
            }
            let silent = try await world.request(
                .patch, path, as: intake, json: ["state": "declined"], ifMatch: version)
            #expect(silent.status == 422 && silent.faults == ["/reason required"])
            let declined = try await world.request(
                .patch, path, as: intake, json: ["state": "declined", "reason": "No seat."], ifMatch: version)
            #expect(declined.status == 200)
            let reopened = try await world.request(
                .patch, path, as: intake, json: ["state": "screening"], ifMatch: declined.version)
            #expect(reopened["detail"] == "This inquiry is closed: it is declined.")
            #expect(
                try await world.request(.patch, path, as: intake, json: ["state": "accepted"], ifMatch: 1).status == 422
            )
        }
    }

    @Test func `whom it is assigned to sees it and moves it, and does nothing else with it`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/inquiries/\(world.mesa.inquiry)"
            let carl = world.mesa.counselor
            #expect(try await world.request(.get, path, as: carl).status == 404)
            #expect(try await world.request(.get, "/v1/inquiries", as: carl).items == [])
            let assigned = try await world.request(
                .put, path + "/assignment", as: world.mesa.intake, json: ["counselorId": .text("\(carl.accountID)")],
                ifMatch: 1)
            #expect(assigned.status == 200)
            #expect(try await world.request(.get, "/v1/inquiries", as: carl).items.count == 1)
            let moved = try await world.request(.patch, path, as: carl, json: ["state": "screening"], ifMatch: 2)
            #expect(moved["state"] == "screening")
            let passed = try await world.request(
                .put, path + "/assignment", as: carl,
                json: ["counselorId": .text("\(world.mesa.newcomer.accountID)")], ifMatch: 3)
            #expect(passed.status == 403)
            #expect(try await world.request(.get, path, as: world.mesa.newcomer).status == 404)
            #expect(try await world.request(.get, path, as: world.mesa.client).status == 403)
            #expect(try await world.request(.get, path, as: world.tempe.intake).status == 404)
            for change in [["birthDate": "1990-01-01"], ["track": "Partners"]] as [JSONValue] {
                #expect(try await world.request(.patch, path, as: carl, json: change, ifMatch: 3).status == 403)
            }
            #expect(
                try await world.count("from inquiries where birth_date is null and track is null and version = 3") == 1)
        }
    }

    @Test func `a person whom the practice knows, and one whom it does not, are answered byte for byte alike`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let known: JSONValue = [
                "kind": "adult", "name": .text(adam.name), "email": .text(adam.email), "birthDate": "1986-03-14",
                "message": "It is me again.",
            ]
            let unknown: JSONValue = [
                "kind": "adult", "name": "Zoe Zimmer", "email": "zoe@example.net", "birthDate": "1986-03-15",
                "message": "Hello.",
            ]
            let path = "/v1/practices/mesa/inquiries"
            let answers = [
                try await world.request(.post, path, json: known), try await world.request(.post, path, json: unknown),
            ]
            #expect(answers[0].status == 202 && answers[0].body == answers[1].body)
            func fields(_ answer: TestAnswer) -> [String: String] {
                answer.headers.filter { !["x-request-id", "date", "ratelimit"].contains($0.key) }
            }
            #expect(fields(answers[0]) == fields(answers[1]))
            #expect(answers[0].headers["x-request-id"] != answers[1].headers["x-request-id"])
            #expect(try await world.count("from inquiries where contact_name = \(adam.name)") == 1)
        }
    }

    @Test func `what is said of the person must be of this world, and of this practice`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/inquiries/\(world.mesa.inquiry)"
            let wrong = try await world.request(
                .post, "/v1/practices/mesa/inquiries",
                json: [
                    "kind": "minor", "name": "Eve", "phone": "480-555-0111", "birthDate": "1820-01-01",
                    "region": "arizona",
                ])
            #expect(Set(wrong.faults) == ["/birthDate out_of_range", "/region not_a_region"])
            let early = try await world.request(
                .patch, path, as: world.mesa.intake, json: ["birthDate": "2026-02-01"], ifMatch: 1)
            #expect(early.faults == ["/birthDate out_of_range"])
            let foreign = try await world.request(
                .patch, path, as: world.mesa.intake, json: ["programId": .text("\(world.tempe.program)")], ifMatch: 1)
            #expect(foreign.faults == ["/programId no_such_program"])
            let stranger = try await world.request(
                .patch, path, as: world.mesa.intake,
                json: ["knownClientId": .text("\(world.tempe.client.clientID)")], ifMatch: 1)
            #expect(stranger.faults == ["/knownClientId no_such_client"])
            let said = try await world.request(
                .patch, path, as: world.mesa.intake,
                json: [
                    "birthDate": "1990-02-03", "region": "US-AZ", "track": "Partners",
                    "programId": .text("\(world.mesa.program)"), "knownClientId": .text("\(world.mesa.loner.clientID)"),
                ], ifMatch: 1)
            #expect(said["birthDate"] == "1990-02-03" && said["region"] == "US-AZ" && said["track"] == "Partners")
            #expect(said["programId"] == .text("\(world.mesa.program)") && said.version == 2)
        }
    }
}
