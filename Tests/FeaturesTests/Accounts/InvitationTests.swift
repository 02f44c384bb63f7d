import JSON
import Practice
import Testing
import TestSupport

@Suite struct InvitationTests {
    @Test func `an invited client sets a password and signs in, once`() async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let invited = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
            #expect(invited["kind"] == "invitation")
            let path = "/v1/invitations/\(try #require(invited["token"].text))"
            let letter = try await world.request(.get, path)
            #expect(letter["account"] == ["name": "Nell Nolan", "email": "nell@example.com", "signInName": .null])
            #expect(letter["secondFactor"]["isRequired"] == false && letter["kind"] == "invitation")

            let weak = try await world.request(.put, path, json: ["password": "nell nolan 1!"])
            #expect(weak.status == 422 && weak.faults == ["/password about_you"])
            #expect(try await world.request(.put, path, json: ["password": "correct horse battery"]).status == 204)
            #expect(try await world.request(.put, path, json: ["password": "another horse battery"]).status == 404)
            #expect(try await world.request(.get, path).status == 404)

            let attempt: JSONValue = [
                "practice": "mesa", "email": "nell@example.com", "password": "correct horse battery",
            ]
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt).status == 201)
        }
    }

    @Test func `an invitation ends after 72 hours, and when a new one is sent`() async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let path = "/v1/clients/\(nell)/invitation"
            let first = try await world.request(.post, path, as: world.mesa.intake, json: [:])
            #expect(first.status == 201)
            let second = try await world.request(.post, path, as: world.mesa.intake, json: [:])
            let (old, new) = (try #require(first["token"].text), try #require(second["token"].text))
            #expect(try await world.request(.get, "/v1/invitations/\(old)").status == 404)
            #expect(try await world.request(.get, "/v1/invitations/\(new)").status == 200)
            world.clock.advance(by: .seconds(72 * 3_600) - .microseconds(1))
            #expect(try await world.request(.get, "/v1/invitations/\(new)").status == 200)
            world.clock.advance(by: .microseconds(1))
            #expect(try await world.request(.get, "/v1/invitations/\(new)").status == 404)
            #expect(try await world.request(.get, "/v1/invitations/x").status == 404)
        }
    }

    @Test func `accepting a reset ends the sign-ins that the account had`() async throws {
        try await withWorld { (world: World) async throws in
            let dan = world.mesa.loner
            let path = "/v1/clients/\(dan.clientID)/invitation"
            let reset = try await world.request(.post, path, as: world.mesa.intake, json: [:])
            #expect(reset["kind"] == "reset" && reset["token"] == .null)
            let token = try await world.mailedToken(to: dan.accountID)
            #expect(try await world.request(.get, "/v1/me", as: dan).status == 200)
            let choice: JSONValue = ["password": "another horse battery"]
            #expect(try await world.request(.put, "/v1/invitations/\(token)", json: choice).status == 204)
            #expect(try await world.request(.get, "/v1/me", as: dan).status == 401)
        }
    }

    @Test func `who may not invite a client does not`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/clients/\(world.mesa.client.clientID)/invitation"
            #expect(try await world.request(.post, path, as: world.mesa.client, json: [:]).status == 403)
            #expect(try await world.request(.post, path, as: world.mesa.newcomer, json: [:]).status == 404)
            #expect(try await world.request(.post, path, as: world.tempe.intake, json: [:]).status == 404)
            #expect(try await world.request(.post, path, as: world.mesa.counselor, json: [:]).status == 201)
        }
    }
}
