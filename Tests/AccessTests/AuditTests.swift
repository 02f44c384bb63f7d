import Foundation
import JSON
import Postgres
import Practice
import Synchronization
import Testing
import TestSupport

@Suite struct AuditTests {
    @Test func `an untouched audit verifies, sealed or not`() async throws {
        try await withAudit(rows: 7) { audit in
            #expect(try await audit.verify().findings == [])
            #expect(try await audit.seal() == 7)
            try await audit.write(2)
            let (findings, summary) = try await audit.verify()
            #expect(findings == [])
            #expect((summary.events, summary.unsealed, summary.seals) == (9, 2, 3))
            #expect(summary.head?.number == 3)
        }
    }

    @Test func `a change that answers with what reading shows is one request`() async throws {
        try await withAudit(rows: 1) { audit in
            let (world, house) = (audit.world, audit.world.mesa)
            let path = "/v1/clients/\(house.client.clientID)"
            let changed = try await world.request(
                .patch, path, as: house.intake, json: ["pronouns": "he/him"], ifMatch: 1)
            #expect(changed.status == 200, "\(changed.text)")
            #expect(try await audit.verify().findings == [])
        }
    }

    @Test func `sealing again seals only what came since, and follows on`() async throws {
        try await withAudit(rows: 2) { audit in
            #expect(try await audit.seal() == 2)
            #expect(try await audit.seal() == 0)
            try await audit.write(1)
            #expect(try await audit.seal() == 1)
            let (findings, summary) = try await audit.verify()
            #expect(findings == [])
            #expect(summary.seals == 2)
        }
    }

    @Test func `a long backlog is sealed as far as time allows, and the rest later`() async throws {
        try await withAudit(rows: 10) { audit in
            let batches = Mutex(2)
            let sealed = try await audit.sealer.seal(
                practice: audit.world.mesa.id,
                while: {
                    batches.withLock { left in
                        left -= 1
                        return left >= 0
                    }
                })
            #expect(sealed == 6)
            #expect(try await audit.seal() == 4)
            let (findings, summary) = try await audit.verify()
            #expect(findings == [])
            #expect((summary.unsealed, summary.seals) == (0, 4))
        }
    }

