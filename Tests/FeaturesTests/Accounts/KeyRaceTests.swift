import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Two do something with one account at the same time: each pair is stepped, the first to the edge of its commit before
/// the second begins.
@Suite struct KeyRaceTests {
    private let choice: JSONValue = ["password": "another horse battery"]

    /// Runs the first in a transaction that stays open until the second waits for it.
    private func race(
        _ world: World, _ first: @Sendable (Transaction) async throws -> Void,
        _ second: @Sendable () async throws -> TestAnswer
    ) async throws -> TestAnswer {
        let (isUnderWay, signal) = AsyncStream.makeStream(of: Void.self)
        async let answer = {
            for await _ in isUnderWay {}
            return try await second()
        }()
        try await world.database.server.transaction { tx in
            try await first(tx)
            signal.finish()
            try await world.untilWaiting(1)
        }
        return try await answer
    }

    private func accept(_ token: Token, _ world: World) -> Query<Int> {
        .run(
            """
            select from access.accept_invitation(\(token.practiceID), \(token.hash), 'first', null, null, '{}', null, null,
                \(world.clock.now), \(world.surroundings.newID()), '\\x00')
            """)
    }

    private func send(_ account: ID<Account>, _ world: World, _ token: Token) -> Query<Int> {
        .run(
            """
            select from access.send_key(\(account), \(world.surroundings.newID()), \(token.hash), '\\x00',
                \(world.clock.now), \(world.surroundings.newID()), '\\x00')
            """)
    }

    private func token(_ world: World) -> Token { Token(practiceID: world.mesa.id, in: world.surroundings) }

