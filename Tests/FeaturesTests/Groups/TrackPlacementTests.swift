import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Seats in groups on tracks of one program.
@Suite struct TrackPlacementTests {
    @Test func `one track of a program at a time, and the consents that the program asks for`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let eve = try await world.clients(1)[0]
            let (mine, theirs) = (try await world.group("Mine", seats: 5), try await world.group("Theirs", seats: 5))
            let consent = try await world.seed(house) { seed in
                for (name, group) in [("Recovery", mine), ("Partners", theirs)] {
                    let track: ID<Track> = seed.id()
                    seed.add(
                        """
                        insert into tracks (practice_id, track_id, program_id, name, position)
                        values (\(house.id), \(track), \(house.program), \(name), 1)
                        """)
                    seed.add("update groups set track_id = \(track), version = 2 where group_id = \(group)")
                }
                _ = seed.consentDocument("safety")
                seed.add("update programs set consents = '{safety}', version = 2 where program_id = \(house.program)")
                return seed.consent("safety", of: eve)
            }
            let missing = try await world.enroll(eve, in: mine, as: house.intake)
            #expect(
                missing.code == "consent_missing"
                    && missing["detail"]
                        == "What is missing: safety. Ask for what nobody has asked for yet, and have it signed."
            )
            #expect(try await world.sign(consent, as: eve)["state"] == "signed")
            let path = try await world.enrolled(eve, in: mine)
            let two = try await world.enroll(eve, in: theirs, as: house.intake)
            #expect(two.status == 409 && two.code == "in_another_track")
            #expect(try await world.step(path, "paused").status == 200)
            #expect(try await world.enroll(eve, in: theirs, as: house.intake).code == "in_another_track")
            #expect(try await world.enroll(eve, in: theirs, as: house.intake, status: "waitlisted").status == 201)
            #expect(try await world.step(path, "withdrawn").status == 200)
            let other = try await world.group("Other", seats: 5)
            #expect(try await world.enroll(eve, in: other, as: house.intake).status == 201)
        }
    }

    @Test func `of seats in two tracks that are taken at once, one is given`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let groups = [try await world.group("Mine", seats: 99), try await world.group("Theirs", seats: 99)]
            try await world.seed(house) { seed in
                for (name, group) in zip(["Recovery", "Partners"], groups) {
                    let track: ID<Track> = seed.id()
                    seed.add(
                        """
                        insert into tracks (practice_id, track_id, program_id, name, position)
                        values (\(house.id), \(track), \(house.program), \(name), 1)
                        """)
                    seed.add("update groups set track_id = \(track), version = 2 where group_id = \(group)")
                }
            }
            for person in try await world.clients(8) {
                async let one = world.enroll(person, in: groups[0], as: house.intake)
                async let two = world.enroll(person, in: groups[1], as: house.owner)
                let codes = try await [one.code ?? "", two.code ?? ""]
                #expect(codes.sorted() == ["", "in_another_track"])
            }
        }
    }
}
