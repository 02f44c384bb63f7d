import JSON
import Practice
import Testing
import TestSupport

@testable import Postgres

/// What has been is judged by the day of the practice: at 2026-01-05T16:00:00Z it is the fifth in Phoenix, and the sixth on
/// the other side of the earth already.
@Suite struct PastTests {
    private let tomorrow: JSONValue = "2026-01-06"

    @Test func `nobody is born tomorrow, wherever a birth is written`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let person: JSONValue = ["givenName": "Nell", "familyName": "Nolan", "birthDate": tomorrow]
            let chart = try await world.request(.post, "/v1/clients", as: house.intake, json: person)
            #expect(chart.status == 422 && chart.faults == ["/birthDate out_of_range"])
            let path = "/v1/clients/\(house.client.clientID)"
            let version = try await world.request(.get, path, as: house.intake).version
            let change = try await world.request(
                .patch, path, as: house.intake, json: ["birthDate": tomorrow], ifMatch: version)
            #expect(change.faults == ["/birthDate out_of_range"])
            let asked: JSONValue = [
                "kind": "adult", "name": "Nell Nolan", "phone": "480-555-0199", "birthDate": tomorrow,
            ]
            let inquiry = try await world.request(.post, "/v1/practices/mesa/inquiries", json: asked)
            #expect(inquiry.status == 422 && inquiry.faults == ["/birthDate out_of_range"], "\(inquiry.text)")
            let moved = try await world.request(
                .patch, "/v1/inquiries/\(house.inquiry)", as: house.intake, json: ["birthDate": tomorrow], ifMatch: 1)
            #expect(moved.faults == ["/birthDate out_of_range"])
            let accepted = try await world.request(
                .put, "/v1/inquiries/\(house.inquiry)/acceptance", as: house.intake,
                json: [
                    "kind": "minor", "counselorId": .text("\(house.counselor.accountID)"), "client": person,
                    "guardians": [["name": "Gail G.", "scopes": ["consent"]]],
                ])
            #expect(accepted.faults == ["/client/birthDate out_of_range"], "\(accepted.text)")
            // Where the practice is, the day has come.
            try await world.run("update practices set time_zone = 'Pacific/Auckland', version = version + 1")
            let born = try await world.request(.post, "/v1/clients", as: house.intake, json: person)
            #expect(born.status == 201, "\(born.text)")
        }
    }

    /// Requests are judged before they write; whoever writes without one is judged by the row's own rule.
    @Test(arguments: ["clients", "inquiries"])
    func `the database takes no birth of tomorrow from anybody`(table: String) async throws {
        try await withWorld { (world: World) async throws in
            func write(daysAhead: Int32) async throws {
                try await world.seed(world.mesa) {
                    $0.add(
                        """
                        update \(.identifier(table))
                        set birth_date = access.practice_day(practice_id, access.at()) + \(daysAhead), born_in = null,
                            version = version + 1
                        where practice_id = \(world.mesa.id)
                        """)
                }
            }
            let error = await #expect(throws: PostgresError.self) { try await write(daysAhead: 1) }
            #expect(error?.refusal?.raisedCode == "not_yet", "\(String(describing: error))")
            try await write(daysAhead: 0)
        }
    }

    @Test func `the database takes no death of tomorrow from anybody`() async throws {
        try await withWorld { (world: World) async throws in
            func die(daysAhead: Int32) async throws {
                try await world.seed(world.mesa) {
                    $0.add(
                        """
                        update clients
                        set died_on = access.practice_day(practice_id, access.at()) + \(daysAhead), status = 'deceased',
                            version = version + 1
                        where practice_id = \(world.mesa.id) and client_id = \(world.mesa.loner.clientID)
                        """)
                }
            }
            let error = await #expect(throws: PostgresError.self) { try await die(daysAhead: 1) }
            #expect(error?.refusal?.raisedCode == "not_yet", "\(String(describing: error))")
            try await die(daysAhead: 0)
        }
    }

    @Test(arguments: ["2026-02", "2099", "2099-12"])
    func `a month or a year that has not come passes neither the shapes nor the database`(part: String) async throws {
        try await withWorld { (world: World) async throws in
            let person: JSONValue = ["givenName": "Nell", "familyName": "Nolan", "birthDate": .text(part)]
            let chart = try await world.request(.post, "/v1/clients", as: world.mesa.intake, json: person)
            #expect(chart.faults == ["/birthDate out_of_range"])
            // What is written without a request is judged by the day that the machine has.
            let statements: [SQL] = [
                "update clients set birth_date = null, born_in = \(part), version = version + 1",
                "update inquiries set birth_date = null, born_in = \(part), version = version + 1",
            ]
            for statement in statements where part != "2026-02" {
                let error = await #expect(throws: PostgresError.self) {
                    try await world.seed(world.mesa) { $0.add(statement) }
                }
                #expect(error?.refusal?.raisedCode == "not_yet", "\(String(describing: error))")
            }
        }
    }

    @Test func `a note is of today at the latest, by the day of the practice`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/clients/\(house.client.clientID)/notes"
            func note(_ heldAt: String) -> JSONValue { ["heldAt": .text(heldAt), "body": "A plan."] }
            let late = try await world.request(
                .post, path, as: house.counselor, json: note("2026-01-06T07:00:00Z"))
            #expect(late.status == 422 && late.faults == ["/heldAt out_of_range"], "\(late.text)")
            let tonight = try await world.request(
                .post, path, as: house.counselor, json: note("2026-01-06T06:59:59Z"))
            #expect(tonight.status == 201, "\(tonight.text)")
            let moved = try await world.request(
                .patch, try #require(tonight.headers["location"]), as: house.counselor,
                json: ["heldAt": "2026-01-06T07:00:00Z"], ifMatch: tonight.version)
            #expect(moved.faults == ["/heldAt out_of_range"])
        }
    }

    @Test func `of a group in another zone the group's day counts`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) {
                $0.add("update groups set time_zone = 'Pacific/Auckland', version = version + 1")
            }
            let path = "/v1/groups/\(house.group)/notes"
            func note(_ heldAt: String) -> JSONValue {
                [
                    "heldAt": .text(heldAt), "meetingId": .text("\(house.meeting)"), "sharedBody": "A plan.",
                    "attendees": [["clientId": .text("\(house.client.clientID)"), "body": "Was there."]],
                ]
            }
            // It is the morning of the sixth there.
            let late = try await world.request(
                .post, path, as: house.facilitator, json: note("2026-01-06T11:00:00Z"))
            #expect(late.status == 422 && late.faults == ["/heldAt out_of_range"], "\(late.text)")
            let today = try await world.request(
                .post, path, as: house.facilitator, json: note("2026-01-06T10:59:59Z"))
            #expect(today.status == 201, "\(today.text)")
        }
    }

    @Test(arguments: [("held_at", SensibleDays.past), ("birth_date", .life), ("died_on", .life)])
    func `the range that the database tells is the one that is taken`(column: String, days: SensibleDays) async throws {
        try await withWorld { (world: World) async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await world.run("select access.refuse_not_yet('2026-01-06', '2026-01-05', \(column))")
            }
            #expect(error?.refusal?.hint == days.earliest(at: world.clock.now).description)
        }
    }
}
