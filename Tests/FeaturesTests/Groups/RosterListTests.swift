import JSON
import Postgres
import Practice
import Testing
import TestSupport
import WebAPI

/// The rosters of all groups: whole, or with masked rows where the reader may know a number and not a person.
@Suite struct RosterListTests {
    @Test func `the desk reads every group, page by page, in order, each with its whole roster`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let first = try await world.request(.get, "/v1/rosters?limit=1", as: house.intake)
            #expect(first.items.map { $0["group"]?["name"] } == ["Tuesday"])
            #expect(first.items[0]["members"]?.asArray.map { $0["familyName"] } == ["Archer", "Dorsey"])
            #expect(first["asOf"] == "2026-01-05" && first["knownAt"] == .null)
            let again = try await world.request(.get, "/v1/rosters?limit=1", as: house.intake)
            #expect(first.body == again.body && first.headers["etag"] == again.headers["etag"])
            let next = try #require(first["next"].text)
            let second = try await world.request(.get, "/v1/rosters?limit=1&cursor=\(next)", as: house.intake)
            #expect(second.items.map { $0["group"]?["name"] } == ["Valor"])
            #expect(second.items[0]["members"]?.asArray.map { $0["familyName"] } == ["Carter"])
            #expect(second["next"] == .null && second["hash"] != first["hash"])
        }
    }

    @Test func `a program's groups, of a day`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let other = try await world.seed(house) { seed in
                let program = seed.program("Another")
                _ = seed.group("Empty", in: program)
                return program
            }
            let answer = try await world.request(
                .get, "/v1/rosters?programId=\(other)&asOf=2025-01-01", as: house.owner)
            #expect(answer.items.map { $0["group"]?["name"] } == ["Empty"])
            #expect(answer.items[0]["members"]?.asArray.isEmpty == true)
            let all = try await world.request(.get, "/v1/rosters?asOf=2025-12-06", as: house.owner)
            #expect(all.items.map { $0["group"]?["name"] } == ["Empty", "Tuesday", "Valor"])
            #expect(all.items.map { $0["members"]?.asArray.count } == [0, 2, 1])
            let nobody = try await world.request(.get, "/v1/rosters?programId=\(world.tempe.program)", as: house.owner)
            #expect(nobody.items.isEmpty && nobody["asOf"] == "2026-01-05")
        }
    }

    @Test func `of groups that are not one's own there are numbers, seat by seat, and nobody`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.seed(house) { seed in
                let other = seed.group("Wednesday", in: house.program, facilitatedBy: house.newcomer)
                _ = seed.enrollment(of: house.partner, in: other)
                _ = seed.enrollment(of: house.minor, in: other, status: "paused")
                _ = seed.enrollment(of: house.loner, in: other, status: "waitlisted")
            }
            let answer = try await world.request(.get, "/v1/rosters", as: house.facilitator)
            #expect(answer.items.map { $0["group"]?["name"] } == ["Tuesday", "Valor", "Wednesday"])
            #expect(answer.items[0]["members"]?.asArray.count == 2)
            let masked = try #require(answer.items.last)
            #expect(
                masked["members"]?.asArray == [
                    try JSONValue(parsing: Array(#"{"masked":true,"status":"active"}"#.utf8)),
                    try JSONValue(parsing: Array(#"{"masked":true,"status":"paused"}"#.utf8)),
                ])
            #expect(masked["group"]?["seatsTaken"] == 2 && masked["group"]?["waitlistLength"] == 1)
            #expect(masked["facilitators"]?.asArray.map { $0["name"] } == ["Nora Novak"])
            #expect(!answer.text.contains("Beth"))
            // She leads it since November 6th.
            for (day, names) in [("2025-11-06", ["Nora Novak"]), ("2025-11-05", [])] as [(String, [JSONValue])] {
                let then = try await world.request(.get, "/v1/rosters?asOf=\(day)", as: house.facilitator)
                #expect(then.items.last?["facilitators"]?.asArray.map { $0["name"] } == names, "\(day)")
            }

            let mirrored = try await world.request(.get, "/v1/rosters", as: house.newcomer)
            #expect(mirrored.items.map { $0["members"]?.asArray.filter { $0["masked"] != nil }.count } == [2, 1, 0])
            #expect(mirrored.text.contains("Beth") && !mirrored.text.contains("Adam"))
        }
    }

    @Test func `who leads nothing has numbers alone, whose supervisee leads has the roster, and so one's own too`()
        async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let opened = { (person: Person) in
                try await world.request(.get, "/v1/rosters", as: person).items.map {
                    $0["members"]?.asArray.contains { $0["clientId"] != nil }
                }
            }
            #expect(try await opened(house.counselor) == [false, false])
            #expect(try await opened(house.supervisor) == [false, false])
            try await world.seed(house) { seed in
                seed.supervision(of: house.facilitator, by: house.supervisor)
                let own = seed.group("Zebra", in: house.program, facilitatedBy: house.supervisor)
                _ = seed.enrollment(of: house.partner, in: own)
                let other = seed.group("Yak", in: house.program, facilitatedBy: house.newcomer)
                _ = seed.enrollment(of: house.partner, in: other)
            }
            #expect(try await opened(house.supervisor) == [true, true, false, true])
            #expect(try await opened(house.facilitator) == [true, true, false, false])
            #expect(try await opened(house.intake) == [true, true, true, true])
        }
    }

    @Test func `a masked seat is a row of the table, and of the page, without a person`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let table = try await world.request(
                .get, "/v1/rosters", as: house.newcomer, headers: ["Accept": "text/csv"])
            #expect(table.headers["trailer"] == "ETag")
            #expect(
                table.text.split(separator: "\r\n").dropFirst().map(String.init) == [
                    "SABR,Tuesday,,Education,,,,,active,,,,,,,,,,masked,,,\(house.group)",
                    "SABR,Tuesday,,Education,,,,,active,,,,,,,,,,masked,,,\(house.group)",
                    "SABR,Valor,,Education,,,,,active,,,,,,,,,,masked,,,\(house.valorGroup)",
                ])
            let page = try await world.request(
                .get, "/v1/rosters", as: house.newcomer, headers: ["Accept": "text/html"])
            #expect(page.text.ranges(of: "Not shown to you").count == 3)
            for name in ["Archer", "Dorsey", "Carter"] { #expect(!page.text.contains(name)) }
        }
    }

    @Test func `the streamed table has the rows of the pages, for the desk and for who leads`() async throws {
        try await withWorld { world in
            let house = world.mesa
            _ = try await world.seed(house) { seed in seed.group("Empty", in: house.program) }
            for person in [house.intake, house.facilitator] {
                let pages = try await world.request(.get, "/v1/rosters", as: person)
                let names = pages.items.flatMap { $0["members"]?.asArray ?? [] }.compactMap { $0["familyName"]?.text }
                for query in ["", "?programId=\(house.program)", "?asOf=2026-01-05"] {
                    let table = try await world.request(
                        .get, "/v1/rosters\(query)", as: person, headers: ["Accept": "text/csv"])
                    let rows = table.text.split(separator: "\r\n").dropFirst()
                    #expect(
                        rows.map { $0.split(separator: ",", omittingEmptySubsequences: false)[4] }
                            == names.map { $0[...] })
                }
                let page = try await world.request(.get, "/v1/rosters", as: person, headers: ["Accept": "text/html"])
                #expect(page.text.ranges(of: "<section>").count == 3)
                #expect(page.text.ranges(of: "Nobody has a seat on this day.").count == 1)
                #expect(page.text.hasSuffix("</html>\n"))
                #expect(page.text.firstMatch(of: /SHA-256: <code>[0-9a-f]{64}<\/code>/) != nil)
            }
        }
    }

    @Test func `who may not read rosters has none, and parameters that mean nothing are refused`() async throws {
        try await withWorld { world in
            let house = world.mesa
            for person in [house.client, house.guardian, house.auditor] {
                for type in ["application/json", "text/csv"] {
                    let answer = try await world.request(.get, "/v1/rosters", as: person, headers: ["Accept": type])
                    #expect(answer.status == 403)
                }
            }
            #expect(try await world.request(.get, "/v1/rosters").status == 401)
            let csv = ["Accept": "text/csv"]
            let paged = try await world.request(.get, "/v1/rosters?limit=5", as: house.intake, headers: csv)
            #expect(paged.faults == ["/limit unknown_parameter"])
            let bad = try await world.request(
                .get, "/v1/rosters?programId=x&knownAt=2027-01-01T00:00:00Z", as: house.intake)
            #expect(bad.faults == ["/programId not_an_id", "/knownAt in_the_future"])
        }
    }
}
