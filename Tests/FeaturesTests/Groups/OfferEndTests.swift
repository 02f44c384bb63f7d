import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Until when an offer stands, to the instant, and from which day on somebody waits.
@Suite struct OfferEndTests {
    /// What the worker does again and again.
    private func tend(_ world: World) async throws {
        try await world.run("select from access.tend_waitlists(\(world.clock.now), gen_random_uuid(), '\\x00')")
    }

    /// A place in the waitlist that has been offered a seat.
    private func offered(_ world: World, _ person: Person, in group: ID<Group>) async throws -> String {
        let place = try await world.enrolled(person, in: group, status: "waitlisted")
        #expect(try await world.step(place, "offered").status == 200)
        return place
    }

    @Test func `an offer takes a seat until it has run out, and from that instant on none`() async throws {
        try await withWorld { world in
            let intake = world.mesa.intake
            let group = try await world.group("One", seats: 1)
            let people = try await world.clients(2)
            let place = try await offered(world, people[0], in: group)
            #expect(
                try await world.request(.get, place, as: intake)["offerExpiresAt"] == "2026-01-12T16:00:00Z")
            try await world.advance(by: .seconds(7 * 86_400 - 1))
            #expect(try await world.enroll(people[1], in: group, as: intake).code == "group_full")
            try await world.advance(by: .seconds(1))
            #expect(try await world.enroll(people[1], in: group, as: intake).status == 201)
        }
    }

    @Test func `an offer ends at its instant also where nobody else waits`() async throws {
        try await withWorld { world in
            let group = try await world.group("One", seats: 1)
            let place = try await offered(world, try await world.clients(1)[0], in: group)
            try await world.advance(by: .seconds(7 * 86_400 - 1))
            try await tend(world)
            #expect(try await world.status(of: place) == "offered")
            try await world.advance(by: .seconds(1))
            try await tend(world)
            #expect(try await world.status(of: place) == "withdrawn")
        }
    }

    @Test func `of two offers in one group each ends at its own instant`() async throws {
        try await withWorld { world in
            let group = try await world.group("Two", seats: 2)
            let people = try await world.clients(2)
            let first = try await offered(world, people[0], in: group)
            try await world.advance(by: .seconds(1))
            let second = try await offered(world, people[1], in: group)
            try await world.advance(by: .seconds(7 * 86_400 - 1))
            try await tend(world)
            #expect(try await world.status(of: first) == "withdrawn")
            #expect(try await world.status(of: second) == "offered")
            try await world.advance(by: .seconds(1))
            try await tend(world)
            #expect(try await world.status(of: second) == "withdrawn")
        }
    }

    @Test func `who waits from a later day on is passed over until that day`() async throws {
        try await withWorld { world in
            let group = try await world.group("One", seats: 1)
            let people = try await world.clients(3)
            let seated = try await world.enrolled(people[0], in: group)
            let later = try await world.enrolled(people[1], in: group, status: "waitlisted", startsOn: "2026-01-12")
            try await world.advance(by: .seconds(60))
            let waiting = try await world.enrolled(people[2], in: group, status: "waitlisted")
            #expect(try await world.step(seated, "withdrawn").status == 200)
            #expect(try await world.status(of: later) == "waitlisted")
            #expect(try await world.status(of: waiting) == "offered")
            #expect(try await world.step(waiting, "withdrawn").status == 200)
            // In Phoenix the day begins at seven in Greenwich.
            try await world.advance(by: .seconds(7 * 86_400 - 9 * 3_600 - 61))
            try await tend(world)
            #expect(try await world.status(of: later) == "waitlisted")
            try await world.advance(by: .seconds(1))
            try await tend(world)
            #expect(try await world.status(of: later) == "offered")
        }
    }
}