    /// An account that nobody has used, and the token that was told.
    private func nell(_ world: World) async throws -> (client: ID<Client>, account: ID<Account>, token: Token) {
        let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
        let invited = try await world.request(.post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
        return (
            nell, try #require(ID<Account>(invited["accountId"].text ?? "")),
            try #require(Token(invited["token"].text ?? ""))
        )
    }

    @Test func `of two who accept one link, one has`() async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await nell(world)
            let second = try await race(world) { tx in
                _ = try await tx.pipeline(accept(nell.token, world))
            } _: {
                try await world.request(.put, "/v1/invitations/\(nell.token.text)", json: choice)
            }
            #expect(second.status == 404)
            #expect(try await world.count("from accounts where password_hash = 'first'") == 1)
        }
    }

    @Test func `who accepts while another link is sent comes too late`() async throws {
        try await withWorld { (world: World) async throws in
            let (nell, next) = (try await nell(world), token(world))
            let second = try await race(world) { tx in
                _ = try await tx.pipeline(
                    world.enter(world.mesa.intake, "client.change", "client", nell.client.uuid),
                    send(nell.account, world, next))
            } _: {
                try await world.request(.put, "/v1/invitations/\(nell.token.text)", json: choice)
            }
            #expect(second.status == 404)
            #expect(try await world.request(.get, "/v1/invitations/\(next.text)").status == 200)
        }
    }

    @Test func `who invites while the link is accepted starts a reset, and is told no token`() async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await nell(world)
            let second = try await race(world) { tx in
                _ = try await tx.pipeline(accept(nell.token, world))
            } _: {
                try await world.request(
                    .post, "/v1/clients/\(nell.client)/invitation", as: world.mesa.intake, json: [:])
            }
            #expect(second["kind"] == "reset" && second.tokens == [])
            #expect(try await world.count("from accounts where password_hash = 'first'") == 1)
        }
    }

    @Test func `two who invite somebody for the first time make one account, and one link works`() async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let (first, account): (Token, ID<Account>) = (token(world), world.surroundings.id())
            let second = try await race(world) { tx in
                _ = try await tx.pipeline(
                    world.enter(world.mesa.admin, "client.change", "client", nell.uuid),
                    Query.run(
                        """
                        select from access.send_key(
                            access.account_for_client(\(nell), \(account), null, null, \(world.clock.now)),
                            \(world.surroundings.newID()), \(first.hash), '\\x00', \(world.clock.now),
                            \(world.surroundings.newID()), '\\x00')
                        """))
            } _: {
                try await world.request(.post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
            }
            #expect(second.status == 201 && second["accountId"] == .text("\(account)"))
            #expect(try await world.request(.get, "/v1/invitations/\(first.text)").status == 404)
            #expect(try await world.request(.get, "/v1/invitations/\(second.tokens[0])").status == 200)
        }
    }

    @Test(arguments: ["disabled_at = created_at", "roles = '{client,guardian}'"])
    func `who accepts while the account is disabled, or becomes more, comes too late`(change: String) async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await nell(world)
            let (isUnderWay, signal) = AsyncStream.makeStream(of: Void.self)
            async let answer = {
                for await _ in isUnderWay {}
                return try await world.request(.put, "/v1/invitations/\(nell.token.text)", json: choice)
            }()
            try await world.database.superuser.transaction { tx in
                _ = try await tx.pipeline(
                    Query.run(
                        "select from access.set_scope(\(world.mesa.id), null, null, 'worker', 'any', 'seed.run', '{all}', 'practice', '{}', '{}', '{}', null, false)"
                    ),
                    Query.run(
                        "update accounts set \(SQL(unsafe: change)), version = version + 1 where account_id = \(nell.account)"
                    ))
                signal.finish()
                try await world.untilWaiting(1)
            }
            #expect(try await answer.status == 404)
            #expect(
                try await world.count("from accounts where account_id = \(nell.account) and password_hash is null") == 1
            )
        }
    }

    @Test func `a merge and an invitation wait for each other, and the account goes with the chart`() async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await nell(world)
            let other = try await world.newClient("Olive", "Orr")
            let next = token(world)
            @Sendable func merge() async throws -> TestAnswer {
                try await world.request(
                    .post, "/v1/clients/\(other)/merges", as: world.mesa.admin,
                    json: ["duplicateId": .text("\(nell.client)")])
            }
            let merged = try await race(world) { tx in
                _ = try await tx.pipeline(
                    world.enter(world.mesa.intake, "client.change", "client", nell.client.uuid),
                    send(nell.account, world, next))
            } _: {
                try await merge()
            }
            #expect(merged.status == 201)
            let link = "/v1/invitations/\(next.text)"
            #expect(try await world.request(.put, link, json: choice).status == 204)
            #expect(
                try await world.count("from accounts where account_id = \(nell.account) and client_id = \(other)") == 1)
        }
    }

    @Test func `a merge that ends an account ends its link, whoever has it`() async throws {
        try await withWorld { (world: World) async throws in
            let nell = try await nell(world)
            let merged = try await world.merge(
                nell.client, into: world.mesa.loner.clientID, as: world.mesa.admin)
            #expect(merged.status == 201)
            #expect(try await world.request(.get, "/v1/invitations/\(nell.token.text)").status == 404)
            #expect(try await world.request(.put, "/v1/invitations/\(nell.token.text)", json: choice).status == 404)
            #expect(try await world.request(.get, "/v1/me", as: world.mesa.loner).status == 200)
        }
    }

    @Test func `of two who open a letter, one reads the link`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { $0.leaveUnused(house.client) }
            let letter = try await world.seed(house) { try $0.letter(to: house.client) }
            let second = try await race(world) { tx in
                let (_, sealed) = try await tx.pipeline(
                    world.enter(house.admin, "inquiry.read", "letter", letter.uuid),
                    Query.row(
                        """
                        select access.open_letter(\(letter), \(world.clock.now), \(world.surroundings.newID()), '\\x00')
                        """
                    ) { try $0.next([UInt8]?.self) })
                #expect(sealed != nil)
            } _: {
                try await world.request(.get, "/v1/outbox/\(letter)", as: house.intake)
            }
            #expect(second.status == 200 && second["link"] == .null)
        }
    }
}
