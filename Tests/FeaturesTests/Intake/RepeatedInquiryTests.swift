import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Inquiries that came again within minutes: kept, linked, and shown to the desk as one to look at.
@Suite struct RepeatedInquiryTests {
    private static let path = "/v1/practices/mesa/inquiries"

    @Test func `what is sent twice without a key is linked, and the desk is shown both`() async throws {
        try await withWorld { (world: World) async throws in
            let first = try await world.send(["email": "eve@example.com", "phone": "480 555 0144"])
            world.clock.advance(by: .seconds(120))
            let second = try await world.send(["email": " EVE@example.com"])
            world.clock.advance(by: .seconds(120))
            let third = try await world.send(["phone": "+1 (480) 555-0144"])
            let list = try await world.request(.get, "/v1/inquiries?repeated=true", as: world.mesa.intake)
            #expect(list.all("id") == [second, third])
            #expect(list.items.map { $0["repeatOf"] } == [.text(first), .text(first)])
            let original = try await world.request(.get, "/v1/inquiries/\(first)", as: world.mesa.intake)
            #expect(original["repeatOf"] == .null && original["repeatedBy"] == [.text(second), .text(third)])
            let others = try await world.request(.get, "/v1/inquiries?repeated=false", as: world.mesa.intake)
            #expect(Set(others.all("id")) == ["\(world.mesa.inquiry)", first])
            // One of them is ended as what it is.
            let ended = try await world.request(
                .patch, "/v1/inquiries/\(second)", as: world.mesa.intake,
                json: ["state": "withdrawn", "reason": "Sent twice."], ifMatch: 1)
            #expect(ended.status == 200 && ended["repeatOf"] == .text(first), "\(ended.text)")
        }
    }

    @Test func `what comes later, from somebody else or to another practice repeats nothing`() async throws {
        try await withWorld { (world: World) async throws in
            _ = try await world.send(["email": "eve@example.com"])
            _ = try await world.send(["email": "eva@example.com"])
            let elsewhere = try await world.request(
                .post, "/v1/practices/tempe/inquiries",
                json: ["kind": "adult", "name": "Eve Ender", "email": "eve@example.com"])
            #expect(elsewhere.status == 202)
            try await world.advance(by: .seconds(30 * 60 + 1))
            _ = try await world.send(["email": "eve@example.com"])
            for person in [world.mesa.intake, world.tempe.intake] {
                #expect(try await world.request(.get, "/v1/inquiries?repeated=true", as: person).items == [])
            }
        }
    }

    @Test func `half an hour later is the last instant that repeats`() async throws {
        try await withWorld { (world: World) async throws in
            let first = try await world.send(["email": "eve@example.com"])
            try await world.advance(by: .seconds(30 * 60))
            let second = try await world.send(["email": "eve@example.com"])
            let list = try await world.request(.get, "/v1/inquiries?repeated=true", as: world.mesa.intake)
            #expect(list.all("id") == [second] && list.items.map { $0["repeatOf"] } == [.text(first)])
        }
    }

    @Test func `the same key is one inquiry, and repeats nothing`() async throws {
        try await withWorld { (world: World) async throws in
            let json: JSONValue = ["kind": "adult", "name": "Eve Ender", "email": "eve@example.com"]
            for _ in 1...2 {
                let answer = try await world.request(.post, Self.path, json: json, idempotencyKey: "k")
                #expect(answer.status == 202)
            }
            #expect(try await world.count("from inquiries where email = 'eve@example.com'") == 1)
        }
    }

    @Test func `who may see one of them only is told of no other`() async throws {
        try await withWorld { (world: World) async throws in
            let first = try await world.send(["email": "eve@example.com"])
            let second = try await world.send(["email": "eve@example.com"])
            let assigned = try await world.request(
                .put, "/v1/inquiries/\(second)/assignment", as: world.mesa.intake,
                json: ["counselorId": .text("\(world.mesa.newcomer.accountID)")], ifMatch: 1)
            #expect(assigned.status == 200, "\(assigned.text)")
            let seen = try await world.request(.get, "/v1/inquiries/\(second)", as: world.mesa.newcomer)
            #expect(seen.status == 200 && !seen.text.contains(first))
            #expect(
                try await world.request(.get, "/v1/inquiries/\(second)", as: world.mesa.intake)["repeatOf"]
                    == .text(first))
        }
    }
}

extension World {
    /// Sends an inquiry as a stranger, and gives its id.
    fileprivate func send(_ contact: JSONValue) async throws -> String {
        guard case .object(let contact) = contact else { return "" }
        let answer = try await request(
            .post, "/v1/practices/mesa/inquiries",
            json: .object([JSONMember("kind", "adult"), JSONMember("name", "Eve Ender")] + contact))
        #expect(answer.status == 202, "\(answer.text)")
        return try await database.superuser.pipeline(
            Query.row(
                """
                select inquiry_id::text from inquiries where practice_id = \(mesa.id) and contact_name = 'Eve Ender'
                order by received_at desc, inquiry_id desc limit 1
                """
            ) { try $0.next() })
    }
}
