import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// A change that says what is there already is none.
@Suite struct NothingNewTests {
    /// Sends what a thing says already: the answer is what it was, and so is the version; a version of before is refused
    /// all the same.
    private func expectNothingNew(
        _ world: World, _ path: String, as person: Person, _ json: JSONValue, _ comment: Comment
    ) async throws {
        let before = try await world.request(.get, path, as: person)
        #expect(before.status == 200, comment)
        let version = try #require(before.version)
        let same = try await world.request(.patch, path, as: person, json: json, ifMatch: version)
        #expect(same.status == 200 && same.version == version, "\(path): \(same.text)")
        #expect(same.body == before.body, comment)
        let stale = try await world.request(.patch, path, as: person, json: json, ifMatch: version + 1)
        #expect(stale.status == 412, "\(path): \(stale.text)")
    }

    @Test func `what is said again keeps the version`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let chart = "/v1/clients/\(house.client.clientID)"
            let read = try await world.request(.get, chart, as: house.intake)
            let told: JSONValue = ["givenName": read["givenName"], "birthDate": read["birthDate"], "status": "active"]
            try await expectNothingNew(world, chart, as: house.intake, told, "a chart")
            let left = try await world.newClient("Nell", "Nolan")
            _ = try await world.request(
                .patch, "/v1/clients/\(left)", as: house.intake, json: ["status": "inactive"], ifMatch: 1)
            try await expectNothingNew(
                world, "/v1/clients/\(left)", as: house.intake, ["status": "inactive"], "who has left")
            try await expectNothingNew(
                world, "/v1/couples/\(house.couple)", as: house.counselor,
                ["from": "2025-11-06", "confidentiality": "limited"], "a couple")
            let guardians = "/v1/clients/\(house.minor.clientID)/guardians"
            let one = try #require(try await world.request(.get, guardians, as: house.intake).items.first)
            let guardianship = "\(guardians)/\(one["id"]?.text ?? "")"
            try await expectNothingNew(
                world, guardianship, as: house.intake, ["scopes": one["scopes"] ?? .null], "a guardianship")
            #expect(try await world.request(.get, guardianship + "/history", as: house.intake).items == [])
            let group = try await world.request(.get, "/v1/groups/\(house.group)", as: house.admin)
            try await expectNothingNew(
                world, "/v1/groups/\(house.group)", as: house.admin,
                ["name": group["name"], "capacity": group["capacity"]], "a group")
            let program = try await world.request(.get, "/v1/programs/\(house.program)", as: house.admin)
            try await expectNothingNew(
                world, "/v1/programs/\(house.program)", as: house.admin, ["name": program["name"]], "a program")
            let practice = try await world.request(.get, "/v1/practice", as: house.owner)
            try await expectNothingNew(
                world, "/v1/practice", as: house.owner, ["name": practice["name"]], "the practice")
            try await expectNothingNew(
                world, "/v1/inquiries/\(house.inquiry)", as: house.intake, ["track": .null], "an inquiry")
            try await expectNothingNew(
                world, "/v1/meetings/\(house.meeting)", as: house.facilitator, ["cancelled": false], "a meeting")
        }
    }

    @Test func `of a chart the contact is a part, and what is new in it raises the version`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.client.clientID)"
            let phone: JSONValue = ["givenName": "Adam", "contact": ["phone": "480-555-0199"]]
            let first = try await world.change(house.client, phone, as: house.intake)
            #expect(first.status == 200 && first["contact"]["phone"] == "480-555-0199")
            let again = try await world.request(.patch, path, as: house.intake, json: phone, ifMatch: first.version)
            #expect(again.version == first.version && again.body == first.body, "\(again.text)")
            let other = try await world.request(
                .patch, path, as: house.intake, json: ["givenName": "Adam", "contact": ["phone": .null]],
                ifMatch: first.version)
            #expect(other.version == first.version.map { $0 + 1 } && other["contact"]["phone"] == .null)
            let alone = try await world.request(
                .patch, path, as: house.intake, json: ["contact": ["city": "Globe"]], ifMatch: other.version)
            #expect(alone.version == other.version.map { $0 + 1 })
        }
    }
}
