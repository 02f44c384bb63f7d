import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// The roster of another day, and of what was believed before.
@Suite struct RosterHistoryTests {
    @Test func `who gets a seat later is not in today's roster, and is in that of the later day`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.superuser(
                "update enrollment_spans set during = '[2026-02-01,)' where enrollment_id = \(house.lonerEnrollment)")
            #expect(try await world.names(house) == ["Archer"])
            #expect(try await world.names(house, "?asOf=2026-01-31") == ["Archer"])
            #expect(try await world.names(house, "?asOf=2026-02-01") == ["Archer", "Dorsey"])
            let later = try await world.roster(house, "?asOf=2026-02-01", as: house.facilitator)
            #expect(later["group"]["seatsTaken"] == 2)
            #expect(later["members"].asArray.map { $0["enrolledSince"] } == ["2025-12-06", "2026-02-01"])
            #expect(later.text == (try await world.roster(house, "?asOf=2026-02-01", as: house.intake)).text)
        }
    }

    @Test func `a withdrawal that is recorded late changes what was, and not what was believed`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.advance(by: .seconds(3 * 86_400))
            try await world.withdraw(house.lonerEnrollment, from: "2025-12-20")
            #expect(try await world.names(house) == ["Archer"])
            #expect(try await world.names(house, "?asOf=2025-12-19") == ["Archer", "Dorsey"])
            #expect(try await world.names(house, "?asOf=2025-12-20") == ["Archer"])
            #expect(
                try await world.names(house, "?asOf=2025-12-20&knownAt=2026-01-06T00:00:00Z") == ["Archer", "Dorsey"])
            #expect(try await world.names(house, "?knownAt=2026-01-06T00:00:00Z") == ["Archer", "Dorsey"])
            #expect(try await world.names(house, "?knownAt=2026-01-08T16:00:00Z") == ["Archer"])
            #expect(try await world.names(house, "?knownAt=2026-01-05T15:59:59.999999Z") == [])
            let then = try await world.roster(house, "?knownAt=2026-01-06T00:00:00Z", as: house.facilitator)
            #expect(then["group"]["seatsTaken"] == 2)
            #expect(then["knownAt"] == "2026-01-06T00:00:00Z")
            #expect(then["asOf"] == "2026-01-08")
        }
    }

    @Test func `a correction of the first day, and a pause, are known from when they were recorded`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.advance(by: .seconds(86_400))
            try await world.close(house.lonerEnrollment)
            try await world.span(house.lonerEnrollment, "active", "[2025-12-10,2026-01-01)")
            try await world.span(house.lonerEnrollment, "paused", "[2026-01-01,)")
            let now = try await world.roster(house, as: house.facilitator)["members"].asArray.last
            #expect(now?["status"] == "paused" && now?["enrolledSince"] == "2025-12-10")
            let first = try await world.roster(house, "?asOf=2025-12-31", as: house.facilitator)["members"].asArray.last
            #expect(first?["status"] == "active" && first?["enrolledSince"] == "2025-12-10")
            let believed = try await world.roster(house, "?knownAt=2026-01-06T15:00:00Z", as: house.facilitator)
            #expect(believed["members"].asArray.last?["status"] == "active")
            #expect(believed["members"].asArray.last?["enrolledSince"] == "2025-12-06")
            #expect(try await world.names(house, "?asOf=2025-12-09") == ["Archer"])
        }
    }

    @Test func `age, facilitators, meetings and homework are those of the day`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.dueYesterday(house.groupHomework, submitted: 1)
            try await world.superuser(
                "update homework set submitted_at = \(world.clock.now), version = version + 1 where homework_id = \(house.groupHomework[0])"
            )
            try await world.mark("absent", house.client, in: house, daysAgo: 2)
            try await world.superuser(
                "update group_facilitators set during = '[2025-11-01,2026-01-05)' where group_id = \(house.group)")
            // Monday 09:00 in Phoenix. Homework was due on Sunday, and handed in today.
            for (day, meetings, done, due, leaders) in [
                ("2025-12-29", 0, 0, 0, 1), ("2026-01-02", 1, 0, 0, 1), ("2026-01-04", 2, 0, 1, 1),
                ("2026-01-05", 2, 1, 1, 0),
            ] {
                let roster = try await world.roster(house, "?asOf=\(day)", as: house.intake)
                let member = try #require(roster["members"].asArray.first)
                #expect(member["attendance"]?["meetings"]?.number == meetings, "\(day)")
                #expect(
                    member["homework"]?["done"]?.number == done && member["homework"]?["due"]?.number == due, "\(day)")
                #expect(roster["facilitators"].asArray.count == leaders, "\(day)")
            }
            let birthday = try await world.roster(house, "?asOf=2026-03-14", as: house.intake)["members"].asArray
            #expect(birthday.first?["age"] == 40)
        }
    }

    @Test func `a meeting in the evening is of its day, whichever day Greenwich has by then`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let meetings = { (day: String) in
                let roster = try await world.roster(house, "?asOf=\(day)", as: house.facilitator)
                return roster["members"].asArray.first?["attendance"]?["meetings"]?.number
            }
            let before = (try await meetings("2026-01-02"), try #require(try await meetings("2026-01-03")))
            // Half past six on Saturday evening in Phoenix is half past one on Sunday in Greenwich.
            try await world.mark("absent", house.client, in: house, daysAgo: 2, at: 570)
            #expect(try await meetings("2026-01-02") == before.0)
            #expect(try await meetings("2026-01-03") == before.1 + 1)
        }
    }

    @Test func `a mark that was corrected is known as it was`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.superuser(
                "update attendance set mark = 'absent', recorded_at = \(world.clock.now) where client_id = \(house.client.clientID)"
            )
            let attended = { (query: String) in
                try await world.roster(house, query, as: house.facilitator)["members"].asArray.first?["attendance"]?[
                    "attended"]
            }
            try await world.superuser("update enrollment_spans set recorded = '[2025-12-06,)'")
            #expect(try await attended("") == 0)
            #expect(try await attended("?knownAt=2026-01-05T15:59:59Z") == 1)
            #expect(try await attended("?knownAt=2026-01-05T16:00:00Z") == 0)
        }
    }

    @Test func `consents are those of the day, as far as they are dated`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.seed(house) { seed in
                _ = seed.consentDocument("group")
                seed.packet("group", ["group"], required: ["group"])
                _ = seed.consent("group", of: house.client, isSigned: true)
                seed.add("set local session_replication_role = replica")
                seed.add("update consents set expires_on = '2026-02-01' where kind = 'group'")
            }
            for (day, status) in [
                ("2026-01-04", "missing"), ("2026-01-05", "in_force"), ("2026-01-31", "in_force"),
                ("2026-02-01", "missing"),
            ] {
                let roster = try await world.roster(house, "?asOf=\(day)", as: house.facilitator)
                #expect(roster["members"].asArray.first?["consents"]?["status"] == .text(status), "\(day)")
            }
        }
    }

    @Test func `what guardians have signed is in force in a roster until the day before the eighteenth birthday`()
        async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let consent = try await world.seed(house) { seed in
                for audience in ["minor", "adult"] { seed.packet(audience, ["treatment"], required: ["treatment"]) }
                seed.add(
                    "update clients set birth_date = '2008-01-08', version = 2 where client_id = \(house.minor.clientID)"
                )
                return seed.consent("treatment", of: house.minor)
            }
            #expect(try await world.sign(consent, as: house.guardian)["state"] == "signed")
            for (day, status) in [("2026-01-07", "in_force"), ("2026-01-08", "missing")] {
                let roster = try await world.request(
                    .get, "/v1/groups/\(house.valorGroup)/roster?asOf=\(day)", as: house.facilitator)
                #expect(roster["members"].asArray.map { $0["consents"]?["status"] } == [.text(status)], "\(day)")
            }
        }
    }

    @Test func `a consent that was revoked later was in force on an earlier day, and as it was known then`()
        async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let consent = try await world.seed(house) { seed in
                _ = seed.consentDocument("group")
                seed.packet("group", ["group"], required: ["group"])
                return seed.consent("group", of: house.client)
            }
            #expect(try await world.sign(consent, as: house.client)["state"] == "signed")
            try await world.advance(by: .seconds(3 * 86_400))
            #expect(try await world.revoke(consent, as: house.client)["state"] == "revoked")
            // Signed on the 5th at 16:00 UTC, revoked on the 8th at that hour.
            for (query, status) in [
                ("", "missing"), ("?asOf=2026-01-04", "missing"), ("?asOf=2026-01-05", "in_force"),
                ("?asOf=2026-01-07", "in_force"), ("?asOf=2026-01-08", "missing"),
                ("?asOf=2026-01-08&knownAt=2026-01-08T15:59:59Z", "in_force"),
                ("?asOf=2026-01-08&knownAt=2026-01-08T16:00:00Z", "missing"),
                ("?asOf=2026-01-07&knownAt=2026-01-08T16:00:00Z", "in_force"),
                ("?asOf=2026-01-05&knownAt=2026-01-05T15:59:59Z", "missing"),
            ] {
                let roster = try await world.roster(house, query, as: house.intake)
                let knows = query.contains("15:59:59Z") && query.contains("01-05&")
                let member = roster["members"].asArray.first { $0["familyName"] == "Archer" }
                #expect(knows ? member == nil : member?["consents"]?["status"] == .text(status), "\(query)")
            }
        }
    }
}

