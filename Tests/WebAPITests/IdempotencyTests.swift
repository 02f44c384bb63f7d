import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import NIOCore
import Postgres
import Practice
import Synchronization
import Testing
import TestSupport

@testable import WebAPI

@Suite struct IdempotencyTests {
    /// Adds an exercise and counts how often it was asked to; "conflict" as the title is refused afterwards.
    private final class Adder: Sendable {
        let runs = Mutex(0)

        var route: Route {
            .post("/things", "client.create", of: .practice) { [self] call in
                let title = try call.body { $0.required("title", .line(1...20)) }
                runs.withLock { $0 += 1 }
                let id: ID<Client> = call.newID()
                let slept = try await call.run(
                    Query<Bool>.row("select pg_sleep(0.2) is not null") { try $0.next() })
                #expect(slept)
                if title == "conflict" { throw Problem.conflict("taken", "This is taken.") }
                return .created(at: "/things/\(id)", etag: 1, title)
            }
        }
    }

    private let key: HTTPFields = [.idempotencyKey: "0b7f-1"]

    @Test func `a repeat gets the first answer, and nothing happens twice`() async throws {
        let adder = Adder()
        try await serving([adder.route]) { served in
            let intake = served.world.mesa.intake
            let first = try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#)
            let second = try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#)
            #expect(first.status == .created)
            #expect(first.headers[.idempotencyReplayed] == nil)
            #expect(second.status == .created)
            #expect(second.headers[.idempotencyReplayed] == "true")
            #expect(second.body == first.body)
            for name in [HTTPField.Name.location, .eTag, .contentType] {
                #expect(second.headers[name] == first.headers[name])
                #expect(second.headers[name] != nil)
            }
            #expect(second.headers[.requestID] != first.headers[.requestID])
            #expect(adder.runs.withLock { $0 } == 1)
        }
    }

