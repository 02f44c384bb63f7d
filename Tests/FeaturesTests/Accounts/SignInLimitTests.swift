import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Limits of tries count failures only, and whoever fails keeps nobody else out (decision 0035).
@Suite struct SignInLimitTests: TriesToSignIn {
    @Test func `a stranger's wrong passwords lock nobody out who comes from elsewhere`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            #expect(
                try await wrong(world, adam.email, 11, from: elsewhere) == Array(repeating: 401, count: 10) + [429])
            let right = attempt(adam.email)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: elsewhere).status == 429)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 201)
            // The whole household is one, and its own limit.
            let household = ["X-Forwarded-For": "2001:db8:1:2::5"]
            let neighbor = ["X-Forwarded-For": "2001:db8:1:2:ffff::1"]
            #expect(try await wrong(world, adam.email, 10, from: household) == Array(repeating: 401, count: 10))
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: neighbor).status == 429)
        }
    }

    @Test func `a known device is kept out by nobody, behind the same address either`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let mine = attempt(adam.email, deviceKey: ownKey)
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 201)
            for _ in 1...3 {
                #expect(try await wrong(world, adam.email, 12, from: home).suffix(2) == [429, 429])
                #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 201)
                world.clock.advance(by: .seconds(600))
            }
            // Another's key is not known, and one's own is not of another account.
            #expect(try await wrong(world, adam.email, 11, from: home).last == 429)
            let other = attempt(adam.email, deviceKey: String(repeating: "B", count: 42) + "A")
            #expect(try await world.request(.post, "/v1/sign-ins", json: other, headers: home).status == 429)
            let dan = world.mesa.loner
            #expect(try await wrong(world, dan.email, 11, from: home).last == 429)
            let foreign = attempt(dan.email, deviceKey: ownKey)
            #expect(try await world.request(.post, "/v1/sign-ins", json: foreign, headers: home).status == 429)
        }
    }

    @Test func `a known device has a limit of its own, and is known for ninety days`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let mine = attempt(adam.email, deviceKey: ownKey)
            let guess = attempt(adam.email, "wrong horse battery", deviceKey: ownKey)
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 201)
            for _ in 1...10 {
                #expect(try await world.request(.post, "/v1/sign-ins", json: guess, headers: elsewhere).status == 401)
            }
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: elsewhere).status == 429)
            #expect(
                try await world.request(.post, "/v1/sign-ins", json: attempt(adam.email), headers: elsewhere).status
                    == 201)
            world.clock.advance(by: .seconds(90 * 86_400) - .microseconds(1))
            #expect(try await wrong(world, adam.email, 10, from: home).last == 401)
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 201)
            world.clock.advance(by: .seconds(90 * 86_400))
            #expect(try await wrong(world, adam.email, 10, from: home).last == 401)
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 429)
        }
    }

    @Test func `right passwords of colleagues behind one address meet no limit`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            for _ in 1...40 {
                for person in [house.counselor, house.admin, house.intake] {
                    let answer = try await world.request(
                        .post, "/v1/sign-ins", json: attempt(person.email), headers: home)
                    #expect(answer.status == 201)
                }
            }
            #expect(try await world.count("from rate_limits") == 0, "what succeeds is not counted at all")
        }
    }

    @Test func `who fails with many names keeps out strangers, and no colleague who was here before`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let right = attempt(house.counselor.email)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 201)
            for number in 0..<10 {
                let answers = try await wrong(world, "nobody\(number)@example.com", 10, from: home)
                #expect(answers == Array(repeating: 401, count: 10))
            }
            #expect(try await wrong(world, "nobody@example.com", 1, from: home) == [429])
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 201)
            // Whether a client was here before, the address does not tell.
            let client = attempt(house.client.email)
            #expect(try await world.request(.post, "/v1/sign-ins", json: client, headers: home).status == 429)
            #expect(try await world.request(.post, "/v1/sign-ins", json: client, headers: elsewhere).status == 201)
        }
    }

    @Test func `guesses from very many addresses are limited, and known devices are not met by that`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            let mine = attempt(adam.email, deviceKey: ownKey)
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: home).status == 201)
            for number in 0..<100 {
                let place = ["X-Forwarded-For": "203.0.113.\(number)"]
                #expect(try await wrong(world, adam.email, 1, from: place) == [401])
            }
            let plain = attempt(adam.email)
            #expect(try await world.request(.post, "/v1/sign-ins", json: plain, headers: elsewhere).status == 429)
            #expect(try await world.request(.post, "/v1/sign-ins", json: mine, headers: elsewhere).status == 201)
        }
    }

    @Test func `an account has one limit, whether it is named by its address or by its sign-in name`() async throws {
        try await withWorld { (world: World) async throws in
            let adam = world.mesa.client
            try await world.run(
                "update accounts set sign_in_name = 'abcd-2345', version = version + 1 where account_id = \(adam.accountID)"
            )
            let byName: JSONValue = ["practice": "mesa", "signInName": "ABCD-2345", "password": "wrong horse battery"]
            for _ in 1...5 {
                #expect(try await world.request(.post, "/v1/sign-ins", json: byName, headers: home).status == 401)
                #expect(try await wrong(world, adam.email, 1, from: home) == [401])
            }
            #expect(try await world.request(.post, "/v1/sign-ins", json: byName, headers: home).status == 429)
            #expect(try await wrong(world, adam.email, 1, from: home) == [429])
        }
    }

    @Test func `who has no account is limited as who has one, with the very answers`() async throws {
        try await withWorld { (world: World) async throws in
            try await world.seed(world.mesa) { $0.leaveUnused(world.mesa.intern) }
            var met: Set<[String]> = []
            for (number, name) in [
                world.mesa.client.email, world.mesa.counselor.email, "nobody@example.com", world.mesa.intern.email,
            ].enumerated() {
                let place = ["X-Forwarded-For": "192.0.2.\(number)"]
                var answers: [String] = []
                for _ in 1...12 {
                    let answer = try await world.request(
                        .post, "/v1/sign-ins", json: attempt(name, "wrong horse battery"), headers: place)
                    answers.append("\(answer.status) \(answer.withoutRequestID) \(answer.headers["retry-after"] ?? "")")
                }
                met.insert(answers)
            }
            #expect(met.count == 1 && met.first?.last?.hasPrefix("429") == true)
        }
    }

    /// Both were judged before either had failed; the last of the limit is spent meanwhile.
    @Test func `guesses at once learn no more than guesses one after the other`() async throws {
        try await withWorld { (world: World) async throws in
            let bucket = [[UInt8](repeating: 7, count: 32)]
            func count() async throws -> Int {
                try await world.database.server.pipeline(
                    Query.rows(
                        """
                        select allowed from access.count_failure(
                            \(bucket), \([Int32(3)]), \([Int32(600)]), \(world.clock.now))
                        """
                    ) { try $0.next(Int32.self) }
                ).count
            }
            let judging = Query.run(
                "select from access.refuse_beyond(\(bucket), \([Int32(3)]), \([Int32(600)]), \(world.clock.now))")
            for _ in 1...2 { #expect(try await count() == 0) }
            _ = try await world.database.server.pipeline(judging)
            #expect(try await count() == 0, "the third failure is within the limit")
            let refused = await #expect(throws: PostgresError.self) {
                _ = try await world.database.server.pipeline(judging)
            }
            #expect(refused?.sqlState == "PC429", "who is right now was judged before, and comes too late")
            #expect(try await count() == 1, "and who is wrong now is told nothing but that")
        }
    }

    @Test func `so many at once get no further than the limit`() async throws {
        try await withWorld { (world: World) async throws in
            let name = world.mesa.client.email
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...40 {
                    group.addTask {
                        try await world.request(
                            .post, "/v1/sign-ins", json: self.attempt(name, "wrong horse battery"), headers: self.home
                        ).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(answers.count { $0 == 401 } == 10 && answers.count { $0 == 429 } == 30)
            let right = attempt(name)
            #expect(try await world.request(.post, "/v1/sign-ins", json: right, headers: home).status == 429)
        }
    }

    @Test func `no network address and no device's secret is in the database`() async throws {
        try await withWorld { (world: World) async throws in
            let mine = attempt(world.mesa.client.email, deviceKey: ownKey)
            let agent = ["User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"]
            let opened = try await world.request(
                .post, "/v1/sign-ins", json: mine, headers: home.merging(agent) { first, _ in first })
            let id = try #require(opened["id"].text)
            let row = try await world.database.superuser.pipeline(
                Query.row(
                    "select s::text || octet_length(s.place) from sign_ins s where sign_in_id = \(SQL(unsafe: "'\(id)'"))"
                ) { try $0.next(String.self) })
            #expect(row.hasSuffix("32") && row.contains("Firefox on Windows"))
            #expect(!row.contains("192.0.2.7") && !row.contains(ownKey) && !row.contains("Mozilla"))
            let malformed = try await world.request(
                .post, "/v1/sign-ins",
                json: attempt(world.mesa.client.email, deviceKey: String(repeating: "!", count: 43)))
            #expect(malformed.faults == ["/deviceKey not_a_device_key"])
        }
    }
}
