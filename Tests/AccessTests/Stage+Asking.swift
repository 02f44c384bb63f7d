import Foundation
import Postgres
import Practice
import TestSupport

/// What the tests ask of the database, in the database: see `Asking/1_doors.sql`.
extension Stage {
    /// Puts questions, right answers and what asks them into the database of the stage.
    func prepareAsking() async throws {
        let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Asking")
        let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
        let scripts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
        let mesa = world.mesa.id
        try await world.database.superuser.transaction(TransactionOptions(statementTime: Patience.long)) { tx in
            for script in scripts { try await tx.script(script) }
            try await tx.script(
                """
                create function asking.now() returns timestamptz language sql immutable as
                $$ select '\(world.clock.now)'::timestamptz $$
                """)
            var batch = Batch()
            for scene in scenes { for query in scene.inserts { _ = batch.append(query) } }
            _ = try await tx.pipeline(batch)
            _ = try await tx.pipeline(Query.run("select from asking.make_twin(\(mesa), \(Stage.twin))"))
            for action in Matrix.allActions {
                _ = try await tx.pipeline(questions(about: action))
                _ = try await tx.pipeline(questionsOfStrangers(about: action))
            }
            let strange = scenes.first { $0.tie == .treats && $0.role == .counselor }
            _ = try await tx.pipeline(
                Query.run("select from asking.make_stranger(\(world.tempe.id), \(strange.map { Int32($0.number) }))"))
            _ = try await tx.pipeline(Query.run("select from asking.ask_the_signed_out(\(world.tempe.id))"))
            _ = try await tx.pipeline(Query.run(questionsOfOthers))
            _ = try await tx.pipeline(Query.run(questionsOfJobs))
            _ = try await tx.pipeline(swapOfPrograms)
            var named = Batch()
            for query in scenes.flatMap(namings) { _ = named.append(query) }
            _ = try await tx.pipeline(named)
            for (number, scope) in rowScopes.enumerated() { _ = try await tx.pipeline(scope.insert(number, in: mesa)) }
        }
        try await prepareRowRules()
    }

    /// What the functions say that policies and features ask beyond the scope.
    private var sayings: [Query<Int>] {
        let names = ["guardians", "attended", "released", "inquiries", "members", "identified"]
        let ofScopes = names.map { name -> Query<Int> in
            .run(
                """
                insert into asking.sayings (name, scope, expression, expected)
                select \(name), scope, \("asking.listed(access.\(name)())"), asking.listed(\(.identifier(name)))
                from asking.scopes order by scope
                """)
        }
        return ofScopes + [sayingOfSpans] + scenes.filter(\.isFull).map(\.sayingOfCouples)
            + scenes.filter(\.tie.isPartner).flatMap(\.sayingsOfPartner)
    }

    /// What was ended on the day on which it began has been nothing.
    private var sayingOfSpans: Query<Int> {
        .run(
            """
            insert into asking.sayings (name, scope, expression, expected)
            select 'goes_on', min(scope), \("asking.goes_on('empty')"), 'false' from asking.scopes
            """)
    }

    private func prepareRowRules() async throws {
        let patience = TransactionOptions(statementTime: Patience.long)
        for rule in RowRule.all {
            try await world.database.superuser.transaction(patience) { tx in
                _ = try await tx.pipeline(Query.run("select from \(rule.expect)"))
            }
        }
        try await world.database.superuser.transaction(patience) { tx in
            for saying in sayings { _ = try await tx.pipeline(saying) }
            try await tx.script(
                """
                grant select on all tables in schema asking to cairn_server, cairn_worker;
                analyze asking.questions; analyze asking.sights; analyze asking.scopes
                """)
        }
    }

    /// Every caller at every door of an action, to every thing of the own scene and to the list.
    private func questions(about action: String) -> Query<Int> {
        var (doors, who, about) = ([String](), [String](), [String]())
        var (tokens, resources, answers) = ([[UInt8]](), [UUID?](), [String]())
        for thing in Thing.targets(of: action) {
            let door = thing.map { "\(action) of \($0.kind)" } ?? action
            for scene in scenes {
                doors.append(door)
                who.append(scene.name)
                about.append(thing?.rawValue ?? "a list")
                tokens.append(Array(scene.caller.token.hash))
                resources.append(thing.flatMap { scene.things[$0] })
                answers.append(scene.expectation(action, thing).texts.joined(separator: "|"))
            }
        }
        return insertion(of: world.mesa.id, action, doors, who, about, tokens, resources, answers)
    }

    /// Everybody of another practice at the doors to the things of one scene.
    private func questionsOfStrangers(about action: String) -> Query<Int> {
        var (doors, who, about) = ([String](), [String](), [String]())
        var (tokens, resources, answers) = ([[UInt8]](), [UUID?](), [String]())
        let scene = scenes.first { $0.tie == .treats && $0.role == .counselor }
        for thing in Thing.targets(of: action).compactMap(\.self) {
            for person in world.tempe.everyone {
                let isNamed = person.roles.contains { !Matrix.cells(action, $0).isEmpty }
                doors.append("\(action) of \(thing.kind)")
                who.append("\(person.name) of another practice")
                about.append(thing.rawValue)
                tokens.append(Array(person.token.hash))
                resources.append(scene?.things[thing])
                answers.append(isNamed ? "not found" : "never")
            }
        }
        return insertion(of: world.tempe.id, action, doors, who, about, tokens, resources, answers)
    }