    @Test func `the same key with another body is refused`() async throws {
        let adder = Adder()
        try await serving([adder.route]) { served in
            let intake = served.world.mesa.intake
            _ = try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#)
            let other = try await served.send(.post, "/things", as: intake, key, #"{"title":"b"}"#)
            #expect(other.status == .unprocessableContent)
            #expect(String(buffer: other.body).contains(#""code":"idempotency_key_reused""#))
            #expect(adder.runs.withLock { $0 } == 1)
        }
    }

    @Test func `the same key at the same time waits for the first and gets its answer`() async throws {
        let adder = Adder()
        try await serving([adder.route]) { served in
            let intake = served.world.mesa.intake
            let answers = try await withThrowingTaskGroup(of: ServedAnswer.self) { group in
                for _ in 0..<3 {
                    group.addTask { try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status) == [.created, .created, .created])
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(answers.count { $0.headers[.idempotencyReplayed] == nil } == 1)
            #expect(adder.runs.withLock { $0 } == 1)
        }
    }

    @Test func `keys are the caller's own`() async throws {
        let adder = Adder()
        try await serving([adder.route]) { served in
            for person in [served.world.mesa.intake, served.world.mesa.admin, served.world.tempe.intake] {
                let answer = try await served.send(.post, "/things", as: person, key, #"{"title":"a"}"#)
                #expect(answer.headers[.idempotencyReplayed] == nil)
            }
            #expect(adder.runs.withLock { $0 } == 3)
        }
    }

    @Test func `a refusal is not kept: its repeat is judged anew, and the audit has both`() async throws {
        let adder = Adder()
        try await serving([adder.route]) { served in
            let intake = served.world.mesa.intake
            for _ in 0..<2 {
                let answer = try await served.send(.post, "/things", as: intake, key, #"{"title":"conflict"}"#)
                #expect(answer.status == .conflict)
            }
            #expect(adder.runs.withLock { $0 } == 2)
            #expect(try await served.audit() == ["client.create conflict", "client.create conflict"])
            let kept = try await served.world.database.superuser.pipeline(
                Query<Int>.row("select count(*) from idempotency_keys") { try $0.next() })
            #expect(kept == 0)
        }
    }

    @Test func `what is kept cannot be read in the database`() async throws {
        try await serving([Adder().route]) { served in
            _ = try await served.send(.post, "/things", as: served.world.mesa.intake, key, #"{"title":"Jane Doe"}"#)
            let bodies = try await served.world.database.superuser.pipeline(
                Query<[[UInt8]]>.rows("select body from idempotency_keys") { try $0.next() })
            let body = try #require(bodies.first)
            #expect(!String(decoding: body, as: UTF8.self).contains("Jane"))
        }
    }

    @Test func `a secret is told once: it is in no repeat, and not in what is kept`() async throws {
        let route = Route.post(
            "/links", "client.create", of: .practice, secrets: ["/link/token", "/path"]
        ) { call in
            _ = try await call.enter(Query<Int>.run("select"))
            return Answer(
                status: .created, headers: [.contentType: "application/json"],
                body: Array(
                    #"{"id":"7","link":{"token":"t0p","until":null},"path":"/s3cret","token":"no secret"}"#.utf8))
        }
        try await serving([route]) { served in
            let intake = served.world.mesa.intake
            let first = try await served.send(.post, "/links", as: intake, key, "{}")
            #expect(String(buffer: first.body).contains("t0p"))
            let second = try await served.send(.post, "/links", as: intake, key, "{}")
            #expect(second.status == .created && second.headers[.idempotencyReplayed] == "true")
            let kept = #"{"id":"7","link":{"token":null,"until":null},"path":null,"token":"no secret"}"#
            #expect(String(buffer: second.body) == kept)
            #expect(try await served.kept(key, by: intake) == String(buffer: second.body))
        }
    }

    @Test func `an answer with secrets that is no JSON is not kept at all`() async throws {
        let route = Route.post("/links", "client.create", of: .practice, secrets: ["/token"]) { call in
            _ = try await call.enter(Query<Int>.run("select"))
            return Answer(status: .created, body: Array("token".utf8))
        }
        try await serving([route]) { served in
            let intake = served.world.mesa.intake
            #expect(try await served.send(.post, "/links", as: intake, key, "{}").status == .created)
            let second = try await served.send(.post, "/links", as: intake, key, "{}")
            #expect(second.status == .notFound && second.headers[.idempotencyReplayed] == "true")
            #expect(try await served.kept(key, by: intake) == nil)
        }
    }

    @Test func `what only asks is asked again, and nothing of it is kept`() async throws {
        let runs = Mutex(0)
        let route = Route.post("/found", "client.search", of: .practice) { call in
            _ = try await call.enter(Query<Int>.run("select"))
            return .json { json in
                json.member(
                    "run",
                    runs.withLock {
                        $0 += 1; return $0
                    })
            }
        }
        try await serving([route]) { served in
            let intake = served.world.mesa.intake
            for run in 1...2 {
                let answer = try await served.send(.post, "/found", as: intake, key, "{}")
                #expect(String(buffer: answer.body) == #"{"run":\#(run)}"#)
                #expect(answer.headers[.idempotencyReplayed] == nil)
            }
            let other = try await served.send(.post, "/found", as: intake, key, #"{"other":1}"#)
            #expect(other.status == .ok)
            var two = key
            two.append(HTTPField(name: .idempotencyKey, value: "another"))
            for wrong in [[.idempotencyKey: ""], two] as [HTTPFields] {
                #expect(try await served.send(.post, "/found", as: intake, wrong, "{}").status == .badRequest)
            }
            let kept = try await served.world.database.superuser.pipeline(
                Query<Int>.row("select count(*) from idempotency_keys") { try $0.next() })
            #expect(kept == 0)
        }
    }

    /// What a caller reached when the answer was made, changed behind the server's back, one thing at a time. The row is
    /// there each time, and is given to who is what he was.
    @Test func `each part of the scope is compared by itself`() async throws {
        let adder = Adder()
        let shown = Route.get("/things/{thingId}", "client.read", of: .practice) { call in
            _ = try await call.enter(Query<Int>.run("select"))
            return .json { $0.member("now", call.parameter("thingId")) }
        }
        try await serving([adder.route, shown]) { served in
            let intake = served.world.mesa.intake
            _ = try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#)
            #expect(try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#).status == .created)
            let scope = try await served.scope(of: intake, "client.create")
            for member in [
                "role", "relation", "action", "bound", "client", "roles", "shows", "clients", "couples", "groups",
            ] {
                try await served.keepUnder(scope, without: member)
                let answer = try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#)
                #expect(answer.status == .ok && String(buffer: answer.body).hasPrefix(#"{"now":"#), "\(member)")
                #expect(answer.headers[.idempotencyReplayed] == "true" && answer.headers[.location] != nil)
            }
            try await served.keepUnder(scope, without: nil)
            #expect(try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#).status == .created)
            #expect(adder.runs.withLock { $0 } == 1)
        }
    }

    @Test func `a commit whose answer was lost is known by its request, and its secrets are told all the same`()
        async throws
    {
        let settled = Mutex<[Answer]>([])
        let isInner = Mutex(false)
        let adding: Route.Handler = { call in
            _ = try await call.run(Query<Int>.run("select"))
            return Answer(status: .created, body: Array(#"{"token":"t0p"}"#.utf8))
        }
        // Within a handler a key is used up, and then it is asked what became of it.
        let route = Route.put("/settling", "client.create", of: .practice) { call in
            if isInner.withLock({ $0 }) { return try await adding(call) }
            isInner.withLock { $0 = true }
            guard let key = try IdempotencyKey(call) else { throw Problem.unexpected }
            let repeats = Idempotency(call: call, key: key, shown: ShownThings([]))
            let first = try await repeats.answer()
            guard case .answer(let told) = try await repeats.settle(call.vault()) else { throw Problem.unexpected }
            settled.withLock { $0 = [first, told] }
            return .noContent
        }
        try await serving([route]) { served in
            let answer = try await served.send(.put, "/settling", as: served.world.mesa.intake, key, "{}")
            #expect(answer.status == .noContent)
            let answers = settled.withLock { $0 }
            #expect(answers.count == 2 && answers.allSatisfy { $0.body == Array(#"{"token":"t0p"}"#.utf8) })
        }
    }

    @Test func `who may not do it gets no answer of before`() async throws {
        let adder = Adder()
        try await serving([adder.route]) { served in
            let intake = served.world.mesa.intake
            _ = try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#)
            _ = try await served.world.database.superuser.pipeline(
                .run(
                    "update accounts set roles = '{auditor}', version = version + 1 where account_id = \(intake.accountID)"
                ))
            let after = try await served.send(.post, "/things", as: intake, key, #"{"title":"a"}"#)
            #expect(after.status == .forbidden)
        }
    }

    @Test(arguments: ["", String(repeating: "x", count: 256), "é"])
    func `a malformed key is refused`(value: String) async throws {
        let adder = Adder()
        try await serving([adder.route]) { served in
            let headers: HTTPFields = [.idempotencyKey: value]
            let answer = try await served.send(
                .post, "/things", as: served.world.mesa.intake, headers, #"{"title":"a"}"#)
            #expect(answer.status == .badRequest)
            #expect(adder.runs.withLock { $0 } == 0)
        }
    }
}
