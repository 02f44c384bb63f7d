import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What does not begin without the consents that the practice requires: the seat, the couple's note, a minor's treatment.
@Suite struct ConsentGateTests {
    @Test func `a seat waits for the group's consents, and the refusal says which`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (eve, consents) = try await world.seed(house) { seed in
                let eve = try seed.client("Eve Ellis")
                for kind in ["promise", "safety"] { _ = seed.consentDocument(kind) }
                seed.packet("group", ["promise", "safety"], required: ["promise", "safety"])
                return (eve, [seed.consent("promise", of: eve), seed.consent("safety", of: eve)])
            }
            let path = "/v1/groups/\(house.group)/enrollments"
            let seat: JSONValue = ["clientId": .text("\(eve.clientID)")]
            let refused = try await world.request(.post, path, as: house.intake, json: seat)
            #expect(refused.status == 409 && refused.code == "consent_missing")
            #expect(
                refused["detail"]
                    == "What is missing: promise, safety. Ask for what nobody has asked for yet, and have it signed.")
            let waiting = try await world.request(
                .post, path, as: house.intake, json: ["clientId": .text("\(eve.clientID)"), "status": "waitlisted"])
            #expect(waiting.status == 201, "who waits has no seat yet")
            let one = waiting.headers["location"] ?? ""
            #expect(try await world.sign(consents[0], as: eve)["state"] == "signed")
            let offered = try await world.step(one, "offered", as: house.intake)
            #expect(
                offered.code == "consent_missing"
                    && offered["detail"]
                        == "What is missing: safety. Ask for what nobody has asked for yet, and have it signed."
            )
            // Consents are not the leader's to see: what lies in the chart is one word to whoever does not read it.
            let byLeader = try await world.step(one, "offered", as: house.facilitator)
            #expect(byLeader.code == "not_placeable" && !byLeader.text.contains("safety"))
            #expect(try await world.sign(consents[1], as: eve)["state"] == "signed")
            #expect(try await world.step(one, "offered", as: house.facilitator).status == 200)
            #expect(try await world.revoke(consents[0], as: eve)["state"] == "revoked")
            let taken = try await world.step(one, "active")
            #expect(
                taken.code == "consent_missing"
                    && taken["detail"]
                        == "What is missing: promise. Ask for what nobody has asked for yet, and have it signed."
            )
            #expect(try await world.status(of: one) == "offered")
            let tempe = try await world.request(
                .post, "/v1/groups/\(world.tempe.group)/enrollments", as: world.tempe.intake,
                json: ["clientId": .text("\(world.tempe.minor.clientID)")])
            #expect(tempe.status == 201, "the rules of one practice are not the other's")
        }
    }

    @Test func `who waits for a seat is asked for what members sign, and not again`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let eve = try await world.seed(house) { seed in
                let eve = try seed.client("Eve Ellis")
                for kind in ["promise", "safety", "photos"] { _ = seed.consentDocument(kind) }
                seed.packet("group", ["promise", "safety", "photos"], required: ["promise"])
                _ = seed.consent("promise", of: eve)
                _ = seed.consent("safety", of: eve, isSigned: true)
                return eve
            }
            let waiting = try await world.request(
                .post, "/v1/groups/\(house.group)/enrollments", as: house.intake,
                json: ["clientId": .text("\(eve.clientID)"), "status": "waitlisted"])
            #expect(waiting.status == 201)
            let asked = try await world.request(.get, "/v1/clients/\(eve.clientID)/consents", as: eve)
            #expect(asked.all("kind").sorted() == ["photos", "promise", "safety"])
            #expect(asked.items.first { $0["kind"] == "photos" }?["state"] == "requested")
        }
    }

    @Test func `a minor's seat waits for the guardians' consent to treatment too`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let consent = try await world.seed(house) { seed in
                seed.packet("minor", ["treatment"], required: ["treatment"])
                return seed.consent("treatment", of: house.minor)
            }
            let path = "/v1/groups/\(house.group)/enrollments"
            let seat: JSONValue = ["clientId": .text("\(house.minor.clientID)")]
            #expect(try await world.request(.post, path, as: house.intake, json: seat).code == "consent_missing")
            #expect(try await world.sign(consent, as: house.guardian)["state"] == "signed")
            #expect(try await world.request(.post, path, as: house.intake, json: seat).status == 201)
        }
    }

    @Test func `a couple's note waits for both partners, and for the consents of that couple`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (his, hers) = try await world.seed(house) { seed in
                _ = seed.consentDocument("confidences", ofCouple: true)
                seed.packet("partner", ["confidences"], required: ["confidences"])
                return (seed.consent("confidences", of: house.client), seed.consent("confidences", of: house.partner))
            }
            let path = "/v1/couples/\(house.couple)/notes"
            let note: JSONValue = ["heldAt": "2026-01-05T15:00:00Z", "body": "They listened."]
            #expect(try await world.request(.post, path, as: house.counselor, json: note).code == "consent_missing")
            let signed = try await world.sign(his, as: house.client)
            #expect(signed["state"] == "signed" && signed["coupleId"] == .text("\(house.couple)"))
            let half = try await world.request(.post, path, as: house.counselor, json: note)
            #expect(
                half.code == "consent_missing"
                    && half["detail"]
                        == "What is missing: confidences. Ask for what nobody has asked for yet, and have it signed."
            )
            #expect(try await world.sign(hers, as: house.partner)["state"] == "signed")
            #expect(try await world.request(.post, path, as: house.counselor, json: note).status == 201)
            let own = try await world.request(
                .post, "/v1/clients/\(house.client.clientID)/notes", as: house.counselor, json: note)
            #expect(own.status == 201, "his own chart asks for nothing")

            // What is kept between them is chosen anew, and what was signed was another policy.
            #expect(signed["confidentiality"] == "limited")
            let chosen = try await world.request(
                .patch, "/v1/couples/\(house.couple)", as: house.counselor, json: ["confidentiality": "no_secrets"],
                ifMatch: 1)
            #expect(chosen.status == 200)
            #expect(try await world.request(.post, path, as: house.counselor, json: note).code == "consent_missing")
            for partner in [house.client, house.partner] {
                let asked = try await world.request(
                    .post, "/v1/clients/\(partner.clientID)/consents", as: house.intake, json: ["kind": "confidences"])
                #expect(asked["confidentiality"] == "no_secrets")
                let id = try #require(asked["id"].text.flatMap { ID<Consent>($0) })
                #expect(try await world.sign(id, as: partner)["state"] == "signed")
            }
            #expect(try await world.request(.post, path, as: house.counselor, json: note).status == 201)

            // Another couple begins anew: what was agreed with one partner says nothing about the next.
            let next = try await world.seed(house) { seed in
                seed.add(
                    """
                    update couple_members set during = daterange(lower(during), \(seed.today))
                    where practice_id = \(house.id) and couple_id = \(house.couple)
                    """)
                return seed.couple(house.client, house.loner, from: seed.today, treatedBy: house.counselor)
            }
            for partner in [house.loner, house.client] {
                let other = try await world.request(.post, "/v1/couples/\(next)/notes", as: house.counselor, json: note)
                #expect(other.code == "consent_missing", "\(partner.name) has not signed for this couple")
                let asked = try await world.request(
                    .post, "/v1/clients/\(partner.clientID)/consents", as: house.intake, json: ["kind": "confidences"])
                let id = try #require(asked["id"].text.flatMap { ID<Consent>($0) }, "\(asked.text)")
                #expect(try await world.sign(id, as: partner)["coupleId"] == .text("\(next)"))
            }
            let both = try await world.request(.post, "/v1/couples/\(next)/notes", as: house.counselor, json: note)
            #expect(both.status == 201)
        }
    }

    @Test func `who is in no couple is not asked for a couple's consent`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            _ = try await world.seed(house) { $0.consentDocument("confidences", ofCouple: true) }
            let refused = try await world.request(
                .post, "/v1/clients/\(house.loner.clientID)/consents", as: house.intake, json: ["kind": "confidences"])
            #expect(refused.status == 409 && refused.code == "not_in_a_couple")
        }
    }

    @Test func `a minor's notes and homework wait for the guardians, an adult's do not`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let consent = try await world.seed(house) { seed in
                seed.packet("minor", ["treatment"], required: ["treatment"])
                return seed.consent("treatment", of: house.minor)
            }
            let note: JSONValue = ["heldAt": "2026-01-05T15:00:00Z", "body": "He spoke about school."]
            let homework: JSONValue = [
                "exerciseId": .text("\(house.exercise)"),
                "schedule": [
                    "repeats": "once", "startsOn": "2026-01-05", "dueOn": "2026-01-07", "dueTime": "20:00",
                    "timeZone": "America/Phoenix",
                ],
            ]
            let minor = "/v1/clients/\(house.minor.clientID)"
            let adult = "/v1/clients/\(house.client.clientID)"
            for (path, body) in [("notes", note), ("homework", homework)] {
                let refused = try await world.request(.post, "\(minor)/\(path)", as: house.counselor, json: body)
                #expect(refused.status == 409 && refused.code == "consent_missing", "\(path)")
                #expect(
                    refused["detail"]
                        == "What is missing: treatment. Ask for what nobody has asked for yet, and have it signed.")
                #expect(
                    try await world.request(.post, "\(adult)/\(path)", as: house.counselor, json: body).status == 201)
            }
            #expect(try await world.sign(consent, as: house.guardian)["state"] == "signed")
            for (path, body) in [("notes", note), ("homework", homework)] {
                #expect(
                    try await world.request(.post, "\(minor)/\(path)", as: house.counselor, json: body).status == 201)
            }
        }
    }

    @Test func `a consent that has run out is in force no longer, to the day`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let consent = try await world.seed(house) { seed in
                _ = seed.consentDocument("yearly", validMonths: 1)
                seed.packet("adult", ["yearly"], required: ["yearly"])
                return seed.consent("yearly", of: house.client)
            }
            #expect(try await world.sign(consent, as: house.client)["expiresOn"] == "2026-02-05")
            let note: JSONValue = ["heldAt": "2026-01-05T15:00:00Z", "body": "He called her."]
            let path = "/v1/clients/\(house.client.clientID)/notes"
            // To 23:59 in Phoenix of the last day, and one minute on.
            try await world.advance(by: .seconds(30 * 86_400 + 15 * 3_600 - 60))
            #expect(try await world.request(.post, path, as: house.counselor, json: note).status == 201)
            try await world.advance(by: .seconds(60))
            let refused = try await world.request(.post, path, as: house.counselor, json: note)
            #expect(refused.code == "consent_missing")
            #expect(try await world.state(of: consent) == "expired")
            #expect(try await world.revoke(consent, as: house.client).code == "consent_is_expired")
        }
    }
}
