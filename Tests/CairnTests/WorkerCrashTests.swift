import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn
@testable import Demo

extension CrashTests {
    /// The real `cairn work`, three of them, one killed in the middle of its letters.
    @Test func `a worker killed in the middle has sent nothing twice, and leaves nothing lying`() async throws {
        let sendmail = try FakeSendmail()
        try sendmail.set(.slow)
        let settings = [
            "CAIRN_SERVE_WORKER": "off", "CAIRN_SENDMAIL": "\(sendmail.command.joined(separator: " "))",
            "CAIRN_MAIL_FROM": "post@portal.example", "CAIRN_PUBLIC_URL": "https://portal.example",
        ]
        try await withCairn(settings: settings) { cairn in
            let letters = try await invite(24, cairn)
            #expect(try sendmail.starts() == 0)
            let victim = try cairn.startWorker()
            try await until("the worker has begun") { try sendmail.starts() >= 3 }
            #expect(try await cairn.kill(victim, SIGKILL) == 128 + SIGKILL)
            let others = try await cairn.withDatabase { database in
                // The time of the dead one's leases passes.
                let held = try await database.pipeline(
                    Query.run("update jobs set locked_until = now() where lease is not null"))
                #expect((1...2).contains(held))
                return [try cairn.startWorker(), try cairn.startWorker()]
            }
            try await cairn.withDatabase { database in
                try await until("nothing is left to do") {
                    try await count("state = 'waiting' and (lease is not null or run_at <= now())", database) == 0
                }
                try await expectNothingTwice(letters, sendmail, database)
            }
            for worker in others { #expect(try await cairn.kill(worker, SIGTERM) == 0) }
        }
        try sendmail.remove()
    }

    @Test func `the server does the work by itself, and finishes the letter at work when it is told to stop`()
        async throws
    {
        let sendmail = try FakeSendmail()
        try sendmail.set(.slow)
        let settings = [
            "CAIRN_SENDMAIL": "\(sendmail.command.joined(separator: " "))", "CAIRN_MAIL_FROM": "post@portal.example",
            "CAIRN_PUBLIC_URL": "https://portal.example",
        ]
        try await withCairn(settings: settings) { cairn in
            _ = try await invite(6, cairn)
            try await until("it has begun") { try sendmail.starts() >= 1 }
            cairn.signal(SIGTERM)
            #expect(try await cairn.end() == 0)
            let sent = try sendmail.taken().count
            #expect(try sendmail.starts() == sent)
            try await cairn.start()
            try await until("all are sent") { try sendmail.taken().count == 6 }
            try await cairn.withDatabase { database in
                try await until("all is written down") { try await count("state = 'done'", database) == 6 }
                let states = try await database.pipeline(
                    Query.rows("select distinct state from outbox") { try $0.next(String.self) })
                #expect(states == ["sent"])
            }
            #expect(try sendmail.starts() == 6)
            try await until("the metrics show it") {
                try await HTTP.text("http://127.0.0.1:\(cairn.port + 1)/metrics").contains(
                    "cairn_jobs_waiting{job=\"outbox.send\"} 0.0")
            }
        }
        try sendmail.remove()
    }

    /// Each was sent once, or was in the dead worker's hands: then it is kept, whether it went or not.
    private func expectNothingTwice(
        _ letters: Int, _ sendmail: FakeSendmail, _ database: PostgresClient
    ) async throws {
        let taken = try sendmail.taken().compactMap { $0.firstMatch(of: /Message-ID: <([^@]*)@/) }.map { String($0.1) }
        let states = try await database.pipeline(
            Query.rows("select letter_id::text, concat_ws(' ', state, reason) from outbox") { row in
                (id: try row.next(String.self), state: try row.next(String.self))
            })
        #expect(Set(taken).count == taken.count)
        #expect(states.count == letters)
        let sent = Set(states.filter { $0.state == "sent" }.map(\.id))
        let unknown = Set(states.filter { $0.state == "kept outcome_unknown" }.map(\.id))
        #expect(sent.count + unknown.count == letters)
        #expect(sent.isSubset(of: taken) && Set(taken).isSubset(of: sent.union(unknown)))
        #expect((1...2).contains(unknown.count))
    }

    private func invite(_ count: Int, _ cairn: RunningCairn) async throws -> Int {
        let address = "http://127.0.0.1:\(cairn.port)/v1"
        let signIn = try await HTTP.send(
            "POST", address + "/sign-ins",
            json: [
                "practice": "saguaro-ridge", "email": "owner@saguaro-ridge.example",
                "password": .text(DemoWorld.password),
            ])
        let token = try #require(signIn.body["token"]?.text)
        for number in 0..<count {
            let answer = try await HTTP.send(
                "POST", address + "/staff", token: token, key: "invite-\(number)",
                json: [
                    "name": .text("New \(number)"), "email": .text("new\(number)@example.com"), "roles": ["counselor"],
                ])
            #expect(answer.status == 201)
        }
        return count
    }

    private func count(_ condition: SQL, _ database: PostgresClient) async throws -> Int {
        try await database.pipeline(Query.row("select count(*) from jobs where \(condition)") { try $0.next() })
    }

    private func until(_ what: String, _ holds: () async throws -> Bool) async throws {
        guard try await Patience.until(holds) else { throw CrashTestError("it never came that \(what)") }
    }
}
