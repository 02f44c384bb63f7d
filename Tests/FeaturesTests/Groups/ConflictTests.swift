import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Conflicts as they are noted, read and ended; what they do is in ``PlacementTests``.
@Suite struct ConflictTests {
    @Test func `a conflict is in both charts, and names the other only to who may read that chart too`() async throws {
        try await withWorld { world in
            let house = world.mesa
            // Carl treats Adam and Cole, Ian treats Beth; Dan is treated by nobody.
            let made = try await noteConflict(
                world, "known_person", of: house.client, ["otherId": .text("\(house.minor.clientID)")],
                as: house.counselor)
            #expect(made.status == 201 && made["other"]["familyName"] == "Carter" && made["notedHere"] == true)
            let again = try await noteConflict(
                world, "known_person", of: house.minor, ["otherId": .text("\(house.client.clientID)")])
            #expect(again.status == 409 && again.code == "already_noted")
            #expect(
                try await noteConflict(
                    world, "do_not_place", of: house.client, ["otherId": .text("\(house.partner.clientID)")]
                )
                .status == 201)
            let path = "/v1/clients/\(house.client.clientID)/conflicts"
            let whole = try await world.request(.get, path, as: house.intake)
            #expect(whole.items.map { $0["other"]?["familyName"] } == ["Carter", "Archer"])
            let carl = try await world.request(.get, path, as: house.counselor)
            #expect(carl.items.map { $0["other"]?["familyName"] } == ["Carter", nil])
            #expect(!carl.text.contains("Beth") && !carl.text.contains("\(house.partner.clientID)"))
            let ian = try await world.request(.get, "/v1/clients/\(house.partner.clientID)/conflicts", as: house.intern)
            #expect(ian.items.map { $0["kind"] } == ["do_not_place"] && ian.items.map { $0["notedHere"] } == [false])
            #expect(!ian.text.contains("Adam") && !ian.text.contains("\(house.client.clientID)"))
            let id = try #require(ian.items[0]["id"]?.text)
            let there = try await world.request(
                .delete, "/v1/clients/\(house.partner.clientID)/conflicts/\(id)", as: house.intern)
            #expect(there.status == 409 && there.code == "noted_in_the_other_chart")
            #expect(try await world.request(.delete, "\(path)/\(id)", as: house.counselor).status == 204)
            #expect(try await world.request(.delete, "\(path)/\(id)", as: house.counselor).status == 404)
            // Neither the client, nor a guardian, nor who merely leads the group.
            for person in [house.client, house.facilitator] {
                #expect(try await world.request(.get, path, as: person).items == [], "\(person.name)")
            }
            let minor = "/v1/clients/\(house.minor.clientID)/conflicts"
            #expect(try await world.request(.get, minor, as: house.counselor).items.count == 1)
            for person in [house.guardian, house.minor] {
                #expect(try await world.request(.get, minor, as: person).items == [], "\(person.name)")
            }
            #expect(
                try await noteConflict(
                    world, "relative", of: house.client, ["otherId": .text("\(house.client.clientID)")],
                    as: house.client
                ).status == 404)
            #expect(
                try await noteConflict(
                    world, "relative", of: house.client, ["otherId": .text("\(house.minor.clientID)")], as: house.client
                ).faults == ["/otherId no_such_client"])
            #expect(try await world.request(.get, path, as: world.tempe.intake).status == 404)
            #expect(try await world.request(.get, path, as: house.newcomer).status == 404)
        }
    }

    @Test func `a conflict that cannot be is refused, and tells nobody who else is a client`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let hidden = try await noteConflict(
                world, "relative", of: house.client, ["otherId": .text("\(house.partner.clientID)")],
                as: house.counselor)
            #expect(hidden.status == 422 && hidden.faults == ["/otherId no_such_client"])
            for id in ["\(world.tempe.client.clientID)", "00000000-0000-7000-8000-000000000000"] {
                let missing = try await noteConflict(
                    world, "relative", of: house.client, ["otherId": .text(id)], as: house.counselor)
                #expect(missing.withoutRequestID == hidden.withoutRequestID)
            }
            for (other, fault) in [
                ([:], "/otherId one_of_two"),
                (["otherId": .text("\(house.client.clientID)")], "/otherId same_client"),
                (["staffId": .text("\(house.client.accountID)")], "/staffId no_such_staff"),
                (
                    ["otherId": .text("\(house.loner.clientID)"), "staffId": .text("\(house.newcomer.accountID)")],
                    "/otherId one_of_two"
                ),
            ] as [(JSONValue, String)] {
                let refused = try await noteConflict(world, "relative", of: house.client, other)
                #expect(refused.status == 422 && refused.faults == [fault], "\(refused.text)")
            }
            let unread = try await world.request(
                .post, "/v1/clients/\(house.client.clientID)/conflicts", as: house.intake,
                json: ["kind": "enemy", "otherId": 7, "why": 1])
            #expect(unread.faults.contains("/kind not_a_choice") && unread.faults.contains("/why unknown_member"))
        }
    }
}
