import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Rows of the matrix are joined by "or": who has several ties is shown what any of them shows, of each thing the fields
/// that its own ties show, and nothing else (decision 0046).
@Suite struct JoinedTiesTests {
    typealias Tie = JoinedTies.Tie

    /// All pairs, and all that one counselor can be.
    private static let joined: [[Tie]] =
        Tie.allCases.enumerated().flatMap { n, first in Tie.allCases.dropFirst(n + 1).map { [first, $0] } }
        + [
            [.treats, .leads, .oversees], [.treats, .leads, .overseesLeader, .guards],
            [.isClient, .guards, .guardsAnother],
        ]

    @Test func `a list by several ties is what each of them gives, item by item and field by field`() async throws {
        try await withWorld { (world: World) async throws in
            let joined = try await JoinedTies(in: world)
            let complaints = try await complaints(joined, joined.lists)
            #expect(complaints == [])
        }
    }

    @Test func `a thing, and what lies below it, shows by several ties what the widest of them shows`() async throws {
        try await withWorld { (world: World) async throws in
            let joined = try await JoinedTies(in: world)
            let complaints = try await complaints(joined, joined.things)
            #expect(complaints == [])
        }
    }

    @Test func `the audit of a list names all ties that let in, and whom each of them reaches`() async throws {
        try await withWorld { (world: World) async throws in
            let joined = try await JoinedTies(in: world)
            let clients = [joined.person, world.mesa.minor, joined.ward].map { "\($0.clientID)" }
            for (ties, role, relation, reached) in [
                ([.guards], "guardian", "guards", [clients[1]]),
                ([.isClient, .guards, .guardsAnother], "client+guardian", "self+guards", clients),
            ] as [([Tie], String, String, [String])] {
                _ = try await joined.answers(["/v1/clients"], by: ties)
                let audit = try await world.request(.get, "/v1/audit-events?limit=2", as: world.mesa.owner)
                let row = try #require(audit.items.first { $0["action"] == "client.read" })
                #expect(row["role"]?.text == role)
                #expect(row["relation"]?.text == relation)
                #expect(Set(row["clientIds"]?.list.compactMap(\.text) ?? []) == Set(reached))
            }
        }
    }

    @Test func `a list by several ties is read in pages, in one order`() async throws {
        try await withWorld { (world: World) async throws in
            let joined = try await JoinedTies(in: world)
            try await joined.tie([.isClient, .guards, .treats, .leads, .oversees])
            for path in ["/v1/homework", "/v1/clients", "/v1/consents", "/v1/groups", "/v1/tasks"] {
                let whole = try await world.request(.get, path, as: joined.person).items
                #expect(whole.count > 2, "\(path)")
                var (paged, next): ([JSONValue], String?) = ([], "")
                while let cursor = next, paged.count <= whole.count {
                    let rest = cursor.isEmpty ? "" : "&cursor=\(cursor)"
                    let page = try await world.request(.get, "\(path)?limit=2\(rest)", as: joined.person)
                    (paged, next) = (paged + page.items, page["next"].text)
                }
                #expect(paged == whole, "\(path)")
            }
        }
    }

    /// What the answers to several ties have more, less or otherwise than those to each of them together.
    private func complaints(_ joined: JoinedTies, _ paths: [String]) async throws -> [String] {
        var alone: [Tie: [String: JSONValue]] = [:]
        for tie in Tie.allCases { alone[tie] = try await joined.answers(paths, by: [tie]) }
        var complaints: [String] = []
        var differing: Set<String> = []
        for ties in Self.joined {
            let together = try await joined.answers(paths, by: ties)
            for path in paths {
                let parts = ties.compactMap { alone[$0]?[path] }
                if parts.count > 1, Set(parts).count > 1 { differing.insert(path) }
                guard let whole = together[path] else {
                    if !parts.isEmpty { complaints.append("\(ties) \(path): refused") }
                    continue
                }
                if parts.isEmpty {
                    complaints.append("\(ties) \(path): let in by nothing")
                } else {
                    complaints += differences(whole, parts).map { "\(ties.map(\.rawValue)) \(path) \($0)" }
                }
            }
        }
        // The ties show different things, so that there is something to join.
        #expect(differing.count > 5, "\(differing.sorted())")
        return complaints
    }

    private func differences(_ whole: JSONValue, _ parts: [JSONValue]) -> [String] {
        if case .array(let items) = whole["items"] ?? .null {
            let expected = parts.reduce(into: [String: JSONValue]()) { found, part in
                for item in part["items"]?.list ?? [] {
                    found[key(item)] = found[key(item)].map { joined($0, item) } ?? item
                }
            }
            let found = Dictionary(items.map { (key($0), $0) }) { first, _ in first }
            let twice = items.count == found.count ? [] : ["has something twice"]
            return twice
                + expected.keys.filter { found[$0] == nil }.sorted().map { "lacks \($0)" }
                + found.keys.filter { expected[$0] == nil }.sorted().map { "has \($0) besides" }
                + found.sorted { $0.key < $1.key }.compactMap { id, item in
                    expected[id].flatMap {
                        $0.sorted == item.sorted ? nil : "of \(id): \(item.bytesAsText), not \($0.bytesAsText)"
                    }
                }
        }
        let expected = parts.dropFirst().reduce(parts[0], joined)
        return whole.sorted == expected.sorted ? [] : ["\(whole.bytesAsText), not \(expected.bytesAsText)"]
    }

    private func key(_ item: JSONValue) -> String {
        ["id", "homeworkId", "clientId", "groupId", "kind", "audience", "accountId"].lazy.compactMap { item[$0]?.text }
            .first
            ?? item["group"]?["id"]?.text ?? item.bytesAsText
    }

    /// What both of them say: what one leaves out, or says nothing of, the other says.
    private func joined(_ one: JSONValue, _ other: JSONValue) -> JSONValue {
        guard case .object(let members) = one, case .object(let others) = other else {
            // A list of which no more than its length is shown to one of them.
            return one == .null || one.list.contains { $0["masked"] == true } ? other : one
        }
        let theirs = Dictionary(others.map { ($0.name, $0.value) }) { first, _ in first }
        let known = Set(members.map(\.name))
        return .object(
            members.map { member in
                JSONMember(member.name, theirs[member.name].map { joined(member.value, $0) } ?? member.value)
            }
                + others.filter { !known.contains($0.name) })
    }
}

extension JSONValue {
    /// The same, the members of objects in the order of their names.
    fileprivate var sorted: JSONValue {
        switch self {
        case .object(let members):
            .object(members.map { JSONMember($0.name, $0.value.sorted) }.sorted { $0.name < $1.name })
        case .array(let elements): .array(elements.map(\.sorted))
        default: self
        }
    }

    fileprivate var bytesAsText: String { String(decoding: bytes, as: UTF8.self) }
}
