import JSON
import Postgres
import Practice
import Testing
import TestSupport

@Suite struct StaffTests {
    @Test func `staff are listed by name, with what everybody may see`() async throws {
        try await withWorld { (world: World) async throws in
            let first = try await world.request(.get, "/v1/staff?limit=4", as: world.mesa.newcomer)
            let names = first.items.compactMap { $0["name"]?.text }
            #expect(names == ["Ada Adler", "Aldo Amato", "Carl Cohen", "Fay Flores"])
            #expect(first.items[2]["email"] == nil)
            let cursor = try #require(first["next"].text)
            let second = try await world.request(.get, "/v1/staff?limit=4&cursor=\(cursor)", as: world.mesa.newcomer)
            #expect(second.items.first?["name"] == "Ian Ives")
            let stolen = try await world.request(.get, "/v1/staff?limit=4&cursor=\(cursor)", as: world.mesa.admin)
            #expect(stolen.status == 400 && stolen.code == "invalid_cursor")
            #expect(try await world.request(.get, "/v1/staff", as: world.mesa.client).status == 403)
        }
    }

    @Test func `who is disabled is signed out at once, and stays so when enabled again`() async throws {
        try await withWorld { (world: World) async throws in
            let carl = world.mesa.counselor
            let path = "/v1/staff/\(carl.accountID)"
            let read = try await world.request(.get, path, as: world.mesa.admin)
            let disabled = try await world.request(
                .patch, path, as: world.mesa.admin, json: ["disabled": true], ifMatch: read.version)
            #expect(disabled.status == 200 && disabled["disabled"] == true)
            let invited = try await world.request(.post, path + "/invitation", as: world.mesa.admin, json: [:])
            #expect(invited.status == 409 && invited.code == "account_is_disabled")
            #expect(try await world.request(.get, "/v1/me", as: carl).status == 401)
            let attempt: JSONValue = [
                "practice": "mesa", "email": .text(carl.email), "password": .text(World.password),
            ]
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt).status == 401)
            let enabled = try await world.request(
                .patch, path, as: world.mesa.admin, json: ["disabled": false], ifMatch: disabled.version)
            #expect(enabled["disabled"] == false)
            #expect(try await world.request(.get, "/v1/me", as: carl).status == 401)
            #expect(try await world.request(.post, "/v1/sign-ins", json: attempt).status == 201)
        }
    }

    @Test func `only an owner makes, unmakes or disables an owner, and one remains`() async throws {
        try await withWorld { (world: World) async throws in
            let (owner, admin) = (world.mesa.owner, world.mesa.admin)
            let invite: JSONValue = ["name": "Max Moss", "email": "max@example.com", "roles": ["owner"]]
            #expect(try await world.request(.post, "/v1/staff", as: admin, json: invite).status == 403)
            let promote = try await world.request(
                .patch, "/v1/staff/\(admin.accountID)", as: admin, json: ["roles": ["owner", "admin"]], ifMatch: 1)
            #expect(promote.status == 403)
            let disable = try await world.request(
                .patch, "/v1/staff/\(owner.accountID)", as: admin, json: ["disabled": true], ifMatch: 1)
            #expect(disable.status == 403)
            let last = try await world.request(
                .patch, "/v1/staff/\(owner.accountID)", as: owner, json: ["roles": ["counselor"]], ifMatch: 1)
            #expect(last.status == 409 && last.code == "practice_needs_an_owner")
            #expect(try await world.request(.post, "/v1/staff", as: owner, json: invite).status == 201)
        }
    }

    @Test func `a stale change is refused, and one without a version too`() async throws {
        try await withWorld { (world: World) async throws in
            let path = "/v1/staff/\(world.mesa.counselor.accountID)"
            let change: JSONValue = ["name": "Carl B. Cohen"]
            #expect(try await world.request(.patch, path, as: world.mesa.admin, json: change).status == 428)
            #expect(try await world.request(.patch, path, as: world.mesa.admin, json: change, ifMatch: 7).status == 412)
            #expect(try await world.request(.patch, path, as: world.mesa.admin, json: change, ifMatch: 1).status == 200)
            let taken = try await world.request(
                .post, "/v1/staff", as: world.mesa.admin,
                json: ["name": "C", "email": .text(world.mesa.counselor.email), "roles": ["intern"]])
            #expect(taken.status == 422 && taken.faults == ["/email taken"])
            let wrong = try await world.request(
                .post, "/v1/staff", as: world.mesa.admin,
                json: ["name": "C", "email": "c@example.com", "roles": ["client"]])
            #expect(wrong.faults == ["/roles not_staff_roles"])
        }
    }

    @Test func `a supervision opens a chart and its end closes it, on the same day, again and again`() async throws {
        try await withWorld { (world: World) async throws in
            let (fay, susan) = (world.mesa.facilitator, world.mesa.supervisor)
            let chart = "/v1/clients/\(world.mesa.loner.clientID)"
            let join = try await world.request(
                .post, "\(chart)/care-team", as: world.mesa.intake, json: ["accountId": .text("\(fay.accountID)")])
            #expect(join.status == 201)
            let path = "/v1/staff/\(fay.accountID)/supervisors/\(susan.accountID)"
            for _ in 1...2 {
                #expect(try await world.request(.get, chart, as: susan).status == 404)
                let begun = try await world.request(.put, path, as: world.mesa.admin)
                #expect(begun.items.map { $0["since"] } == ["2026-01-05"])
                #expect(try await world.request(.put, path, as: world.mesa.admin).items.count == 1)
                #expect(try await world.request(.get, chart, as: susan).status == 200)
                #expect(try await world.request(.delete, path, as: world.mesa.admin).status == 204)
                #expect(try await world.request(.delete, path, as: world.mesa.admin).status == 204)
            }
            #expect(try await world.request(.get, chart, as: susan).status == 404)
            let wrong = "/v1/staff/\(fay.accountID)/supervisors/\(world.mesa.newcomer.accountID)"
            #expect(try await world.request(.put, wrong, as: world.mesa.admin).code == "not_a_supervisor")
            #expect(try await world.request(.put, path, as: susan).status == 403)
        }
    }

    @Test func `licenses and the most clients are set by who may change staff, and shown to nobody else`() async throws
    {
        try await withWorld { (world: World) async throws in
            let path = "/v1/staff/\(world.mesa.counselor.accountID)"
            let first: JSONValue = [
                "maximumCaseload": 3,
                "licenses": [
                    ["region": "NM", "number": "7"], ["region": "AZ", "number": "LPC-1", "validUntil": "2026-06-30"],
                ],
            ]
            let changed = try await world.request(.patch, path, as: world.mesa.admin, json: first, ifMatch: 1)
            #expect(changed["maximumCaseload"] == 3)
            #expect(changed["licenses"].list.map { $0["region"] } == ["AZ", "NM"])
            #expect(changed["licenses"].list.first?["validUntil"] == "2026-06-30")
            let fewer = try await world.request(
                .patch, path, as: world.mesa.admin,
                json: ["maximumCaseload": .null, "licenses": [["region": "AZ", "number": "LPC-2"]]], ifMatch: 2)
            #expect(fewer["maximumCaseload"] == .null)
            #expect(fewer["licenses"] == [["number": "LPC-2", "region": "AZ", "validUntil": .null]])
            let seen = try await world.request(.get, path, as: world.mesa.newcomer)
            #expect(seen.json["licenses"] == nil && seen.json["maximumCaseload"] == nil)
            let wrong = try await world.request(
                .patch, path, as: world.mesa.admin,
                json: ["licenses": [["region": "Arizona", "number": ""], ["region": "NV"]], "maximumCaseload": -1],
                ifMatch: 3)
            #expect(
                Set(wrong.faults) == [
                    "/licenses/0/region not_a_region", "/licenses/0/number too_short", "/licenses/1/number required",
                    "/maximumCaseload out_of_range",
                ])
            let twice = try await world.request(
                .patch, path, as: world.mesa.admin,
                json: ["licenses": [["region": "AZ", "number": "1"], ["region": "AZ", "number": "2"]]], ifMatch: 3)
            #expect(twice.faults == ["/licenses duplicate"])
            let stale = try await world.request(
                .patch, path, as: world.mesa.admin, json: ["licenses": []], ifMatch: 1)
            #expect(stale.status == 412)
            #expect(try await world.count("from staff_licenses where number = 'LPC-2'") == 1)
            let own = try await world.request(
                .patch, path, as: world.mesa.counselor, json: ["licenses": []], ifMatch: 3)
            #expect(own.status == 403)
        }
    }
}
