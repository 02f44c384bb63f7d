import HTTPTypes
import JSON
import Postgres
import Practice
import Testing
import TestSupport

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
                update group_facilitators set during = '[2025-12-30,2026-01-06)' where group_id = \(house.group)
                """)
            #expect(try await world.request(.get, lead).text.contains("STATUS:CONFIRMED"))
            try await world.run("delete from attendance where meeting_id = \(house.meeting)")
            try await world.run("update meetings set cancelled = true, version = 2 where meeting_id = \(house.meeting)")
            let cancelled = try await world.request(.get, lead).text
            #expect(cancelled.contains("STATUS:CANCELLED") && cancelled.contains("SEQUENCE:1"))
            try await world.run(
                """
                update group_facilitators set during = '[2025-12-31,2026-01-06)' where group_id = \(house.group)
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
            let once = try await world.request(
                .post, "/v1/me/calendar-feeds", as: house.client, json: [:], idempotencyKey: "once")
            let again = try await world.request(
                .post, "/v1/me/calendar-feeds", as: house.client, json: [:], idempotencyKey: "once")
            #expect(once.status == 201 && once["path"].text != nil)
            // The address is told once: who has not heard it revokes it and makes another.
            #expect(again.status == 201 && again["id"] == once["id"] && again["path"] == .null)
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

    @Test(arguments: ["[2025-12-01,2026-01-05)", "[2026-01-06,)"])
    func `a tie that has ended, or has not begun, shows nothing, and one that holds does`(days: String) async throws {
        try await withWorld { world in
            let house = world.mesa
            let lead = try await address(of: house.facilitator, world)
            let sit = try await address(of: house.client, world)
            for path in [lead, sit] { #expect(try await world.request(.get, path).text.contains("VEVENT")) }
            // The meeting is on a day on which the tie held; today it does not.
            let more = days.hasPrefix("[2026") ? "[2025-12-01,2026-01-04)" : nil
            try await world.run(
                "update group_facilitators set during = \(days)::daterange where group_id = \(house.group)")
            try await world.run(
                """
                update enrollment_spans set during = \(days)::daterange where enrollment_id = \(house.enrollment)
                """)
            if let more {
                try await world.run(
                    """
                    insert into group_facilitators (practice_id, group_id, account_id, during)
                    values (\(house.id), \(house.group), \(house.facilitator.accountID), \(more)::daterange)
                    """)
            }
            for path in [lead, sit] {
                let calendar = try await world.request(.get, path)
                #expect(calendar.status == 200 && !calendar.text.contains("VEVENT"))
            }
            #expect(try await world.count("from meetings where meeting_id = \(house.meeting)") == 1)
        }
    }

    @Test func `an address ends with a role that it was made in, for good`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.setRoles(of: house.facilitator, [.counselor, .supervisor])
            let path = try await address(of: house.facilitator, world)
            try await world.setRoles(of: house.facilitator, [.supervisor, .counselor, .admin])
            #expect(try await world.request(.get, path).text.contains("VEVENT"))
            try await world.setRoles(of: house.facilitator, [.supervisor])
            let never = Token(practiceID: house.id, in: world.surroundings).text
            let ended = try await world.request(.get, path)
            let unknown = try await world.request(.get, "/v1/calendars/\(never).ics")
            #expect(ended.status == 404 && ended.withoutRequestID == unknown.withoutRequestID)
            let listed = try await world.request(.get, "/v1/me/calendar-feeds", as: house.facilitator)
            #expect(listed.items.count == 1 && listed.items[0]["revokedAt"] != .null)
            try await world.setRoles(of: house.facilitator, [.supervisor, .counselor])
            #expect(try await world.request(.get, path).status == 404)
            #expect(try await world.request(.get, try await address(of: house.facilitator, world)).status == 200)
        }
    }

    @Test func `what ends it is asked at each reading too, whatever has written it down`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (lead, sit) = (
                try await address(of: house.facilitator, world), try await address(of: house.client, world)
            )
            try await world.run("alter table accounts disable trigger feeds_end")
            for (change, path) in [
                (
                    "update accounts set roles = '{admin}', version = version + 1 where account_id = '\(house.facilitator.accountID)'",
                    lead
                ),
                (
                    "update accounts set disabled_at = now(), version = version + 1 where account_id = '\(house.client.accountID)'",
                    sit
                ),
            ] {
                #expect(try await world.request(.get, path).status == 200)
                try await world.seed(house) { $0.add(SQL(unsafe: change)) }
                #expect(try await world.request(.get, path).status == 404)
            }
            #expect(try await world.count("from calendar_feeds where revoked_at is not null") == 0)
        }
    }

    @Test(arguments: ["inactive", "deceased"])
    func `the address of who is a client no more is nothing`(status: String) async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = try await address(of: house.client, world)
            try await world.seed(house) {
                $0.add(
                    """
                    update clients set status = \(status), version = version + 1
                    where client_id = \(house.client.clientID)
                    """)
            }
            #expect(try await world.request(.get, path).status == 404)
            try await world.seed(house) {
                $0.add(
                    """
                    update clients set status = 'active', version = version + 1
                    where client_id = \(house.client.clientID)
                    """)
            }
            // A death has ended the sign-in, and with it every address that it had given (decision 0030).
            #expect(try await world.request(.get, path).status == (status == "inactive" ? 200 : 404))
        }
    }

    @Test func `who tries an address that was never given is in the audit of the practice it names`() async throws {
        try await withWorld { world in
            let never = Token(practiceID: world.mesa.id, in: world.surroundings).text
            let nowhere = Token(practiceID: world.surroundings.id(), in: world.surroundings).text
            for secret in [never, nowhere] {
                #expect(try await world.request(.get, "/v1/calendars/\(secret).ics").status == 404)
                #expect(try await world.request(.get, "/v1/invitations/\(secret)").status == 404)
            }
            let found = try await world.database.superuser.pipeline(
                Query.rows(
                    "select concat_ws(' ', action, kind, outcome) from audit_events order by audit_event_id"
                ) { try $0.next(String.self) })
            #expect(found == ["me.read calendar_feed not_found", "invitation.open none not_found"])
        }
    }

    private func address(of person: Person, _ world: World) async throws -> String {
        let made = try await world.request(.post, "/v1/me/calendar-feeds", as: person, json: [:])
        return try #require(made["path"].text, "\(made.text)")
    }
}
