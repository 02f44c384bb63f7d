import Foundation
import JSON
import Postgres
import Practice
import TestSupport

/// Clients who hand in homework and counselors who add exercises, each until it is acknowledged, whatever happens to the
/// server meanwhile. What was acknowledged is never sent again.
final class Load: Sendable {
    let homework: [UUID]
    let exercises: [String]
    private let version: UUID
    let client: Token
    private let owner: Token
    private let cairn: RunningCairn
    private let jobs: Locked<[Job]>
    private let acknowledged = Locked(0)

    private enum Job: Sendable { case submit(UUID), add(String) }

    /// How much was acknowledged.
    var count: Int { acknowledged.value }

    /// Puts an exercise, much homework and two sign-ins into the demo.
    init(
        _ cairn: RunningCairn, submissions: Int, exercises count: Int, fields: JSONValue = Seed.checkIn
    ) async throws {
        self.cairn = cairn
        let (version, homework) = (UUID(), (0..<submissions).map { _ in UUID() })
        exercises = (0..<count).map { "Exercise of the load \($0)" }
        (client, owner) = try await cairn.withDatabase { database in
            let people = try await database.pipeline(
                Query.row(
                    """
                    select c.practice_id, c.client_id, c.account_id, o.account_id
                    from accounts c join accounts o on o.practice_id = c.practice_id and 'owner' = any (o.roles)
                    where c.roles = '{client}' order by 1, 2, 4 limit 1
                    """
                ) { row in
                    (
                        practice: try row.next(ID<Practice>.self), client: try row.next(ID<Client>.self),
                        account: try row.next(ID<Account>.self), owner: try row.next(ID<Account>.self)
                    )
                })
            let tokens = (Token(practiceID: people.practice, in: .live), Token(practiceID: people.practice, in: .live))
            var batch = Batch()
            for sql in try Self.statements(
                practice: people.practice, client: people.client, staff: people.owner, version, fields, homework,
                signIns: [(people.account, tokens.0), (people.owner, tokens.1)])
            {
                _ = batch.append(Query.run(sql))
            }
            _ = try await database.pipeline(batch)
            return tokens
        }
        self.version = version
        self.homework = homework
        jobs = Locked((homework.map(Job.submit) + exercises.map(Job.add)).shuffled())
    }

    /// Works until everything is acknowledged; `trouble` is made once a good part of it is.
    func run(after part: Int, _ trouble: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    while let job = self.jobs.change({ $0.popLast() }) { try await self.finish(job) }
                }
            }
            group.addTask {
                while self.count < part { try await Task.sleep(for: .milliseconds(2)) }
                try await trouble()
            }
            try await group.waitForAll()
        }
    }

    func submit(_ homework: UUID) async throws -> Int { try await send(.submit(homework), key: "") }

    /// Saves fields of a draft, and gives what was acknowledged.
    func saveDraft(_ homework: UUID, _ answers: JSONValue, base: Int) async throws -> JSONValue {
        let answer = try await HTTP.send(
            "PATCH", address(of: homework) + "/draft", token: client.text,
            json: [
                "exerciseVersionId": .text(version.uuidString.lowercased()), "answers": answers,
                "base": .number(JSONNumber(base)),
            ])
        guard answer.status == 200 else { throw CrashTestError("the draft was not saved: \(answer.status)") }
        return answer.body
    }

    /// The piece as its client reads it.
    func read(_ homework: UUID) async throws -> JSONValue {
        let answer = try await HTTP.send("GET", address(of: homework), token: client.text)
        guard answer.status == 200 else { throw CrashTestError("the piece was not read: \(answer.status)") }
        return answer.body
    }

    private func address(of homework: UUID) -> String {
        "http://127.0.0.1:\(cairn.port)/v1/homework/\(homework.uuidString.lowercased())"
    }

    private func finish(_ job: Job) async throws {
        let key = UUID().uuidString
        for _ in 0..<600 {
            var status = 0
            do { status = try await send(job, key: key) } catch is URLError {}
            if status == 200 || status == 201 {
                acknowledged.change { $0 += 1 }
                return
            }
            guard status == 0 || status >= 500 else { throw CrashTestError("\(job): \(status)") }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw CrashTestError("\(job) was never acknowledged")
    }

    private func send(_ job: Job, key: String) async throws -> Int {
        let address = "http://127.0.0.1:\(cairn.port)/v1"
        switch job {
        case .submit(let homework):
            return try await HTTP.send(
                "PUT", self.address(of: homework) + "/submission", token: client.text,
                json: [
                    "exerciseVersionId": .text(version.uuidString.lowercased()),
                    "answers": ["feelings": "calm", "mood": 6],
                ]
            ).status
        case .add(let title):
            return try await HTTP.send(
                "POST", "\(address)/exercises", token: owner.text, key: key,
                json: [
                    "title": .text(title), "instructions": "Take ten minutes.", "minutes": 10, "fields": Seed.checkIn,
                ]
            ).status
        }
    }

    private static func statements(
        practice: ID<Practice>, client: ID<Client>, staff: ID<Account>, _ version: UUID, _ fields: JSONValue,
        _ homework: [UUID],
        signIns: [(account: ID<Account>, token: Token)]
    ) throws -> [SQL] {
        let (exercise, assignment) = (UUID(), UUID())
        let now = Instant.systemClock()
        let form = JSONB(bytes: try Form(fields).json.bytes)
        return [
            """
            select from access.set_scope(
                \(practice), null, null, 'worker', 'any', 'seed.run', '{all}', 'practice', '{}', '{}', '{}', null, false)
            """,
            """
            insert into exercises (practice_id, exercise_id, title, current_version_id, created_at)
            values (\(practice), \(exercise), 'Load', \(version), \(now))
            """,
            """
            insert into exercise_versions (practice_id, exercise_version_id, exercise_id, number, title, fields, published_at)
            values (\(practice), \(version), \(exercise), 1, 'Load', \(form), \(now))
            """,
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, client_id, assigned_by, assigned_at, schedule)
            values (\(practice), \(assignment), \(version), \(client), \(staff), \(now), '{}')
            """,
            """
            insert into homework (practice_id, homework_id, assignment_id, exercise_version_id, client_id, occurrence,
                                  title, opens_at, due_at)
            select \(practice), id, \(assignment), \(version), \(client), number, 'Load', \(now), \(now) + interval '1 day'
            from unnest(\(homework)) with ordinality as h (id, number)
            """,
        ]
            + signIns.map { signIn in
                """
                insert into sign_ins (practice_id, sign_in_id, account_id, token_hash, created_at, last_seen_at, idle_limit,
                                      expires_at)
                values (\(practice), gen_random_uuid(), \(signIn.account), \(signIn.token.hash), \(now), \(now),
                        '1 hour', \(now) + interval '2 hours')
                """
            }
    }
}
