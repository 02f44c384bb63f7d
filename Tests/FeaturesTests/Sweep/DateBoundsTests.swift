import Features
import JSON
import Practice
import Testing
import TestSupport

/// Days that the practice judges, wherever they are sent.
@Suite struct DateBoundsTests {
    /// Today in Phoenix, where the practice is; on the other side of the earth the day after has begun.
    private let today = Day("2026-01-05")

    @Test func `the range that is told is the one that is taken: its ends are, and a day beyond each is not`()
        async throws
    {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            let places = DatePosition.all(in: try Contract.current()).filter(\.isRanged)
            for isBeyond in [true, false] {
                for place in places {
                    guard let detail = try await sweep.told(of: "9999-12-31", at: place),
                        let range = detail.firstMatch(of: /from ([0-9-]+) to (today|[0-9-]+)/),
                        let first = Day(range.1), let last = range.2 == "today" ? today : Day(range.2)
                    else {
                        Issue.record("\(place) tells no range")
                        continue
                    }
                    for day in isBeyond ? [first.adding(days: -1), last.adding(days: 1)] : [first, last] {
                        let told = try await sweep.told(of: "\(day)", at: place)
                        #expect((told != nil) == isBeyond, "\(place): \(day), \(told ?? "not told")")
                    }
                }
            }
        }
    }

    @Test func `who has come and gone tomorrow is not searched for, and no day of a couple lies there`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let couple = "/v1/couples/\(house.couple)/ending"
            for (day, isTaken) in [("2026-01-06", false), ("2026-01-05", true)] {
                let found = try await world.request(
                    .post, "/v1/clients/search", as: house.intake, json: ["birthDate": .text(day)])
                let likely = try await world.request(
                    .post, "/v1/clients/duplicates", as: house.intake,
                    json: ["givenName": "Nell", "familyName": "Nolan", "birthDate": .text(day)])
                let ended = try await world.request(.put, couple, as: house.intake, json: ["endedOn": .text(day)])
                let faults = [found, likely, ended].map(\.faults)
                #expect(
                    faults
                        == (isTaken
                            ? [[], [], []]
                            : [["/birthDate out_of_range"], ["/birthDate out_of_range"], ["/endedOn out_of_range"]]))
                #expect([found, likely, ended].allSatisfy { $0.status == (isTaken ? 200 : 422) })
                let detail = ended["errors"].asArray.first?["detail"]
                #expect(isTaken || detail == "This must lie from 1970-01-01 to today.", "\(ended.text)")
            }
        }
    }

    @Test func `a guardianship ends after it begins, and a name of before has been, whoever is told`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let guardian: JSONValue = ["name": "Gus Gray", "phone": "480 555 0177"]
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            for (day, faults) in [("2026-01-05", ["/until before_from"]), ("2026-01-06", [])] {
                let made = try await world.request(
                    .post, path, as: house.intake,
                    json: ["guardian": guardian, "scopes": ["schedule"], "until": .text(day)])
                #expect(made.faults == faults && made.status == (faults.isEmpty ? 201 : 422), "\(made.text)")
            }
            let acceptance = try await world.offered()
            let name: JSONValue = ["kind": "former", "familyName": "Gold", "until": "2026-01-06"]
            let child: JSONValue = [
                "givenName": "Gina", "familyName": "Gray", "birthDate": "2012-02-03", "otherNames": [name],
            ]
            let accepted = try await world.request(
                .put, acceptance, as: house.intake,
                json: [
                    "kind": "minor", "counselorId": .text("\(house.counselor.accountID)"),
                    "client": ["givenName": "Gina", "familyName": "Gray", "birthDate": "2012-02-03"],
                    "guardians": [
                        ["name": "Gus Gray", "scopes": ["schedule"], "until": "2026-01-06"],
                        ["name": "Gia Gray", "scopes": ["schedule"], "until": "2026-01-05"],
                    ],
                ])
            #expect(accepted.faults == ["/guardians/1/until before_from"], "\(accepted.text)")
            let named = try await world.request(
                .put, acceptance, as: house.intake,
                json: [
                    "kind": "minor", "counselorId": .text("\(house.counselor.accountID)"), "client": child,
                    "guardians": [["name": "Gus Gray", "scopes": ["schedule"]]],
                ])
            #expect(named.faults == ["/client/otherNames/0/until out_of_range"], "\(named.text)")
            let added = try await world.request(.post, "/v1/clients", as: house.intake, json: child)
            #expect(added.faults == ["/otherNames/0/until out_of_range"], "\(added.text)")
        }
    }
}

extension Sweep {
    /// What is told of the range of a day by whatever says so first, of a request in which everything else may be taken; nil
    /// where nobody is told anything of it.
    fileprivate func told(of day: String, at place: DatePosition) async throws -> String? {
        guard case .body(let pointer) = place.position.place else { return nil }
        let date = JSONValue.text(place.isInstant ? "\(day)T12:00:00Z" : day)
        for body in try bodies(of: place.position) {
            let json = body.putting(date, at: pointer[...])
            for caller in callers {
                let answer = try await send(json, to: place.position, as: caller)
                let fault = answer["errors"].asArray.first {
                    $0["pointer"]?.text == place.position.pointer && $0["code"] == "out_of_range"
                }
                if let detail = fault?["detail"]?.text, detail.hasPrefix("This must lie from ") { return detail }
                if answer.status < 300 { return nil }
                // Everybody would be told the same of a body.
                if answer.status == 422 { break }
            }
        }
        return nil
    }
}
