import Features
import Practice
import TestSupport
import Testing

/// What a range of dates says is what is taken.
@Suite struct DateBoundsTests {
    @Test func `the range that is told is the one that is taken: its ends are, and a day beyond each is not`()
        async throws
    {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            var judged = 0
            for place in DatePosition.all(in: try Contract.current()) where place.isRanged {
                let suffix = place.isInstant ? "T12:00:00Z" : ""
                guard let detail = try await sweep.told(of: .text("9999-12-31" + suffix), at: place),
                    let range = detail.firstMatch(of: /from ([0-9-]+) to (today|[0-9-]+)/),
                    let first = Day(range.1), let last = range.2 == "today" ? Day("2026-01-05") : Day(range.2)
                else {
                    Issue.record("\(place) tells no range")
                    continue
                }
                judged += 1
                for day in [first, last] {
                    let told = try await sweep.told(of: .text("\(day)" + suffix), at: place)
                    #expect(told == nil, "\(place) refuses \(day): \(told ?? "")")
                }
                for day in [first.adding(days: -1), last.adding(days: 1)] {
                    #expect(
                        try await sweep.told(of: .text("\(day)" + suffix), at: place) != nil, "\(place) takes \(day)")
                }
            }
            #expect(judged > 50)
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
            let inquiry = "/v1/inquiries/\(house.inquiry)"
            for (version, state) in [(1, "screening"), (2, "offered")] {
                _ = try await world.request(
                    .patch, inquiry, as: house.intake, json: ["state": .text(state)], ifMatch: version)
            }
            let name: JSONValue = ["kind": "former", "familyName": "Gold", "until": "2026-01-06"]
            let child: JSONValue = [
                "givenName": "Gina", "familyName": "Gray", "birthDate": "2012-02-03", "otherNames": [name],
            ]
            let accepted = try await world.request(
                .put, inquiry + "/acceptance", as: house.intake,
                json: [
                    "kind": "minor", "counselorId": .text("\(house.counselor.accountID)"), "client": child,
                    "guardians": [
                        ["name": "Gus Gray", "scopes": ["schedule"], "until": "2026-01-06"],
                        ["name": "Gia Gray", "scopes": ["schedule"], "until": "2026-01-05"],
                    ],
                ])
            #expect(accepted.faults == ["/guardians/1/until before_from"], "\(accepted.text)")
            let named = try await world.request(
                .put, inquiry + "/acceptance", as: house.intake,
                json: [
                    "kind": "minor", "counselorId": .text("\(house.counselor.accountID)"), "client": child,
                    "guardians": [["name": "Gus Gray", "scopes": ["schedule"]]],
                ])
            #expect(named.faults == ["/client/otherNames out_of_range"], "\(named.text)")
            let added = try await world.request(.post, "/v1/clients", as: house.intake, json: child)
            #expect(added.faults == ["/otherNames out_of_range"], "\(added.text)")
        }
    }
}

extension Sweep {
    /// What is told of the range of a date, by whatever says so first of those who may send such a body; nil where nobody is
    /// told anything of it.
    fileprivate func told(of date: JSONValue, at place: DatePosition) async throws -> String? {
        guard case .body(let pointer) = place.position.place else { return nil }
        for body in try bodies(of: place.position) {
            let json = body.putting(date, at: pointer[...])
            for caller in callers {
                let answer = try await send(json, to: place.position, as: caller)
                let fault = answer["errors"].asArray.first {
                    $0["pointer"]?.text == place.position.pointer && $0["code"] == "out_of_range"
                }
                if let detail = fault?["detail"]?.text { return detail }
                if answer.status == 422 { break }
            }
        }
        return nil
    }
}
