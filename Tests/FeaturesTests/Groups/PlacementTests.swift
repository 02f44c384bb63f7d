import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Who is not placed with whom, who may know why, and who meets the conditions of a seat.
@Suite struct PlacementTests {
    @Test func `partners are never placed together, and why is for who has the whole practice in scope`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let told = try await world.enroll(house.partner, in: house.group, as: house.intake)
            #expect(told.status == 409 && told.code == "not_placeable")
            #expect(
                told["detail"]
                    == "This client cannot be placed in this group. Somebody in it is, or was, the client's partner.")
            _ = try await world.seed(house) { $0.enrollment(of: house.partner, in: house.valorGroup) }
            let bare = try await world.enroll(house.partner, in: house.group, as: house.facilitator)
            #expect(bare.code == "not_placeable" && bare["detail"] == "This client cannot be placed in this group.")
            for answer in [told, bare] {
                #expect(!answer.text.contains("Adam") && !answer.text.contains("\(house.client.clientID)"))
            }
            // A couple that has ended is no other thing; and who has left the group is in nobody's way.
            try await world.seed(house) {
                $0.add(
                    "update couple_members set during = daterange(lower(during), '2026-01-01') where couple_id = \(house.couple)"
                )
            }
            #expect(try await world.enroll(house.partner, in: house.group, as: house.intake).code == "not_placeable")
            #expect(
                try await world.step("/v1/enrollments/\(house.enrollment)", "withdrawn", from: "2026-02-02").status
                    == 200)
            #expect(try await world.enroll(house.partner, in: house.group, as: house.intake).code == "not_placeable")
            #expect(
                try await world.enroll(house.partner, in: house.group, as: house.intake, startsOn: "2026-02-02").status
                    == 201)
        }
    }

    @Test func `of partners who take seats in one group at once, one gets in`() async throws {
        try await withWorld { world in
            let house = world.mesa
            for number in 0..<6 {
                let group = try await world.group("Group \(number)", seats: 9)
                async let one = world.enroll(house.client, in: group, as: house.intake)
                async let two = world.enroll(house.partner, in: group, as: house.owner)
                let codes = try await [one.code ?? "", two.code ?? ""]
                #expect(codes.sorted() == ["", "not_placeable"])
            }
        }
    }

    @Test(arguments: [
        ("relative", "Somebody in it is a relative."), ("known_person", "Somebody in it is known to the client."),
        ("do_not_place", "It is noted that they are not placed together."),
    ])
    func `a conflict counts for both, at offer, at taking, at transfer and in a correction`(
        kind: String, sentence: String
    ) async throws {
        try await withWorld { world in
            let house = world.mesa
            let (eve, sam) = try await world.seed(house) { (try $0.client("Eve Ellis"), try $0.client("Sam Stone")) }
            let (group, other) = (try await world.group("Small", seats: 5), try await world.group("Other", seats: 5))
            let path = try await world.enrolled(eve, in: group)
            let waiting = try await world.enrolled(sam, in: group, status: "waitlisted")
            #expect(try await world.step(waiting, "offered").status == 200)
            #expect(try await noteConflict(world, kind, of: sam, ["otherId": .text("\(eve.clientID)")]).status == 201)
            let taken = try await world.step(waiting, "active")
            #expect(taken.code == "not_placeable")
            #expect(taken["detail"] == .text("This client cannot be placed in this group. \(sentence)"))
            #expect(try await world.step(waiting, "withdrawn").status == 200)
            let again = try await world.enrolled(sam, in: group, status: "waitlisted")
            #expect(try await world.step(again, "offered").code == "not_placeable")
            let elsewhere = try await world.enrolled(sam, in: other)
            #expect(try await world.transfer(elsewhere, to: group).code == "not_placeable")
            #expect(try await world.transfer(path, to: other).code == "not_placeable", "it counts for both")
            #expect(
                try await world.correct(again, to: [["from": "2026-01-05", "status": "active"]]).code == "not_placeable"
            )
            // The waitlist passes by whom it would place with an enemy.
            let conflicts = try await world.request(.get, "/v1/clients/\(eve.clientID)/conflicts", as: house.intake)
            let id = try #require(conflicts.items.first?["id"]?.text)
            #expect(
                try await world.request(.delete, "/v1/clients/\(eve.clientID)/conflicts/\(id)", as: house.intake).status
                    == 204)
            #expect(try await world.step(again, "offered").status == 200)
        }
    }

    @Test func `who leads a group has no other role towards its members`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let eve = try await world.clients(1)[0]
            let group = try await world.group("Nora's", seats: 5, facilitatedBy: house.newcomer)
            let noted = try await noteConflict(
                world, "known_person", of: eve, ["staffId": .text("\(house.newcomer.accountID)")])
            #expect(noted.status == 201 && noted["staff"]["name"] == "Nora Novak" && noted["other"] == .null)
            let told = try await world.enroll(eve, in: group, as: house.intake)
            #expect(told.code == "not_placeable")
            #expect(
                told["detail"]
                    == "This client cannot be placed in this group. Who leads it has another role towards the client.")
            try await world.seed(house) { $0.careTeam(of: eve, house.newcomer) }
            #expect(
                try await world.enroll(eve, in: group, as: house.newcomer)["detail"]
                    == "This client cannot be placed in this group.")
            let free = try await world.group("Free", seats: 5)
            _ = try await world.enrolled(eve, in: free)
            let head = "/v1/groups/\(free)/facilitators/\(house.newcomer.accountID)"
            let refused = try await world.request(.put, head, as: house.admin, json: ["from": "2026-01-05"])
            #expect(refused.status == 409 && refused.code == "dual_role")
            #expect(!refused.text.contains("Given0"))
            let other = "/v1/groups/\(free)/facilitators/\(house.facilitator.accountID)"
            #expect(try await world.request(.put, other, as: house.admin, json: ["from": "2026-01-05"]).status == 200)
        }
    }

    @Test func `towards who pauses, or has an offer, a leader has no other role either, on whatever days`() async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let nora = house.newcomer
            for status in ["paused", "offered"] {
                let group = try await world.group("With \(status)", seats: 5)
                let eve = try await world.clients(1, "Of \(status)")[0]
                let conflict = try await noteConflict(
                    world, "known_person", of: eve, ["staffId": .text("\(nora.accountID)")])
                #expect(conflict.status == 201)
                if status == "paused" {
                    #expect(try await world.step(world.enrolled(eve, in: group), "paused").status == 200)
                } else {
                    let place = try await world.enrolled(eve, in: group, status: "waitlisted")
                    #expect(try await world.step(place, "offered").status == 200)
                }
                let head = "/v1/groups/\(group)/facilitators/\(nora.accountID)"
                let refused = try await world.request(.put, head, as: house.admin, json: ["from": "2026-01-05"])
                #expect(refused.status == 409 && refused.code == "dual_role", "\(status)")
                // Before she came nobody was there to be in conflict with; these days are not made longer.
                try await world.seed(house) { seed in
                    seed.add(
                        """
                        insert into group_facilitators (practice_id, group_id, account_id, during)
                        values (\(house.id), \(group), \(nora.accountID), '[2025-11-10,2025-11-20)')
                        """)
                }
                let error = await #expect(throws: PostgresError.self) {
                    try await world.run(
                        """
                        update group_facilitators set during = '[2025-11-10,)'
                        where group_id = \(group) and account_id = \(nora.accountID)
                        """)
                }
                #expect(error?.refusal?.raisedCode == "dual_role", "\(status)")
            }
        }
    }

    @Test func `a colleague who is a client, or a client's partner, leads no group with them in it`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (group, free) = (
                try await world.group("Nora's", seats: 5, facilitatedBy: house.newcomer),
                try await world.group("Free", seats: 5)
            )
            try await world.seed(house) { seed in
                let own = try seed.client("Nora Novak-Chart")
                seed.add("delete from sign_ins where account_id = \(own.accountID)")
                seed.add("delete from accounts where account_id = \(own.accountID)")
                seed.add(
                    """
                    update accounts set client_id = \(own.clientID), roles = '{counselor,client}', version = version + 1
                    where account_id = \(house.newcomer.accountID)
                    """)
                _ = seed.couple(own, house.loner)
            }
            #expect(try await world.enroll(house.loner, in: group, as: house.intake).code == "not_placeable")
            _ = try await world.enrolled(house.loner, in: free)
            let head = "/v1/groups/\(free)/facilitators/\(house.newcomer.accountID)"
            #expect(
                try await world.request(.put, head, as: house.admin, json: ["from": "2026-01-05"]).code == "dual_role")
        }
    }

    @Test func `the age is that on the day of the first meeting, cancelled ones left aside`() async throws {
        try await withWorld { world in
            let house = world.mesa
            // Eighteen on Tuesday the 13th; groups meet on Tuesdays.
            let eve = try await world.seed(house) { seed in
                seed.add("update programs set minimum_age = 18, version = 2 where program_id = \(house.program)")
                return try seed.client("Eve Ellis", born: "2008-01-13")
            }
            let group = try await world.group("Young", seats: 5)
            #expect(try await world.enroll(eve, in: group, as: house.intake).code == "not_eligible")
            #expect(
                try await world.enroll(eve, in: group, as: house.intake, startsOn: "2026-01-06").code == "not_eligible")
            try await world.seed(house) { seed in
                for (day, isCancelled) in [("2026-01-07 01:00Z", true), ("2026-01-14 01:00Z", false)] {
                    seed.add(
                        """
                        insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes, cancelled)
                        values (\(house.id), \(seed.id(Meeting.self)), \(group), \(day)::text::timestamptz, 90, \(isCancelled))
                        """)
                }
            }
            #expect(try await world.enroll(eve, in: group, as: house.intake).status == 201)
        }
    }

    @Test func `two corrections are no way around what a seat asks for`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let eve = try await world.seed(house) { seed in
                _ = seed.consentDocument("safety")
                seed.packet("group", ["safety"], required: ["safety"])
                return try seed.client("Eve Ellis")
            }
            let path = try await world.enrolled(eve, in: house.group, status: "waitlisted", startsOn: "2025-12-01")
            let past: [JSONValue] = [
                ["from": "2025-12-01", "status": "active"], ["from": "2025-12-15", "status": "withdrawn"],
            ]
            #expect(try await world.correct(path, to: past).status == 200, "what was is not undone")
            for steps in [Array(past.prefix(1)), [["from": "2025-12-01", "status": "offered"]]] {
                let refused = try await world.correct(path, to: steps)
                #expect(refused.status == 409 && refused.code == "consent_missing")
            }
            let offered: [JSONValue] = [
                ["from": "2025-12-01", "status": "offered"], ["from": "2025-12-15", "status": "withdrawn"],
            ]
            #expect(try await world.correct(path, to: offered).status == 200)
            #expect(try await world.correct(path, to: [offered[0]]).code == "consent_missing")
        }
    }

    @Test func `who was said by mistake to have left a closed group is in it again`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.run("update groups set open = false, version = version + 1 where group_id = \(house.group)")
            let path = "/v1/enrollments/\(house.enrollment)"
            try await world.run(
                "update groups set starts_on = '2025-12-06', version = version + 1 where group_id = \(house.group)")
            #expect(try await world.step(path, "withdrawn").status == 200)
            #expect(try await world.enroll(house.client, in: house.group, as: house.intake).code == "group_is_closed")
            #expect(try await world.correct(path, to: [["from": "2025-12-06", "status": "active"]]).status == 200)
        }
    }
}
