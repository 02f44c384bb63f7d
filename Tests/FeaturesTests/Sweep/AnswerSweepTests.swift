import Features
import JSON
import Practice
import Testing
import TestSupport

/// What changes a thing answers what reading it answers, to everybody who may; and what is wrong with a query is pointed at
/// in one way.
@Suite struct AnswerSweepTests {
    @Test func `a change answers what GET answers, to each who may change it`() async throws {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            var (changed, complaints) = ([String: Int](), [String]())
            let changes = try Contract.current().changes()
            for change in changes {
                for caller in sweep.callers {
                    guard let outcome = try await sweep.change(change, as: caller) else { continue }
                    changed[change.position.description, default: 0] += 1
                    if outcome.answer != outcome.reading {
                        complaints.append(
                            "\(change.position) as \(caller.name):\n\(outcome.answer)\nis not\n\(outcome.reading)")
                    }
                }
            }
            #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n\n"))")
            let idle = changes.map(\.position).filter { changed[$0.description] == nil && $0.method == "PATCH" }
            #expect(idle.map(\.description) == [], "nobody could change these, which proves nothing")
            #expect(changed.values.reduce(0, +) > 55)
        }
    }

    @Test func `a patch of nothing raises no version, and wants the right one all the same`() async throws {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            let patches = try Contract.current().changes().filter { $0.position.method == "PATCH" }
            var patched: Set<String> = []
            for change in patches {
                for caller in sweep.callers {
                    guard let uri = sweep.uri(change.reading, as: caller) else { continue }
                    let before = try await world.request(.get, uri, as: caller.person)
                    guard before.status == 200, let version = before.version else { continue }
                    let same = try await world.request(.patch, uri, as: caller.person, json: [:], ifMatch: version)
                    guard same.status == 200 else {
                        #expect([403, 404].contains(same.status), "\(change.position) as \(caller.name): \(same.text)")
                        continue
                    }
                    patched.insert(change.position.path)
                    #expect(same.text == before.text && same.headers["etag"] == before.headers["etag"])
                    let stale = try await world.request(
                        .patch, uri, as: caller.person, json: [:], ifMatch: version + 1)
                    #expect(stale.status == 412, "\(change.position) as \(caller.name)")
                    let after = try await world.request(.get, uri, as: caller.person)
                    #expect(after.version == version)
                }
            }
            #expect(patched == Set(patches.map(\.position.path)))
        }
    }

    @Test func `a parameter of a query is pointed at in one way`() async throws {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            let contract = try Contract.current()
            let reader = SchemaReader(document: contract.document)
            var seen = 0
            for operation in contract.operations where operation.method == "GET" {
                for parameter in reader.parameters(of: operation) where parameter["in"] == "query" {
                    guard let name = parameter["name"]?.text, name != "cursor" else { continue }
                    let schema = reader.resolved(parameter["schema"] ?? .null)
                    guard schema["type"] != "string" || schema["enum"] != nil || schema["format"] != nil else {
                        continue
                    }
                    var pointers: [JSONValue?] = []
                    for caller in sweep.callers {
                        guard let uri = sweep.uri(operation, as: caller) else { continue }
                        let answer = try await world.request(.get, "\(uri)?\(name)=0x", as: caller.person)
                        guard answer.status == 400 else { continue }
                        pointers = answer["errors"].asArray.map { $0["pointer"] }
                        break
                    }
                    seen += 1
                    #expect(pointers.contains(.text("/\(name)")), "\(operation.path) ?\(name): \(pointers)")
                }
            }
            #expect(seen > 50)
        }
    }
}

/// A change, and the reading that answers the same.
struct ChangeOperation {
    let position: IDPosition
    let reading: Contract.Operation
}

extension Contract {
    /// Every PATCH and PUT that answers what some GET answers, of its own path or of one above it.
    fileprivate func changes() -> [ChangeOperation] {
        operations.filter { ["PATCH", "PUT"].contains($0.method) }.compactMap { operation in
            guard let shown = operation.shown else { return nil }
            var path = operation.path
            while !path.isEmpty {
                if let reading = operations.first(where: { $0.method == "GET" && $0.path == path && $0.shown == shown })
                {
                    let position = IDPosition(
                        method: operation.method, path: operation.path,
                        operationID: operation.description["operationId"]?.text ?? "", place: .header(""))
                    return ChangeOperation(position: position, reading: reading)
                }
                path = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
            }
            return nil
        }
    }
}

extension Contract.Operation {
    /// The schema of what it answers, by its name.
    fileprivate var shown: JSONValue? {
        description["responses"]?["200"]?["content"]?["application/json"]?["schema"]?["$ref"]
    }
}

extension Sweep {
    /// The path of an operation, with ids of the caller's own things; nil where one is not known.
    func uri(_ operation: Contract.Operation, as caller: Caller) -> String? {
        var uri = operation.path
        for parameter in operation.path.matches(of: /\{([^}]*)\}/).map({ String($0.1) }) {
            let place = IDPosition(
                method: operation.method, path: operation.path,
                operationID: operation.description["operationId"]?.text ?? "", place: .path(parameter))
            guard let value = Self.constants[parameter] ?? Self.kind(at: place).flatMap({ id($0, .own, caller) }) else {
                return nil
            }
            uri = uri.replacing("{\(parameter)}", with: value)
        }
        return uri
    }

    /// What a change is answered, and what reading the thing answers then; nil where the caller could not change it.
    fileprivate func change(
        _ change: ChangeOperation, as caller: Caller
    ) async throws -> (answer: String, reading: String)? {
        let contract = try Contract.current()
        guard
            let operation = contract.operations.first(where: {
                $0.method == change.position.method && $0.path == change.position.path
            }), let method = World.Method(rawValue: operation.method.lowercased()),
            let uri = uri(operation, as: caller), let readingURI = self.uri(change.reading, as: caller)
        else { return nil }
        let before = try await world.request(.get, readingURI, as: caller.person)
        let json = try body(of: change.position, chosen: "", caller)
        let answer = try await world.request(
            method, uri, as: caller.person, json: json, ifMatch: before.version ?? 1)
        guard answer.status == 200 else { return nil }
        let after = try await world.request(.get, readingURI, as: caller.person)
        let tag = { (answer: TestAnswer) in answer.version.map { "\($0) " } ?? "" }
        return (tag(answer) + answer.text, tag(after) + after.text)
    }
}
