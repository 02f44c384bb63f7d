import Cairn
import Foundation
import JSON
import Logging
import Postgres
import Practice
import Testing
import TestSupport

/// Files of homework, over crashes and weeks.
@Suite(.serialized) struct AttachmentTests {
    private static let fields: JSONValue = [
        ["key": "circles", "label": "Draw your circles.", "type": "drawing", "required": true]
    ]

    @Test func `a file of 5 MB arrives as it was although the server is killed between every two pieces`() async throws
    {
        try await withCairn { cairn in
            let load = try await Load(cairn, submissions: 1, exercises: 0, fields: Self.fields)
            let (homework, token) = (try #require(load.homework.first), load.client.text)
            let list = "http://127.0.0.1:\(cairn.port)/v1/homework/\(homework.uuidString.lowercased())/attachments"
            let file = SampleFile.png(size: 5_000_000)
            let begun = try await HTTP.send(
                "POST", list, token: token,
                json: ["key": "circles", "name": "circles.png", "size": .number(JSONNumber(file.count))])
            let address = "\(list)/\(try #require(begun.body["id"]?.text))"
            var kills = 0
            while true {
                let state = try await HTTP.send("GET", address, token: token)
                guard state.body["completedAt"] == .null else { break }
                let start = try #require(state.body["received"]?.integer)
                let piece = file[start..<min(start + 1_048_576, file.count)]
                if kills % 2 == 1 {
                    // In flight: it may have been kept or not, but the answer is lost.
                    let flying = Task {
                        try await HTTP.send(piece, of: file.count, to: "\(address)/content", token: token)
                    }
                    try await Task.sleep(for: .milliseconds(20))
                    cairn.signal(SIGKILL)
                    _ = await flying.result
                } else {
                    #expect(try await HTTP.send(piece, of: file.count, to: "\(address)/content", token: token) == 200)
                    cairn.signal(SIGKILL)
                }
                #expect(try await cairn.end() == 128 + SIGKILL)
                kills += 1
                try await cairn.start()
                let after = try await HTTP.send("GET", address, token: token).body["received"]?.integer ?? 0
                #expect(after == piece.endIndex || (kills % 2 == 0 && after == start))
            }
            #expect(kills >= 5)
            #expect(try await HTTP.bytes("\(address)/content", token: token) == file)
        }
    }

    @Test func `the worker removes what nobody finished within a week, and nothing else`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let homework = try await world.seed(mesa) { seed in
                let exercise = try seed.exercise("Circles", fields: Self.fields)
                return seed.homework(exercise, title: "Circles", for: [mesa.client], assignedBy: mesa.counselor)
                    .homework[0]
            }
            let list = "/v1/homework/\(homework)/attachments"
            let file = SampleFile.png(size: 300_000)
            var paths: [String] = []
            for _ in 0..<2 {
                let begun = try await world.request(
                    .post, list, as: mesa.client, json: ["key": "circles", "name": "a.png", "size": 300_000])
                paths.append(try #require(begun.headers["location"]))
                let kept = try await world.request(
                    .put, "\(paths[paths.count - 1])/content", as: mesa.client, body: Array(file[..<262_144]),
                    headers: ["Content-Type": "application/octet-stream", "Content-Range": "bytes 0-262143/300000"])
                #expect(kept.status == 200)
            }
            let rest = try await world.request(
                .put, "\(paths[0])/content", as: mesa.client, body: Array(file[262_144...]),
                headers: ["Content-Type": "application/octet-stream", "Content-Range": "bytes 262144-299999/300000"])
            #expect(rest["completedAt"] != .null)
            try await world.advance(by: .seconds(7 * 86_400))
            try await work(world)
            #expect(try await world.request(.get, list, as: mesa.client).items.count == 2)
            try await world.advance(by: .seconds(1))
            try await work(world)
            try await work(world)
            let left = try await world.request(.get, list, as: mesa.client).items
            #expect(left.compactMap { $0["id"]?.text } == [paths[0].split(separator: "/").last.map(String.init)])
            let (chunks, audited) = try await world.database.superuser.pipeline(
                Query.row("select count(*) from attachment_chunks") { try $0.next(Int.self) },
                Query.rows(
                    """
                    select action from audit_events where role = 'worker' and client_ids = array[\(mesa.client.clientID)]
                    """
                ) { try $0.next(String.self) })
            #expect(chunks == 2)
            #expect(audited == ["attachment.expire"])
        }
    }

    private func work(_ world: World) async throws {
        let quiet = Logger(label: "cairn.tests") { _ in SwiftLogNoOpLogHandler() }
        try await PostgresClient.patiently(world.database.connection("cairn_worker"), logger: quiet) { worker in
            let jobs = buildJobs(database: worker, keys: world.keys, surroundings: world.surroundings)
            try await #require(jobs.first { $0.name == "remove_unfinished_attachments" }).work()
        }
    }
}

extension JSONValue {
    fileprivate var integer: Int? { if case .number(let number) = self { number.integer } else { nil } }
}
