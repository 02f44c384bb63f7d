import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Postgres
import Practice
import Synchronization
import TestSupport
import Testing

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
