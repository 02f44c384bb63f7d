import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The ending of a couple that was said for the wrong day (decision 0047).
@Suite struct CorrectedEndingTests {
    @Test func `what a partner hands in after the end stays that partner's own when the day is corrected`() async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.ending(of: house.couple, on: "2026-01-04").status == 200)
            try await world.advance(by: .seconds(86_400))
            let handedIn = try await world.submit(house.coupleHomework[0], as: house.client)
            #expect(handedIn.status == 200, "\(handedIn.text)")
            let done: SQL = """
                from homework h join couples u using (practice_id, couple_id)
                where h.homework_id = \(house.coupleHomework[0]) and h.first_submitted_at <= u.ended_at
                """
            #expect(
                try await world.count(
                    "from homework where homework_id = \(house.coupleHomework[0]) and submissions = 1") == 1)
            #expect(try await world.count(done) == 0)
            try await world.advance(by: .seconds(86_400))
            #expect(try await world.ending(of: house.couple, on: "2026-01-03")["until"] == "2026-01-03")
            #expect(try await world.count(done) == 0)
        }
    }

    @Test func `a corrected ending stays when the death that ended the couple was none`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.change(house.client, ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            #expect(try await world.ending(of: house.couple, on: "2026-01-02")["until"] == "2026-01-02")
            try await world.advance(by: .seconds(60))
            #expect(try await world.change(house.client, ["diedOn": .null], as: house.intake).status == 200)
            let couple = try await world.request(.get, "/v1/couples/\(house.couple)", as: house.intake)
            #expect(couple["until"] == "2026-01-02", "\(couple.text)")
        }
    }

    @Test func `no couple outlives a death that is recorded while its ending is corrected`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            for order in orders(4, 3) {
                let people = try await world.people(2)
                let couple = try await world.seed(house) { $0.couple(people[0], people[1]) }
                #expect(try await world.ending(of: couple, on: "2026-01-02").status == 200)
                let came = try await interleave(
                    order,
                    [
                        world.steps(
                            house.intake, "client.change", "client", people[0].clientID.uuid,
                            "select from access.hold_groups_of(\(people[0].clientID))",
                            """
                            update clients set status = 'deceased', died_on = '2026-01-03', version = version + 1
                            where practice_id = \(house.id) and client_id = \(people[0].clientID)
                            """),
                        world.steps(
                            house.intake, "couple.change", "couple", couple.uuid,
                            "select from access.end_couple(\(couple), '2026-01-05', 2)"),
                    ], in: world.database, givingWay: true)
                let (death, correction) = (came.outcomes[0], came.outcomes[1])
                #expect(death == .committed || [.refused("55P03"), .refused("40001")].contains(death), "\(came)")
                #expect(correction == .committed || correction == .refused("ends_after_a_death"), "\(came)")
                let until =
                    switch (death, correction) {
                    case (.committed, .committed): Day("2026-01-03")
                    case (_, .committed): Day("2026-01-05")
                    default: Day("2026-01-02")
                    }
                #expect(
                    try await world.count(
                        "from couples where couple_id = \(couple) and upper(during) = \(until)") == 1,
                    "\(order): \(came)")
            }
        }
    }

    @Test func `of a death without a day that day counts on which it was recorded`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.ending(of: house.couple, on: "2026-01-02").status == 200)
            let died = try await world.change(house.partner, ["status": "deceased"], as: house.intake)
            #expect(died.status == 200 && died["diedOn"] == .null, "\(died.text)")
            try await world.advance(by: .seconds(3 * 86_400))
            let late = try await world.ending(of: house.couple, on: "2026-01-06")
            #expect(late.faults == ["/endedOn after_death"], "\(late.text)")
            #expect(try await world.ending(of: house.couple, on: "2026-01-05")["until"] == "2026-01-05")
        }
    }

    @Test func `a couple of before that ended on its first day, which nobody knows, goes on for nobody`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            #expect(try await world.ending(of: house.couple, on: "2026-01-02").status == 200)
            try await world.run(
                "update couples set during = 'empty', version = version + 1 where couple_id = \(house.couple)")
            try await world.run(
                "update couples set empty_on = null, version = version + 1 where couple_id = \(house.couple)")
            for day in [Day("2026-01-03"), nil] {
                _ = try await world.database.server.pipeline(
                    world.enter(house.intake, "couple.change", "couple", house.couple.uuid),
                    Query.run("select from access.end_couple(\(house.couple), \(day), 9)"))
            }
            let path = "/v1/couples/\(house.couple)"
            let seen = try await world.request(.get, path, as: house.intake).version
            let begun = try await world.request(
                .patch, path, as: house.intake, json: ["from": "2025-12-20"], ifMatch: seen)
            #expect(begun.status == 200 && begun["from"] == .null, "\(begun.text)")
            for day: JSONValue in ["2026-01-03", .null] {
                try await world.advance(by: .seconds(60))
                #expect(try await world.change(house.partner, ["diedOn": day], as: house.intake).status == 200)
            }
            let isEmpty = try await world.count("from couples where couple_id = \(house.couple) and isempty(during)")
            #expect(isEmpty == 1)
        }
    }

    @Test func `nobody asks whether a partner has died of a couple that is not open to him`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let people = try await world.people(2)
            let other = try await world.seed(house) { $0.couple(people[0], people[1]) }
            #expect(try await world.change(people[0], ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            func isTold(_ person: Person, _ couple: ID<Couple>) async throws -> Bool {
                let (_, isTold) = try await world.database.server.pipeline(
                    world.enter(person, "couple.read", "couple", couple.uuid),
                    Query.row("select access.a_partner_died_before(\(other), '2026-01-05')") { try $0.next(Bool.self) })
                return isTold
            }
            #expect(try await isTold(house.intake, other))
            #expect(try await isTold(house.client, house.couple) == false)
        }
    }
}

extension World {
    fileprivate func ending(of couple: ID<Couple>, on day: String) async throws -> TestAnswer {
        let seen = try await request(.get, "/v1/couples/\(couple)", as: mesa.intake).version
        return try await request(
            .put, "/v1/couples/\(couple)/ending", as: mesa.intake, json: ["endedOn": .text(day)], ifMatch: seen)
    }
}