extension World {
    fileprivate func names(_ house: House, _ query: String = "") async throws -> [String] {
        try await roster(house, query, as: house.facilitator)["members"].asArray.compactMap { $0["familyName"]?.text }
    }

    /// Ends what is believed of an enrollment.
    fileprivate func close(_ enrollment: ID<Enrollment>) async throws {
        try await superuser(
            """
            update enrollment_spans set recorded = tstzrange(lower(recorded), \(clock.now))
            where enrollment_id = \(enrollment) and upper_inf(recorded)
            """)
    }

    /// Says what is believed of it from now on.
    fileprivate func span(_ enrollment: ID<Enrollment>, _ status: String, _ during: SQL) async throws {
        try await superuser(
            """
            insert into enrollment_spans
                (practice_id, span_id, enrollment_id, group_id, client_id, status, during, recorded)
            select practice_id, gen_random_uuid(), enrollment_id, group_id, client_id, \(status), '\(during)',
                   tstzrange(\(clock.now), null)
            from enrollments where enrollment_id = \(enrollment)
            """)
    }

    fileprivate func withdraw(_ enrollment: ID<Enrollment>, from day: SQL) async throws {
        try await close(enrollment)
        try await span(enrollment, "active", "[2025-12-06,\(day))")
        try await span(enrollment, "withdrawn", "[\(day),)")
    }
}

extension JSONValue {
    fileprivate var number: Int? { if case .number(let number) = self { Int(number.text) } else { nil } }
}
