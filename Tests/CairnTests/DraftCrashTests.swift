import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// A draft outlives the server, wherever it is killed.
@Suite(.serialized) struct DraftCrashTests {
    @Test func `a draft survives the server killed between every two requests`() async throws {
        try await withCairn { cairn in
            let load = try await Load(cairn, submissions: 1, exercises: 0)
            let homework = try #require(load.homework.first)
            func again() async throws {
                cairn.signal(SIGKILL)
                #expect(try await cairn.end() == 128 + SIGKILL)
                try await cairn.start()
            }
            var base = 0
            for mood in 1...4 {
                let saved = try await load.saveDraft(
                    homework, ["feelings": .text("after \(mood)"), "mood": .number(JSONNumber(mood))], base: base)
                #expect(saved["conflicts"] == [])
                guard case .number(let revision)? = saved["revision"] else { throw CrashTestError("no revision") }
                base = revision.integer ?? 0
                let expected: JSONValue = ["feelings": .text("after \(mood)"), "mood": .number(JSONNumber(mood))]
                try await again()
                #expect(try await load.read(homework)["draft"]?["answers"] == expected)
                try await again()
            }
            let other = try await load.saveDraft(homework, ["feelings": "from another device"], base: 0)
            #expect(other["conflicts"]?[0]?["answer"] == "after 4")
            try await again()
            #expect(try await load.read(homework)["draft"]?["conflicts"]?[0]?["answer"] == "after 4")
            try await again()
            #expect(try await load.submit(homework) == 200)
            try await again()
            let read = try await load.read(homework)
            #expect(read["status"] == "submitted")
            #expect(read["answers"]?[0]?["answers"] == ["feelings": "calm", "mood": 6])
        }
    }

    @Test func `a draft that was acknowledged while the server was killed in mid-load is there`() async throws {
        try await withCairn { cairn in
            let load = try await Load(cairn, submissions: 12, exercises: 0)
            let acknowledged = Locked<[UUID: Int]>([:])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for homework in load.homework {
                    group.addTask {
                        for mood in 1...10 {
                            do {
                                _ = try await load.saveDraft(
                                    homework, ["mood": .number(JSONNumber(mood))], base: Int(Int32.max))
                                acknowledged.change { $0[homework] = mood }
                            } catch is URLError {
                                return
                            }
                        }
                    }
                }
                group.addTask {
                    while acknowledged.value.values.reduce(0, +) < 100 { try await Task.sleep(for: .milliseconds(2)) }
                    cairn.signal(SIGKILL)
                    #expect(try await cairn.end() == 128 + SIGKILL)
                }
                try await group.waitForAll()
            }
            try await cairn.start()
            for (homework, mood) in acknowledged.value {
                let draft = try await load.read(homework)["draft"]
                var texts = [draft?["answers"]?["mood"]]
                if case .array(let kept)? = draft?["conflicts"] { texts += kept.map { $0["answer"] } }
                for saved in 1...mood { #expect(texts.contains(.number(JSONNumber(saved)))) }
            }
        }
    }
}

extension JSONValue {
    fileprivate subscript(_ index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}
