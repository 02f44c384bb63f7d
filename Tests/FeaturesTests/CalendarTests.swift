import HTTPTypes
import Postgres
import Practice
import TestSupport
import Testing

/// Secret addresses for calendar programs.
@Suite struct CalendarTests {
    @Test func `who leads and who sits in a group reads when it meets, and nothing else`() async throws {
        try await withWorld { world in
            let house = world.mesa
            for person in [house.facilitator, house.client] {
                let calendar = try await world.request(.get, try await address(of: person, world))
                #expect(calendar.status == 200)
                #expect(calendar.headers["content-type"] == "text/calendar; charset=utf-8")
                let lines = calendar.text.split(separator: "\r\n")
                #expect(lines.filter { $0 == "BEGIN:VEVENT" }.count == 1)
                #expect(lines.contains("UID:\(house.meeting)") && lines.contains("DTSTART:20251231T010000Z"))
                for betrayal in ["Tuesday", "SABR", "Mesa", "Adam", "Archer", "Dan", "Fay", "group"] {
                    #expect(!calendar.text.lowercased().contains(betrayal.lowercased()), "\(betrayal)")
                }
            }
            for person in [house.newcomer, house.partner, house.guardian] {
                let calendar = try await world.request(.get, try await address(of: person, world))
                #expect(calendar.status == 200 && !calendar.text.contains("VEVENT"))
            }
        }
    }

    @Test func `a meeting is in the calendar on the days on which one leads, or has a seat and is not paused`()
        async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let (lead, sit) = (
                try await address(of: house.facilitator, world), try await address(of: house.client, world)
            )
            // The meeting is on 2025-12-30 in Phoenix, and on the last day of the year in UTC.
            try await world.run(
                """
                update enrollment_spans set status = 'paused' where enrollment_id = \(house.enrollment)
                """)
            #expect(!(try await world.request(.get, sit).text.contains("VEVENT")))
            try await world.run(
                """
                update group_facilitators set during = '[2025-12-01,2025-12-31)' where group_id = \(house.group)
                """)
            #expect(try await world.request(.get, lead).text.contains("STATUS:CONFIRMED"))
            try await world.run("delete from attendance where meeting_id = \(house.meeting)")
            try await world.run("update meetings set cancelled = true, version = 2 where meeting_id = \(house.meeting)")
            let cancelled = try await world.request(.get, lead).text
            #expect(cancelled.contains("STATUS:CANCELLED") && cancelled.contains("SEQUENCE:1"))
            try await world.run(
                """
                update group_facilitators set during = '[2025-12-01,2025-12-30)' where group_id = \(house.group)
                """)
            #expect(!(try await world.request(.get, lead).text.contains("VEVENT")))
        }
    }

    @Test func `an address is shown once, listed without its secret, and revoked for good`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await world.request(.post, "/v1/me/calendar-feeds", as: house.client, json: [:])
            #expect(made.status == 201)
            let (path, id) = (try #require(made["path"].text), try #require(made["id"].text))
            #expect(path.hasPrefix("/v1/calendars/") && path.hasSuffix(".ics"))
            #expect(try await world.request(.get, String(path.dropLast(4))).status == 200)
            let list = try await world.request(.get, "/v1/me/calendar-feeds", as: house.client)
            #expect(list.items.map { $0["lastReadAt"] } == ["2026-01-05T16:00:00Z"])
            #expect(!list.text.contains(path.dropFirst(14).dropLast(4)))
            #expect(try await world.request(.get, "/v1/me/calendar-feeds", as: house.loner).items.isEmpty)
            let theirs = "/v1/me/calendar-feeds/\(id)"
            for stranger in [house.loner, house.owner, world.tempe.client] {
                #expect(try await world.request(.delete, theirs, as: stranger).status == 404)
            }
            #expect(try await world.request(.get, path).status == 200)
            for _ in 1...2 { #expect(try await world.request(.delete, theirs, as: house.client).status == 204) }
            #expect(try await world.request(.get, path).status == 404)
        }
    }

    @Test func `an address that was never given is nothing, and a disabled account's is nothing any more`() async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let path = try await address(of: house.facilitator, world)
            let foreign = Token(practiceID: world.tempe.id, from: ["calendar_feed", "1"], with: world.keys).text
            let other = try await world.request(.get, "/v1/calendars/\(foreign).ics")
            let short = try await world.request(.get, "/v1/calendars/abc.ics")
            #expect(other.status == 404 && short.status == 404 && other.withoutRequestID == short.withoutRequestID)
            #expect(try await world.request(.get, path + "?name=x").status == 400)
            try await world.run(
                """
                update accounts set disabled_at = \(world.clock.now), version = version + 1
                where account_id = \(house.facilitator.accountID)
                """)
            #expect(try await world.request(.get, path).status == 404)
        }
    }

    @Test func `an account has five addresses at a time, and the same request under one key makes one`() async throws {
        try await withWorld { world in
            let house = world.mesa
            var paths: Set<String> = []
            for _ in 1...2 {
                let made = try await world.request(
                    .post, "/v1/me/calendar-feeds", as: house.client, json: [:], idempotencyKey: "once")
                paths.insert(try #require(made["path"].text))
            }
            #expect(paths.count == 1)
            for _ in 2...5 { _ = try await address(of: house.client, world) }
            let sixth = try await world.request(.post, "/v1/me/calendar-feeds", as: house.client, json: [:])
            #expect(sixth.status == 409 && sixth.code == "too_many_feeds")
            let named = try await world.request(
                .post, "/v1/me/calendar-feeds", as: house.client, json: ["name": "Phone"])
            #expect(named.faults == ["/name unknown_member"])
            #expect(try await world.request(.post, "/v1/me/calendar-feeds", json: [:]).status == 401)
        }
    }

    @Test func `a read is in the audit, with the account and the client whose days it shows`() async throws {
        try await withWorld { world in
            let house = world.mesa
            _ = try await world.request(.get, try await address(of: house.client, world))
            let found = try await world.count(
                """
                from audit_events where kind = 'calendar_feed' and account_id = \(house.client.accountID)
                    and client_ids = array[\(house.client.clientID)]::uuid[] and outcome = 'allowed'
                """)
            #expect(found == 1)
        }
    }

    private func address(of person: Person, _ world: World) async throws -> String {
        let made = try await world.request(.post, "/v1/me/calendar-feeds", as: person, json: [:])
        return try #require(made["path"].text, "\(made.text)")
    }
}