    private func insertion(
        of practice: ID<Practice>, _ action: String, _ doors: [String], _ who: [String], _ about: [String],
        _ tokens: [[UInt8]], _ resources: [UUID?], _ answers: [String]
    ) -> Query<Int> {
        .run(
            """
            insert into asking.questions (action, door, who, about, practice, token, resource, answers)
            select \(action), door, who, about, \(practice), token, resource, string_to_array(answers, '|')
            from unnest(\(doors), \(who), \(about), \(tokens), \(resources), \(answers))
                as q (door, who, about, token, resource, answers)
            """)
    }
}

extension Stage {
    private func answer(_ role: String, _ relation: String, _ shows: String, _ bound: String, _ clients: String)
        -> String
    {
        """
        allowed as \(role) by \(relation), shown \(shows), bound by \(bound), clients \(clients), couples none, \
        groups none
        """
    }

    fileprivate var questionsOfOthers: SQL {
        """
        select from asking.ask_others(
            \(Matrix.workersActions), \(answer("worker", "any", "all", "practice", "none")), \(["inquiry.submit"]),
            \(answer("public", "none", "none", "none", "none")))
        """
    }

    /// Jobs about the letter of the first scene, which is to its client.
    fileprivate var questionsOfJobs: SQL {
        let client = scenes.first?.client.clientID.uuid.uuidString.lowercased() ?? ""
        let jobs = Matrix.jobs.sorted { $0.key < $1.key }
        return """
            select from asking.ask_jobs(
                \(jobs.map(\.key)), \(jobs.map { answer("worker", "leased", $0.value, "client", client) }))
            """
    }
}

extension RowRule {
    /// Writes down in the database what is right.
    fileprivate var expect: SQL {
        let added = added ?? seen
        return """
            asking.expect(
                \(table), \(matter), \(seen), \(writers), \(added), \(changed ?? added), \(removers), \(removed), \(openTo))
            """
    }
}

extension Scene {
    fileprivate var inserts: [Query<Int>] {
        let ids = Set(things.values).sorted { $0.uuidString < $1.uuidString }
        let own = role == .client ? caller.clientID : nil
        let people: [UUID?] = [
            caller.accountID.uuid, own?.uuid, ownGuardian?.uuid, client.clientID.uuid, client.accountID.uuid,
            partner.clientID.uuid, partner.accountID.uuid, couple.uuid, group.uuid, author.accountID.uuid,
            parent.guardianID.uuid, parent.accountID.uuid, unused.uuid, otherGroup?.uuid, former?.couple.uuid,
            former?.ex.clientID.uuid, former?.ex.accountID.uuid,
        ]
        // What all scenes share tells nothing about a row.
        let owned = ids.filter { $0 != things[.program] && $0 != things[.hiddenProgram] } + people.compactMap(\.self)
        return [
            .run(
                """
                insert into asking.scenes
                    (scene, name, account, own_client, own_guardian, client, partner, couple, group_id, author, parent, things)
                values (\(Int32(number)), \(name), \(caller.accountID), \(own), \(ownGuardian), \(client.clientID),
                        \(partner.clientID), \(couple), \(group), \(author.accountID), \(parent.guardianID), \(ids))
                """),
            .run(
                """
                insert into asking.owners (id, scene)
                select distinct o, \(Int32(number))::int from unnest(\(owned.map { $0.uuidString.lowercased() })) o
                """),
        ]
    }
}

extension Scene {
    /// A request about somebody's couples is about all of both partners' of them, also of those that have ended.
    fileprivate var sayingOfCouples: Query<Int> {
        let people = [client.clientID, partner.clientID] + (former.map { [$0.ex.clientID] } ?? [])
        let couples = [couple] + (former.map { [$0.couple] } ?? [])
        return .run(
            """
            insert into asking.sayings (name, scope, expression, expected)
            select 'locate_client', min(scope), format('asking.located(''client'', %L, ''couple'')', \(client.clientID)::uuid),
                   format('clients %s, couples %s', asking.listed(\(people)), asking.listed(\(couples)))
            from asking.scopes
            """)
    }

    /// Which piece of the client's the partner's own opens; and the client's asks nothing of the partner.
    fileprivate var sayingsOfPartner: [Query<Int>] {
        let opened = tie == .sharesWithTheClient ? things[.coupleHomework] : nil
        return [(Thing.partnersHomework, opened), (.coupleHomework, nil)].compactMap { thing, expected in
            guard let homework = things[thing] else { return nil }
            return .run(
                """
                insert into asking.sayings (name, scope, expression, expected)
                select 'partner_homework', scope, format('access.partner_homework(%L)', \(homework)::uuid),
                       \(expected)::uuid::text
                from asking.scopes
                where scene = \(Int32(number)) and action = 'homework.read' and relation = 'self' and about = 'a list'
                """)
        }
    }
}

extension PostgresClient {
    /// Runs one statement by itself.
    func run(_ sql: SQL) async throws {
        _ = try await pipeline(Query.run(sql))
    }

    /// What a function that gives complaints has to say.
    func complaints(_ sql: SQL) async throws -> [String] {
        try await pipeline(Query.rows(sql) { try $0.next(String.self) })
    }
}
