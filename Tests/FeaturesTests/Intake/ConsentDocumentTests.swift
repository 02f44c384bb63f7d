import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What a practice asks people to sign, and its rules about it.
@Suite struct ConsentDocumentTests {
    private let text: JSONValue = ["kind": "safety", "title": "Safety", "text": "I tell a leader. “Always.”"]

    @Test func `a document is published, and again in another text; the first one stays as it was`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let made = try await world.request(.post, "/v1/consent-documents", as: house.owner, json: text)
            #expect(made.status == 201 && made["ofCouple"] == false && made["version"]["number"] == 1)
            let path = try #require(made.headers["location"])
            #expect(made["version"]["textHash"] == "204fb9b8006aea5b08670dd4e654b45d1d69e63f41716fd4d6f7a38095ce5ce8")
            let second = try await world.request(
                .post, "\(path)/versions", as: house.admin,
                json: ["title": "Safety", "text": "I tell two leaders.", "validMonths": 12])
            #expect(second.status == 201 && second["version"]["number"] == 2 && second["version"]["validMonths"] == 12)
            #expect(second["version"]["textHash"] != made["version"]["textHash"])
            #expect(try await world.request(.get, path, as: house.intake).body == second.body)
            let first = try await world.request(.get, "\(path)/versions/1", as: house.client)
            #expect(first.body == made.body)
            let all = try await world.request(.get, "\(path)/versions?limit=1", as: house.intake)
            #expect(all.items.map { $0["number"] } == [2] && all.items[0]["text"] == nil)
            let rest = try await world.request(
                .get, "\(path)/versions?limit=1&cursor=\(all["next"].text ?? "")", as: house.intake)
            #expect(rest.items.map { $0["number"] } == [1] && rest["next"] == .null)
            let kinds = try await world.request(.get, "/v1/consent-documents", as: house.counselor)
            #expect(kinds.all("kind") == ["safety", "treatment"])
        }
    }

    @Test func `what was published is changed and deleted by nobody, the owner of the tables included`() async throws {
        try await withWorld { (world: World) async throws in
            for statement in [
                "update consent_versions set body = 'Other.'", "delete from consent_versions",
                "update consent_documents set of_couple = true", "delete from consent_documents",
            ] as [SQL] {
                await #expect(throws: PostgresError.self) { try await world.run(statement) }
            }
            #expect(try await world.count("from consent_versions where body = 'I agree to treatment.'") == 2)
        }
    }

    @Test func `who may not, does not, and what is wrong is told at once`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/consent-documents"
            let one = "\(path)/\(house.consentDocument)"
            for person in [house.intake, house.counselor, house.client, house.guardian] {
                #expect(try await world.request(.post, path, as: person, json: text).status == 403)
                #expect(
                    try await world.request(
                        .post, "\(one)/versions", as: person, json: ["title": "A", "text": "B"]
                    ).status == 403)
            }
            #expect(try await world.request(.get, path, as: house.auditor).status == 403)
            #expect(try await world.request(.get, one, as: house.intake).status == 200)
            #expect(try await world.request(.get, one, as: world.tempe.intake).status == 404)
            #expect(try await world.request(.get, "\(one)/versions", as: world.tempe.intake).status == 404)
            let foreign = try await world.request(
                .post, "\(one)/versions", as: world.tempe.owner, json: ["title": "A", "text": "B"])
            #expect(foreign.status == 404)
            for number in ["2", "0", "x"] {
                #expect(try await world.request(.get, "\(one)/versions/\(number)", as: house.intake).status == 404)
            }
            let taken = try await world.request(
                .post, path, as: house.owner, json: ["kind": "treatment", "title": "A", "text": "B"])
            #expect(taken.faults == ["/kind taken"])
            let wrong = try await world.request(
                .post, path, as: house.owner,
                json: ["kind": "Not plain", "title": 1, "text": "", "validMonths": 0, "hash": "x"])
            #expect(
                Set(wrong.faults) == [
                    "/kind not_a_kind", "/title wrong_type", "/text too_short", "/validMonths out_of_range",
                    "/hash unknown_member",
                ])
        }
    }

    @Test func `a packet is changed by version, and names what there is`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/consent-packets/minor"
            let all = try await world.request(.get, "/v1/consent-packets", as: house.intake)
            #expect(all.all("audience") == ["adult", "minor", "partner", "group"])
            #expect(all.items.allSatisfy { $0["kinds"] == [] && $0["required"] == [] })
            let change: JSONValue = ["kinds": ["treatment"], "required": ["treatment"], "guardians": "one"]
            #expect(try await world.request(.put, path, as: house.owner, json: change).status == 428)
            let changed = try await world.request(.put, path, as: house.owner, json: change, ifMatch: 1)
            #expect(changed.status == 200 && changed["guardians"] == "one" && changed.version == 2)
            #expect(try await world.request(.get, path, as: house.counselor).body == changed.body)
            #expect(try await world.request(.put, path, as: house.owner, json: change, ifMatch: 1).status == 412)
            #expect(try await world.request(.put, path, as: house.intake, json: change, ifMatch: 2).status == 403)
            let unknown = try await world.request(
                .put, path, as: house.owner, json: ["kinds": ["nothing"], "required": []], ifMatch: 2)
            #expect(unknown.faults == ["/kinds no_such_kind"])
            let unasked = try await world.request(
                .put, path, as: house.owner, json: ["kinds": [], "required": ["treatment"]], ifMatch: 2)
            #expect(unasked.faults == ["/required not_asked_for"])
            let nobody = try await world.request(
                .put, "/v1/consent-packets/somebody", as: house.owner, json: change, ifMatch: 1)
            #expect(nobody.status == 404)
            let tempe = try await world.request(.get, path, as: world.tempe.intake)
            #expect(tempe["kinds"] == [])
        }
    }

    @Test func `a couple's kind is asked of partners alone`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            _ = try await world.seed(house) { $0.consentDocument("confidences", ofCouple: true) }
            let change: JSONValue = ["kinds": ["confidences"], "required": ["confidences"]]
            let adult = try await world.request(
                .put, "/v1/consent-packets/adult", as: house.owner, json: change, ifMatch: 1)
            #expect(adult.faults == ["/kinds no_such_kind"])
            let partner = try await world.request(
                .put, "/v1/consent-packets/partner", as: house.owner, json: change, ifMatch: 1)
            #expect(partner.status == 200)
        }
    }
}
