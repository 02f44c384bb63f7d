import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Asked, signed, revoked: by whom it may be, and by nobody else.
@Suite struct ConsentTests {
    @Test func `a client is asked, reads the text, signs it, and takes it back`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, path) = (world.mesa, "/v1/clients/\(world.mesa.loner.clientID)/consents")
            let asked = try await world.request(.post, path, as: house.intake, json: ["kind": "treatment"])
            #expect(asked.status == 201 && asked["state"] == "requested" && asked["signatures"] == [])
            #expect(asked["text"] == "I agree to treatment." && asked["signedAt"] == .null)
            let one = try #require(asked.headers["location"])
            let hash = asked["textHash"]
            let signed = try await world.request(.put, "\(one)/signature", as: house.loner, json: ["textHash": hash])
            #expect(signed.status == 200 && signed["state"] == "signed")
            #expect(signed["signedAt"] == "2026-01-05T16:00:00Z" && signed["expiresOn"] == .null)
            #expect(
                signed["signatures"] == [
                    [
                        "capacity": "self", "name": "Dan Dorsey", "signedAt": "2026-01-05T16:00:00Z",
                        "revokedAt": .null,
                    ]
                ])
            world.clock.advance(by: .seconds(60))
            let again = try await world.request(.put, "\(one)/signature", as: house.loner, json: ["textHash": hash])
            #expect(again.body == signed.body)
            let seen = try await world.request(.get, one, as: house.intake)
            #expect(seen["signatures"].list.map { $0["address"] } == ["unknown"])
            #expect(try await world.request(.get, path, as: house.loner).items.map { $0["state"] } == ["signed"])

            let revoked = try await world.request(.put, "\(one)/revocation", as: house.loner)
            #expect(revoked["state"] == "revoked" && revoked["revokedAt"] == "2026-01-05T16:01:00Z")
            #expect(try await world.request(.put, "\(one)/revocation", as: house.loner).body == revoked.body)
            let late = try await world.request(.put, "\(one)/signature", as: house.loner, json: ["textHash": hash])
            #expect(late.status == 409 && late.code == "consent_is_revoked")
            #expect(late["detail"] == "This consent was revoked. It has to be requested anew.")
            let anew = try await world.request(.post, path, as: house.intake, json: ["kind": "treatment"])
            #expect(anew.status == 201)
        }
    }

    @Test func `a signature names the text that was requested, whatever was published since`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, path) = (world.mesa, "/v1/consents/\(world.mesa.consent)/signature")
            let requested = try await world.request(.get, "/v1/consents/\(house.consent)", as: house.client)["textHash"]
            let newer = try await world.request(
                .post, "/v1/consent-documents/\(house.consentDocument)/versions", as: house.owner,
                json: ["title": "On treatment", "text": "Something else."])
            let refused = try await world.request(
                .put, path, as: house.client, json: ["textHash": newer["version"]["textHash"] ?? .null])
            #expect(refused.status == 422 && refused.faults == ["/textHash another_text"])
            let nonsense = try await world.request(
                .put, path, as: house.client, json: ["textHash": "abc", "name": "A"])
            #expect(Set(nonsense.faults) == ["/textHash too_short", "/name unknown_member"])
            #expect(try await world.state(of: house.consent) == "requested")
            let signed = try await world.request(.put, path, as: house.client, json: ["textHash": requested])
            #expect(signed["state"] == "signed" && signed["text"] == "I agree to treatment.")
            // Who is asked now is asked for the newest text.
            let asked = try await world.request(
                .post, "/v1/clients/\(house.loner.clientID)/consents", as: house.intake, json: ["kind": "treatment"])
            let id = try #require(asked["id"].text)
            let text = try await world.request(.get, "/v1/consents/\(id)", as: house.loner)
            #expect(text["text"] == "Something else." && text["textHash"] == newer["version"]["textHash"] ?? .null)
        }
    }

    @Test func `who has nothing to do with it finds nothing, and staff sign for nobody`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (one, list) = ("/v1/consents/\(house.consent)", "/v1/clients/\(house.client.clientID)/consents")
            for person in [house.owner, house.intake, house.counselor, house.supervisor, house.client] {
                #expect(try await world.request(.get, one, as: person).status == 200, "\(person.name)")
                #expect(try await world.request(.get, list, as: person).items.count == 1, "\(person.name)")
            }
            for person in [
                house.partner, house.loner, house.newcomer, house.facilitator, house.guardian, world.tempe.intake,
            ] {
                #expect(try await world.request(.get, one, as: person).status == 404, "\(person.name)")
                #expect(try await world.request(.get, list, as: person).status == 404, "\(person.name)")
                #expect(
                    try await world.request(.get, "/v1/consents", as: person).text.contains("\(house.consent)") == false
                )
            }
            #expect(try await world.request(.get, one, as: house.auditor).status == 403)
            let hash: JSONValue = ["textHash": .text(String(repeating: "a", count: 64))]
            for person in [house.owner, house.intake, house.counselor] {
                #expect(try await world.request(.put, "\(one)/signature", as: person, json: hash).status == 403)
                #expect(try await world.revoke(house.consent, as: person).status == 403)
            }
            for person in [house.partner, house.guardian, world.tempe.client] {
                #expect(try await world.request(.put, "\(one)/signature", as: person, json: hash).status == 404)
                #expect(try await world.revoke(house.consent, as: person).status == 404)
            }
            #expect(try await world.state(of: house.consent) == "requested")
            #expect(try await world.revoke(house.consent, as: house.client).code == "not_signed_by_you")
        }
    }

    @Test func `asking is for who treats and for the front desk, once, and for what there is`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, path) = (world.mesa, "/v1/clients/\(world.mesa.client.clientID)/consents")
            let ask: JSONValue = ["kind": "treatment"]
            let twice = try await world.request(.post, path, as: house.intake, json: ask)
            #expect(twice.status == 409 && twice.code == "already_requested")
            let unknown = try await world.request(.post, path, as: house.counselor, json: ["kind": "nothing"])
            #expect(unknown.faults == ["/kind no_such_kind"])
            for person in [house.client, house.guardian] {
                #expect(try await world.request(.post, path, as: person, json: ask).status == 403)
            }
            for person in [house.newcomer, house.facilitator, world.tempe.intake] {
                #expect(try await world.request(.post, path, as: person, json: ask).status == 404)
            }
            let minor = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/consents", as: house.counselor, json: ask)
            #expect(minor.status == 201)
            let key = "ask once"
            let loner = "/v1/clients/\(house.loner.clientID)/consents"
            let first = try await world.request(.post, loner, as: house.intake, json: ask, idempotencyKey: key)
            let repeated = try await world.request(.post, loner, as: house.intake, json: ask, idempotencyKey: key)
            #expect(first.status == 201 && repeated.body == first.body)
        }
    }

    @Test func `lists are pages, by state, and a client's is the own`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { seed in
                for kind in ["one", "two"] {
                    _ = seed.consentDocument(kind)
                    _ = seed.consent(kind, of: house.client, isSigned: kind == "two")
                }
            }
            let all = try await world.request(.get, "/v1/consents?limit=2", as: house.client)
            #expect(all.items.count == 2)
            let rest = try await world.request(
                .get, "/v1/consents?limit=2&cursor=\(all["next"].text ?? "")", as: house.client)
            #expect(rest.items.count == 1 && rest["next"] == .null)
            #expect(Set(all.all("kind") + rest.all("kind")) == ["one", "two", "treatment"])
            let signed = try await world.request(.get, "/v1/consents?state=signed", as: house.counselor)
            #expect(signed.all("kind") == ["two"])
            #expect(try await world.request(.get, "/v1/consents?state=lost", as: house.client).status == 400)
        }
    }

    @Test func `no statement of a request signs or revokes, but through its own door`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, consent) = (world.mesa, world.mesa.consent)
            let hash: SQL = "(select text_hash from consents where consent_id = \(consent))"
            let attempts: [(Person, String, SQL)] = [
                (
                    house.client, "consent.read",
                    "select from access.sign_consent(\(consent), \(hash), uuid_v7(now()), '', now())"
                ),
                (
                    house.counselor, "consent.read",
                    "select from access.sign_consent(\(consent), \(hash), uuid_v7(now()), '', now())"
                ),
                (house.client, "consent.read", "select from access.revoke_consent(\(consent), '', now())"),
                (house.client, "consent.sign", "select from access.revoke_consent(\(consent), '', now())"),
                (house.client, "consent.sign", "update consents set state = 'signed', signed_at = now(), version = 2"),
                (house.client, "consent.sign", "insert into consent_signatures (practice_id) values (null)"),
                (house.client, "consent.revoke", "insert into consent_revocations (practice_id) values (null)"),
                (house.client, "consent.sign", "insert into consents (practice_id, state) values (null, 'signed')"),
            ]
            for (person, action, statement) in attempts {
                let error = await #expect(throws: PostgresError.self) {
                    try await world.database.server.pipeline(
                        world.enter(person, action, "consent", consent.uuid), Query.run(statement))
                }
                #expect(["42501", "PC404"].contains(error?.sqlState), "\(person.name) \(action)")
            }
            #expect(try await world.state(of: consent) == "requested")
            #expect(try await world.sign(consent, as: house.client)["state"] == "signed")
        }
    }

    @Test func `what was signed is changed and deleted by nobody, the owner of the tables included`() async throws {
        try await withWorld { (world: World) async throws in
            let consent = world.mesa.consent
            #expect(try await world.sign(consent, as: world.mesa.client).status == 200)
            for statement in [
                "update consents set text_hash = sha256('\\x00'), version = version + 1 where consent_id = \(consent)",
                "update consents set signed_at = now(), version = version + 1 where consent_id = \(consent)",
                "update consents set state = 'requested', signed_at = null, version = version + 1 where consent_id = \(consent)",
                "delete from consents where consent_id = \(consent)",
                "update consent_signatures set signer_name = 'Nobody' where consent_id = \(consent)",
                "delete from consent_signatures where consent_id = \(consent)",
            ] as [SQL] {
                let error = await #expect(throws: PostgresError.self) { try await world.run(statement) }
                #expect(["never_changes", "consent_state_does_not_follow"].contains(error?.refusal?.raisedCode))
            }
            #expect(try await world.count("from consent_signatures where consent_id = \(consent)") == 1)
            #expect(
                try await world.count(
                    "from consent_signatures where consent_id = \(consent) and position('unknown'::bytea in address) > 0"
                ) == 0)
        }
    }
}
