import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What a seat asks for, to the day: who is in the way of whom, until when a group takes people, and what is asked of
/// nobody who has the seat already.
@Suite struct SeatConditionTests {
    @Test(arguments: ["paused", "offered"])
    func `who pauses, or has an offer that stands, is in the way as who sits is`(status: String) async throws {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            let (group, people) = (try await world.group("Small", seats: 5), try await world.clients(2))
            let noted = try await noteConflict(
                world, "relative", of: people[0], ["otherId": .text("\(people[1].clientID)")])
            #expect(noted.status == 201, "\(noted.text)")
            let first = status == "paused" ? "active" : "waitlisted"
            let place = try await world.enrolled(people[0], in: group, status: first)
            #expect(try await world.step(place, status).status == 200)
            func comes() async throws -> TestAnswer { try await world.enroll(people[1], in: group, as: intake) }
            #expect(try await comes().code == "not_placeable")
            if status == "paused" {
                #expect(try await world.step(place, "withdrawn").status == 200)
            } else {
                try await world.advance(by: .seconds(7 * 86_400 - 1))
                #expect(try await comes().code == "not_placeable")
                // Nobody has ended the offer yet; but it has run out.
                try await world.advance(by: .seconds(1))
                #expect(try await world.status(of: place) == "offered")
            }
            #expect(try await comes().status == 201)
        }
    }

    @Test func `who leads a group no more has no role in it from the day on which that ended`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, nora) = (world.mesa, world.mesa.newcomer)
            let group = try await world.group("Nora's", seats: 5)
            let eve = try await world.clients(1)[0]
            try await world.seed(house) {
                $0.add(
                    """
                    insert into group_facilitators (practice_id, group_id, account_id, during)
                    values (\(house.id), \(group), \(nora.accountID), '[2025-11-10,2026-01-05)')
                    """)
            }
            let noted = try await noteConflict(world, "known_person", of: eve, ["staffId": .text("\(nora.accountID)")])
            #expect(noted.status == 201, "\(noted.text)")
            let beside = try await world.enroll(eve, in: group, as: house.intake, startsOn: "2026-01-04")
            #expect(beside.code == "not_placeable", "\(beside.text)")
            let after = try await world.enroll(eve, in: group, as: house.intake, startsOn: "2026-01-05")
            #expect(after.status == 201, "\(after.text)")
        }
    }

    @Test func `a group with a last day takes nobody after it, be it over or still to come`() async throws {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            let people = try await world.clients(2)
            let group = try await world.group("Ends", seats: 5)
            func ends(_ day: String) async throws {
                try await world.run(
                    "update groups set ends_on = \(day)::text::date, version = version + 1 where group_id = \(group)")
            }
            try await ends("2026-01-10")
            let late = try await world.enroll(people[0], in: group, as: intake, startsOn: "2026-01-11")
            #expect(late.status == 409 && late.code == "group_has_ended", "\(late.text)")
            let last = try await world.enroll(people[0], in: group, as: intake, startsOn: "2026-01-10")
            #expect(last.status == 201, "\(last.text)")
            try await ends("2026-01-04")
            let over = try await world.enroll(people[1], in: group, as: intake, startsOn: "2026-01-02")
            #expect(over.status == 409 && over.code == "group_has_ended", "\(over.text)")
            try await ends("2026-01-05")
            #expect(try await world.enroll(people[1], in: group, as: intake, startsOn: "2026-01-02").status == 201)
        }
    }

    @Test func `a closed group takes people on its first day, and on none after it`() async throws {
        try await withWorld { (world: World) async throws in
            let intake = world.mesa.intake
            let people = try await world.clients(2)
            let group = try await world.group("Closed", seats: 5)
            func begins(_ day: String) async throws {
                try await world.run(
                    """
                    update groups set open = false, starts_on = \(day)::text::date, version = version + 1
                    where group_id = \(group)
                    """)
            }
            try await begins("2026-01-10")
            let after = try await world.enroll(people[0], in: group, as: intake, startsOn: "2026-01-11")
            #expect(after.status == 409 && after.code == "group_is_closed", "\(after.text)")
            #expect(try await world.enroll(people[0], in: group, as: intake, startsOn: "2026-01-10").status == 201)
            // Nobody is said to have come in time who comes a day late.
            try await begins("2026-01-04")
            let late = try await world.enroll(people[1], in: group, as: intake, startsOn: "2026-01-04")
            #expect(late.status == 409 && late.code == "group_is_closed", "\(late.text)")
            try await begins("2026-01-05")
            #expect(try await world.enroll(people[1], in: group, as: intake).status == 201)
        }
    }

    @Test func `who pauses has the seat: to come back asks for nothing of what a new seat asks for`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (group, people) = (try await world.group("Small", seats: 5), try await world.clients(2))
            let path = try await world.enrolled(people[0], in: group)
            _ = try await world.enrolled(people[1], in: group)
            #expect(try await world.step(path, "paused").status == 200)
            let noted = try await noteConflict(
                world, "relative", of: people[0], ["otherId": .text("\(people[1].clientID)")])
            #expect(noted.status == 201, "\(noted.text)")
            try await world.run("update programs set minimum_age = 90, version = 2 where program_id = \(house.program)")
            let back = try await world.step(path, "active")
            #expect(back.status == 200 && back["status"] == "active", "\(back.text)")
            // Of who has left all of it is asked.
            #expect(try await world.step(path, "withdrawn").status == 200)
            #expect(try await world.enroll(people[0], in: group, as: house.intake).code == "not_eligible")
            try await world.run("update programs set minimum_age = 18, version = 3 where program_id = \(house.program)")
            #expect(try await world.enroll(people[0], in: group, as: house.intake).code == "not_placeable")
        }
    }
}
