import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Several devices that write in one draft at random, some of them offline, held against a model.
@Suite struct HomeworkDraftModelTests {
    @Test(arguments: 1...6)
    func `every text that was ever acknowledged is present, kept, or was knowingly replaced`(seed: UInt64) async throws
    {
        try await withWorld { world in
            var chance = Chance(state: seed)
            var model = DraftModel()
            var devices = Array(repeating: DraftModel.Device(), count: 3)
            let homework = world.mesa.homework
            for step in 0..<60 {
                let (index, key) = (chance.below(3), chance.below(4) == 0 ? "mood" : "feelings")
                let text: JSONValue? =
                    chance.below(6) == 0
                    ? nil : key == "mood" ? .number(JSONNumber(1 + step % 10)) : .text("text \(step)")
                let base = devices[index].revision
                let answer = try await world.saveDraft(homework, .object([JSONMember(key, text ?? .null)]), base: base)
                #expect(answer.status == 200)
                model.save(key, text ?? .null, by: devices[index])
                devices[index].learn(from: answer, saved: key, text ?? .null)
                if chance.below(3) == 0 { devices[index].learn(from: try await world.read(homework)) }
                let draft = try await world.read(homework)["draft"]
                let kept =
                    draft["conflicts"]?.entries.map { DraftModel.Text($0["key"]?.text, $0["answer"] ?? .null) } ?? []
                let present = draft["answers"] ?? .null
                for text in model.owed {
                    #expect(
                        present[text.key] == text.answer || kept.contains(text), "step \(step): \(text) was lost")
                }
            }
        }
    }

    @Test func `devices that save at the same moment lose nothing`() async throws {
        try await withWorld { world in
            let homework = world.mesa.homework
            let texts = (0..<64).map { "text \($0)" }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for text in texts {
                    group.addTask { try await world.saveDraft(homework, ["feelings": .text(text)], base: 0).status }
                }
                for try await status in group { #expect(status == 200) }
            }
            let draft = try await world.read(homework)["draft"]
            let all = [draft["answers"]["feelings"]] + (draft["conflicts"]?.entries.map { $0["answer"] } ?? [])
            #expect(all.compactMap { $0?.text }.sorted() == texts.sorted())
            #expect(draft["revision"] == .number(JSONNumber(texts.count)))
        }
    }
}

/// What devices know, and which texts nobody has knowingly replaced.
private struct DraftModel {
    struct Text: Hashable {
        var key: String
        var answer: JSONValue

        init(_ key: String?, _ answer: JSONValue) {
            self.key = key ?? ""
            self.answer = answer
        }
    }

    struct Device {
        var revision = 0
        /// All texts that it has been shown, or wrote.
        var seen: Set<Text> = []

        mutating func learn(from save: TestAnswer, saved key: String, _ answer: JSONValue) {
            seen.insert(Text(key, answer))
            for field in save["conflicts"].entries + save["changes"].entries {
                seen.insert(Text(field["key"]?.text, field["answer"] ?? .null))
            }
            revision = save["revision"].integer
        }

        mutating func learn(from read: TestAnswer) {
            guard case .object(let members)? = read["draft"]["answers"] else { return }
            for member in members { seen.insert(Text(member.name, member.value)) }
            for field in read["draft"]["conflicts"]?.entries ?? [] {
                seen.insert(Text(field["key"]?.text, field["answer"] ?? .null))
            }
            revision = read["draft"]["revision"]?.integer ?? 0
        }
    }

    /// Texts that must still be there.
    private(set) var owed: Set<Text> = []

    mutating func save(_ key: String, _ answer: JSONValue, by device: Device) {
        owed = owed.filter { $0.key != key || !device.seen.contains($0) }
        if answer != .null { owed.insert(Text(key, answer)) }
    }
}

/// Chance that is the same each time (SplitMix64).
private struct Chance {
    var state: UInt64

    mutating func below(_ limit: UInt64) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((bits ^ (bits >> 31)) % limit)
    }
}

extension JSONValue {
    fileprivate var integer: Int { if case .number(let number) = self { number.integer ?? 0 } else { 0 } }
}
