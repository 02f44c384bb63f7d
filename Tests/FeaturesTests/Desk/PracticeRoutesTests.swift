import JSON
import Practice
import Testing
import TestSupport

@Suite struct PracticeRoutesTests {
    @Test func `staff see the practice, clients its name and contact`() async throws {
        try await withWorld { (world: World) async throws in
            let whole = try await world.request(.get, "/v1/practice", as: world.mesa.counselor)
            #expect(whole["slug"] == "mesa" && whole["timeZone"] == "America/Phoenix")
            let part = try await world.request(.get, "/v1/practice", as: world.mesa.client)
            #expect(part["name"] == "Mesa Healing" && part["phone"] == "480-555-0199")
            #expect(part.json["slug"] == nil && part.json["timeZone"] == nil && part.json["quietFrom"] == nil)
        }
    }

    @Test func `the hours in which nobody is reminded are the practice's to say`() async throws {
        try await withWorld { (world: World) async throws in
            let before = try await world.request(.get, "/v1/practice", as: world.mesa.counselor)
            #expect(before["quietFrom"] == "21:00" && before["quietUntil"] == "08:00")
            let wrong = try await world.request(
                .patch, "/v1/practice", as: world.mesa.owner, json: ["quietFrom": "9 pm", "quietUntil": nil], ifMatch: 1
            )
            #expect(Set(wrong.faults) == ["/quietFrom not_a_time", "/quietUntil required"])
            let changed = try await world.request(
                .patch, "/v1/practice", as: world.mesa.owner, json: ["quietFrom": "20:30"], ifMatch: 1)
            #expect(changed["quietFrom"] == "20:30" && changed["quietUntil"] == "08:00")
        }
    }

    @Test func `an admin changes it, seeing what is changed`() async throws {
        try await withWorld { (world: World) async throws in
            let change: JSONValue = ["phone": nil, "timeZone": "America/New_York"]
            let answer = try await world.request(.patch, "/v1/practice", as: world.mesa.admin, json: change, ifMatch: 1)
            #expect(answer.status == 200 && answer.version == 2)
            #expect(answer["phone"] == .null && answer["timeZone"] == "America/New_York")
            let stale = try await world.request(.patch, "/v1/practice", as: world.mesa.admin, json: change, ifMatch: 1)
            #expect(stale.status == 412)
            let wrong = try await world.request(
                .patch, "/v1/practice", as: world.mesa.admin,
                json: ["name": nil, "timeZone": "Mars/Olympus", "slug": "x"], ifMatch: 2)
            #expect(Set(wrong.faults) == ["/name required", "/timeZone not_a_time_zone", "/slug unknown_member"])
            let other = try await world.request(
                .patch, "/v1/practice", as: world.mesa.counselor, json: change, ifMatch: 2)
            #expect(other.status == 403)
            #expect(try await world.request(.get, "/v1/practice", as: world.tempe.admin).version == 1)
        }
    }
}
