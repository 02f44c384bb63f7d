import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// After a couple's end each sees what was known at the end, and nothing that came after.
@Suite struct EndedCoupleTests {
    @Test func `an ex-partner is shown by the name of the end, whatever the person is called since`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let path = "/v1/couples/\(mesa.couple)"
            let list = "/v1/clients/\(mesa.client.clientID)/couples"
            func rename() async throws {
                let version = try await world.count(
                    "from generate_series(1, (select version from clients where client_id = \(mesa.partner.clientID)))")
                let renamed = try await world.request(
                    .patch, "/v1/clients/\(mesa.partner.clientID)", as: mesa.intake,
                    json: ["familyName": .text("Newname\(version)"), "preferredName": "Betty"], ifMatch: version)
                #expect(renamed.status == 200)
            }
            // As long as it goes on, everybody sees the present name.
            try await rename()
            #expect(try await world.names(path, as: mesa.client) == ["Adam Archer", "Betty Newname1"])
            try await world.end(mesa.couple)
            try await rename()
            for reader in [mesa.client, mesa.partner, mesa.counselor, mesa.intern] {
                #expect(try await world.names(path, as: reader) == ["Adam Archer", "Betty Newname1"], "\(reader.name)")
            }
            for reader in [mesa.client, mesa.counselor] {
                let couples = try await world.request(.get, list, as: reader)
                #expect(couples.items.map { Self.names($0) } == [["Adam Archer", "Betty Newname1"]], "\(reader.name)")
            }
            // The desk finds the chart by it.
            #expect(try await world.names(path, as: mesa.intake) == ["Adam Archer", "Betty Newname2"])
            // Another last day is no other end.
            try await world.run(
                """
                update couple_members set during = daterange(lower(during) - 1, upper(during))
                where couple_id = \(mesa.couple)
                """)
            #expect(try await world.names(path, as: mesa.client) == ["Adam Archer", "Betty Newname1"])
        }
    }

    @Test func `past the door too, nothing is given to a couple that has ended`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            func give() async -> String? {
                await world.refusal(
                    in: mesa,
                    of: """
                        insert into homework_assignments
                        select (jsonb_populate_record(a, jsonb_build_object('assignment_id', gen_random_uuid()))).*
                        from homework_assignments a where a.couple_id = \(mesa.couple) limit 1
                        """)
            }
            #expect(await give() == nil)
            try await world.end(mesa.couple)
            #expect(await give() == "nobody_to_assign_to")
        }
    }

    @Test func `under no door to an ended couple lies the ex-partner's chart, and the audit has both all the same`()
        async throws
    {
        try await withWorld { world in
            let mesa = world.mesa
            func charts(_ person: Person, _ kind: String, _ id: ID<Void>) async throws -> Set<ID<Client>> {
                let (_, seen) = try await world.database.server.pipeline(
                    world.enter(person, "couple.read", kind, id.uuid),
                    Query.rows("select client_id from clients") { try $0.next(ID<Client>.self) })
                return Set(seen)
            }
            let (couple, client) = (ID<Void>(mesa.couple.uuid), ID<Void>(mesa.client.clientID.uuid))
            let both: Set = [mesa.client.clientID, mesa.partner.clientID]
            #expect(try await charts(mesa.client, "couple", couple) == both)
            #expect(try await charts(mesa.counselor, "client", client) == both)
            try await world.end(mesa.couple)
            for person in [mesa.client, mesa.partner, mesa.counselor, mesa.intern] {
                #expect(try await charts(person, "couple", couple) == [], "\(person.name)")
            }
            for person in [mesa.client, mesa.counselor] {
                #expect(try await charts(person, "client", client) == [mesa.client.clientID], "\(person.name)")
            }
            #expect(try await charts(mesa.intake, "couple", couple).isSuperset(of: both))
            let audited = try await world.count(
                """
                from audit_events where kind = 'couple' and client_ids @> array[\(mesa.client.clientID), \(mesa.partner.clientID)]
                  and at = \(world.clock.now) and action = 'couple.read'
                """)
            // One of them is of the ending itself, which answers what reading the couple answers.
            #expect(audited == 7)
        }
    }

    @Test func `a merge of the ex-partner's chart shows nowhere, and undoing it neither`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let path = "/v1/couples/\(mesa.couple)"
            try await world.end(mesa.couple)
            let before = try await world.request(.get, path, as: mesa.client).text
            let other = try await world.seed(mesa) { try $0.client("Bea Archer", born: "1987-09-02", sex: "female") }
            let merged = try await world.merge(mesa.partner.clientID, into: other.clientID, as: mesa.admin)
            #expect(merged.status == 201)
            #expect(try await world.count("from couple_members where client_id = \(other.clientID)") == 1)
            #expect(try await world.request(.get, path, as: mesa.client).text == before)
            #expect(try await world.request(.get, path, as: mesa.counselor).text.contains("Bea") == false)
            let desk = try await world.request(.get, path, as: mesa.intake)
            #expect(desk["members"].entries.map { $0["name"] }.contains("Bea Archer"))
            let merge = try #require(merged["id"].text)
            let undone = try await world.request(
                .put, "/v1/clients/\(other.clientID)/merges/\(merge)/reversal", as: mesa.admin)
            #expect(undone.status == 200)
            #expect(try await world.request(.get, path, as: mesa.client).text == before)
        }
    }

    @Test func `one's own piece names the partner's no more, and no key is turned after the end`() async throws {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            _ = try await world.submit(his)
            _ = try await world.submit(hers, as: mesa.partner)
            _ = try await world.share(his, as: mesa.client, ifMatch: 2)
            _ = try await world.share(hers, as: mesa.partner, ifMatch: 2)
            #expect(try await world.read(his)["sharing"]["partnerHomeworkId"] == .text(hers.description))
            try await world.end(mesa.couple)
            let own = try await world.read(his)
            #expect(own["sharing"]["withPartner"] == true && own["sharing"]["partnerHomeworkId"] == .null)
            #expect(!own.text.contains(hers.description))
            #expect(try await world.read(hers).status == 404)
            let again = try await world.share(his, as: mesa.client, ifMatch: 3)
            #expect(again.status == 200 && again["partnerHomeworkId"] == .null)
            let released = try await world.asServer(mesa.client, "homework.read", "homework", his) {
                Query.row("select cardinality(access.released())") { try $0.next(Int.self) }
            }
            #expect(released == 0)
            // What they opened they have heard: it is not edited for that.
            #expect(try await world.takeBack(his, ifMatch: 3).code == "already_opened")
        }
    }

    @Test func `a key that was not turned by then is turned no more`() async throws {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            _ = try await world.submit(his)
            _ = try await world.submit(hers, as: mesa.partner)
            _ = try await world.share(his, as: mesa.client, ifMatch: 2)
            try await world.end(mesa.couple)
            #expect(try await world.share(hers, as: mesa.partner, ifMatch: 2).code == "couple_has_ended")
            #expect(try await world.share(his, false, as: mesa.client, ifMatch: 3).status == 200)
        }
    }

    @Test func `partners see the team of the last day, and whoever joined it later is nobody they know`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let path = "/v1/couples/\(mesa.couple)/care-team"
            try await world.end(mesa.couple)
            let joined = try await world.request(
                .post, path, as: mesa.intake, json: ["accountId": .text("\(mesa.newcomer.accountID)")])
            #expect(joined.status == 201)
            #expect(try await world.request(.get, path, as: mesa.intake).items.count == 2)
            for partner in [mesa.client, mesa.partner] {
                #expect(try await world.request(.get, path, as: partner).all("name") == [mesa.counselor.name])
            }
        }
    }

    @Test func `what was agreed on about confidences stays as it was`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let path = "/v1/couples/\(mesa.couple)"
            try await world.end(mesa.couple)
            let changed = try await world.request(
                .patch, path, as: mesa.counselor, json: ["confidentiality": "no_secrets"], ifMatch: 2)
            #expect(changed.code == "couple_has_ended")
            #expect(try await world.request(.get, path, as: mesa.client)["confidentiality"] == "limited")
        }
    }

    @Test func `a couple that ended on the day it began does not begin again by a corrected date`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let made = try await world.request(
                .post, "/v1/couples", as: mesa.intake,
                json: ["clientIds": [.text("\(mesa.loner.clientID)"), .text("\(mesa.minor.clientID)")]])
            let path = try #require(made.headers["location"])
            #expect(try await world.request(.put, "\(path)/ending", as: mesa.intake, json: [:]).status == 200)
            let corrected = try await world.request(
                .patch, path, as: mesa.intake, json: ["from": "2025-12-01"], ifMatch: 2)
            #expect(corrected.status == 200)
            #expect(try await world.count("from couples where upper_inf(during) and ended_at is not null") == 0)
            #expect(try await world.names(path, as: mesa.loner) == ["Dan Dorsey", "Cole Carter"])
        }
    }

    @Test func `what partners do alone is not counted as the couple's, nor the couple among those somebody treats`()
        async throws
    {
        try await withWorld { world in
            let (mesa, his, hers) = (world.mesa, world.mesa.coupleHomework[0], world.mesa.coupleHomework[1])
            func done() async throws -> JSONValue {
                try await world.request(
                    .get, "/v1/couples/\(mesa.couple)/homework-assignments", as: mesa.counselor
                ).items.first?["done"] ?? .null
            }
            func caseload() async throws -> JSONValue? {
                try await world.request(.get, "/v1/inquiries/\(mesa.inquiry)/counselors", as: mesa.intake).items
                    .first { $0["name"] == .text(mesa.counselor.name) }?["caseload"]
            }
            _ = try await world.submit(his)
            #expect(try await done() == 1)
            // Adam and Cole; and Beth, whom he treats as one of the couple.
            #expect(try await caseload() == 3)
            try await world.end(mesa.couple)
            world.clock.advance(by: .seconds(60))
            _ = try await world.submit(hers, as: mesa.partner)
            #expect(try await done() == 1)
            #expect(try await caseload() == 2)
        }
    }

    private static func names(_ couple: JSONValue) -> [String] {
        couple["members"]?.entries.compactMap { $0["name"]?.text } ?? []
    }
}

extension World {
    /// Ends a couple today.
    fileprivate func end(_ couple: ID<Couple>) async throws {
        let ended = try await request(.put, "/v1/couples/\(couple)/ending", as: mesa.counselor, json: [:])
        guard ended.status == 200 else { throw TestFailure("the couple goes on: \(ended.text)") }
    }

    fileprivate func names(_ path: String, as person: Person) async throws -> [String] {
        try await request(.get, path, as: person)["members"].entries.compactMap { $0["name"]?.text }
    }
}

private struct TestFailure: Error {
    let text: String

    init(_ text: String) { self.text = text }
}