    @Test func `sealers that work at the same time make one chain`() async throws {
        try await withAudit(rows: 20) { audit in
            let sealed = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await audit.seal() } }
                return try await group.reduce(0, +)
            }
            #expect(sealed == 20)
            #expect(try await audit.verify().findings == [])
        }
    }

    @Test(arguments: [
        "at = at + interval '1 second'", "account_id = gen_random_uuid()", "sign_in_id = null", "role = 'owner'",
        "relation = 'any'", "action = 'client.change'", "kind = 'group'", "resource_id = null", "client_ids = '{}'",
        "client_ids = array[[gen_random_uuid()]]", "at = 'infinity'", "outcome = 'role_can_never'",
    ])
    func `a changed column of a sealed row breaks its seal`(change: String) async throws {
        try await withAudit(rows: 7) { audit in
            try await audit.seal()
            try await audit.tamper("update audit_events set \(SQL(unsafe: change)) where audit_event_id = 5")
            let findings = try await audit.verify().findings
            #expect(findings.contains(.sealBroken(seal: 2, rows: 3, rowsSealed: 3)))
        }
    }

    @Test func `a row with another request id, or another proof, was not asked for`() async throws {
        try await withAudit(rows: 3) { audit in
            try await audit.tamper("update audit_events set request_id = gen_random_uuid() where audit_event_id = 2")
            try await audit.tamper("update audit_events set proof = '\\x00' where audit_event_id = 3")
            #expect(try await audit.verify().findings == [.rowNotAsked(event: 2), .rowNotAsked(event: 3)])
        }
    }

    @Test func `a removed row is missing under its seal`() async throws {
        try await withAudit(rows: 7) { audit in
            try await audit.seal()
            try await audit.tamper("delete from audit_events where audit_event_id = 2")
            #expect(try await audit.verify().findings == [.sealBroken(seal: 1, rows: 2, rowsSealed: 3)])
        }
    }

    @Test func `a row taken out of its seal is missing there`() async throws {
        try await withAudit(rows: 4) { audit in
            try await audit.seal()
            try await audit.tamper("update audit_events set seal_number = null where audit_event_id = 2")
            #expect(try await audit.verify().findings == [.sealBroken(seal: 1, rows: 2, rowsSealed: 3)])
        }
    }

    @Test func `an inserted row has no proof, before and after sealing`() async throws {
        try await withAudit(rows: 2) { audit in
            try await audit.insert(request: "gen_random_uuid()", proof: "'\\x00112233445566778899aabbccddeeff'")
            #expect(try await audit.verify().findings == [.rowNotAsked(event: 3)])
            try await audit.seal()
            #expect(try await audit.verify().findings == [.rowNotAsked(event: 3)])
        }
    }

    /// Also as one of those that follow from a request for others: about another kind of thing, or of another person.
    @Test(arguments: [("client.read", nil), ("couple.end", nil), ("couple.end", "client"), ("couple.end", "couple")])
    func `an inserted row that borrows the proof of a request contradicts that request`(action: String, kind: String?)
        async throws
    {
        try await withAudit(rows: 2) { audit in
            let request = try await audit.value(
                "select request_id from audit_events where audit_event_id = 1", UUID.self)
            try await audit.insert(
                request: "(select request_id from audit_events where audit_event_id = 1)",
                proof: "(select proof from audit_events where audit_event_id = 1)", action: action, kind: kind)
            #expect(try await audit.verify().findings == [.requestContradicted(request: request, event: 3)])
        }
    }

    @Test func `that a couple ends with a death follows from the request that told of it, and contradicts nothing`()
        async throws
    {
        try await withAudit(rows: 1) { audit in
            let (world, house) = (audit.world, audit.world.mesa)
            let chart = "/v1/clients/\(house.client.clientID)"
            let seen = try await world.request(.get, chart, as: house.intake).version
            let died = try await world.request(
                .patch, chart, as: house.intake, json: ["diedOn": "2026-01-03"], ifMatch: seen)
            #expect(died.status == 200, "\(died.text)")
            let beside = try await audit.value(
                "select count(*) from audit_events where action = 'couple.end'", Int.self)
            #expect(beside == 1)
            #expect(try await audit.verify().findings == [])
        }
    }

    @Test func `a row inserted under a seal breaks it`() async throws {
        try await withAudit(rows: 3) { audit in
            try await audit.seal()
            try await audit.insert(request: "gen_random_uuid()", proof: "'\\x00'", seal: 1)
            let findings = try await audit.verify().findings
            #expect(Set(findings) == [.rowNotAsked(event: 4), .sealBroken(seal: 1, rows: 4, rowsSealed: 3)])
        }
    }

    @Test func `two rows that changed places break their seal`() async throws {
        try await withAudit(rows: 3) { audit in
            try await audit.seal()
            try await audit.tamper(
                """
                update audit_events e set (request_id, proof) =
                    (select o.request_id, o.proof from audit_events o where o.audit_event_id = 3 - e.audit_event_id)
                where audit_event_id in (1, 2)
                """)
            #expect(try await audit.verify().findings == [.sealBroken(seal: 1, rows: 3, rowsSealed: 3)])
        }
    }

    @Test func `a seal that was made without the key is no seal`() async throws {
        try await withAudit(rows: 3) { audit in
            try await audit.seal()
            try await audit.tamper("update audit_seals set seal = sha256(seal)")
            #expect(try await audit.verify().findings == [.sealBroken(seal: 1, rows: 3, rowsSealed: 3)])
            try await audit.tamper("update audit_seals set sealed_at = sealed_at - interval '1 day'")
            #expect(try await audit.verify().findings == [.sealBroken(seal: 1, rows: 3, rowsSealed: 3)])
        }
    }

    @Test func `a seal removed from the middle is missing, with its rows and without`() async throws {
        try await withAudit(rows: 9) { audit in
            try await audit.seal()
            try await audit.tamper("delete from audit_seals where seal_number = 2")
            #expect(try await audit.verify().findings == [.rowsWithoutTheirSeal(seal: 2, rows: 3)])
            try await audit.tamper("delete from audit_events where seal_number = 2")
            #expect(try await audit.verify().findings == [.sealsMissing(2...2)])
            try await audit.tamper("update audit_seals set seal_number = 2 where seal_number = 3")
            try await audit.tamper("update audit_events set seal_number = 2 where seal_number = 3")
            let findings = try await audit.verify().findings
            #expect(findings == [.sealUnlinked(seal: 2), .sealBroken(seal: 2, rows: 3, rowsSealed: 3)])
        }
    }

    @Test func `a tail cut off shows against the head that was remembered, and only there`() async throws {
        try await withAudit(rows: 9) { audit in
            try await audit.seal()
            let head = try #require(try await audit.verify().summary.head)
            #expect(AuditHead("\(head)") == head)
            #expect(try await audit.verify(remembered: head).findings == [])
            try await audit.tamper("delete from audit_events where seal_number = 3")
            try await audit.tamper("delete from audit_seals where seal_number = 3")
            #expect(try await audit.verify().findings == [])
            #expect(try await audit.verify(remembered: head).findings == [.chainCut(remembered: 3)])
            try await audit.write(1)
            try await audit.seal()
            #expect(try await audit.verify().findings == [])
            #expect(try await audit.verify(remembered: head).findings == [.chainRewritten(remembered: 3)])
        }
    }

    @Test func `the chain of one practice says nothing about another`() async throws {
        try await withAudit(rows: 3) { audit in
            try await audit.sealer.seal()
            #expect(try await audit.verifier.verify(practice: audit.world.tempe.id).findings == 0)
            try await audit.tamper("update audit_seals set practice_id = \(audit.world.tempe.id)")
            try await audit.tamper("update audit_events set practice_id = \(audit.world.tempe.id)")
            #expect(try await audit.verifier.verify(practice: audit.world.tempe.id).findings == 1)
        }
    }

    @Test func `a row that a long transaction commits late is sealed late, and nothing is missing`() async throws {
        try await withAudit(rows: 2) { audit in
            try await audit.tamper(
                "update audit_events set practice_id = \(audit.world.tempe.id) where audit_event_id = 1")
            #expect(try await audit.seal() == 1)
            audit.world.clock.advance(by: .seconds(3_600))
            try await audit.tamper("update audit_events set practice_id = \(audit.world.mesa.id)")
            #expect(try await audit.seal() == 0)
            #expect(try await audit.seal(.everything) == 1)
            #expect(try await audit.verify().findings == [])
        }
    }
}
