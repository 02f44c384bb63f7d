import JSON
import Practice
import TestSupport

extension Sweep {
    /// The kind of thing whose id stands at a place; nil where the sweep does not know.
    static func kind(at position: IDPosition) -> String? {
        switch position.place {
        case .path("otherId"): return "peer"
        case .path("homeworkId") where position.operationID == "submitHomework": return "freshHomework"
        case .path("membershipId") where position.path.contains("couples"): return "coupleMembership"
        case .path(let name): return known(name)
        case .query("assignedTo"), .query("accountId"): return "actor"
        case .query(let name): return known(name)
        case .header: return nil
        case .body("/answers/files/*"): return "freshAttachment"
        case .body(let pointer):
            let found = SweepBodies.templates[position.operationID]?.compactMap { $0.value(at: pointer[...])?.text }
            return found?.first.map { String($0.dropFirst()) }
        }
    }

    private static func known(_ name: String) -> String? {
        let kind = name.hasSuffix("Id") ? String(name.dropLast(2)) : name
        return kinds.contains(kind) ? kind : nil
    }

    private static let kinds: Set = [
        "client", "couple", "group", "program", "track", "phase", "step", "staff", "supervisor", "enrollment",
        "meeting",
        "homework", "assignment", "exception", "attachment", "risk", "note", "processNote", "exercise",
        "exerciseVersion", "inquiry", "signIn", "document", "consent", "task", "letter", "job", "closure", "membership",
        "guardianship", "conflict", "merge", "feed", "code",
    ]

    /// Sends a request that is right in everything but, perhaps, the id at one place.
    func send(
        _ position: IDPosition, _ whose: Whose, as caller: Caller, idempotencyKey: String? = nil,
        headers extra: [String: String] = [:]
    ) async throws -> TestAnswer {
        guard let kind = Self.kind(at: position), let method = World.Method(rawValue: position.method.lowercased()),
            let chosen = id(kind, whose, caller)
        else { throw SweepError("\(position): nothing is known to put there") }
        var uri = position.path
        // What lies below a thing is that thing's, so that nothing but the thing itself decides.
        var below = Whose.own
        for parameter in position.path.matches(of: /\{([^}]*)\}/).map({ String($0.1) }) {
            var value: String?
            if position.place == .path(parameter) {
                value = chosen
                below = [.random, .malformed].contains(whose) ? .own : whose
            } else {
                let place = IDPosition(
                    method: position.method, path: position.path, operationID: position.operationID,
                    place: .path(parameter))
                value = Self.constants[parameter] ?? Self.kind(at: place).flatMap { id($0, below, caller) }
            }
            guard let value else { throw SweepError("\(position): {\(parameter)} is not known") }
            uri = uri.replacing("{\(parameter)}", with: value)
        }
        if case .query(let name) = position.place { uri += "?\(name)=\(chosen)" }
        let json = try body(of: position, chosen: chosen, caller)
        let sendsBytes = position.operationID == "uploadAttachmentContent"
        let piece = ["Content-Type": "application/octet-stream", "Content-Range": "bytes 0-0/1"]
        return try await world.request(
            method, uri, as: caller.person, json: sendsBytes ? nil : json, body: sendsBytes ? [0x25] : nil,
            ifMatch: [.get, .head, .post].contains(method) ? nil : 1, idempotencyKey: idempotencyKey,
            headers: sendsBytes ? extra.merging(piece) { own, _ in own } : extra)
    }

    /// Sends a body to things that the caller may see, where there are such.
    func send(_ json: JSONValue, to position: IDPosition, as caller: Caller) async throws -> TestAnswer {
        guard let method = World.Method(rawValue: position.method.lowercased()) else {
            throw SweepError("\(position): no such method")
        }
        var uri = position.path
        for parameter in position.path.matches(of: /\{([^}]*)\}/).map({ String($0.1) }) {
            let place = IDPosition(
                method: position.method, path: position.path, operationID: position.operationID, place: .path(parameter)
            )
            guard let value = Self.constants[parameter] ?? Self.kind(at: place).flatMap({ id($0, .own, caller) }) else {
                throw SweepError("\(position): {\(parameter)} is not known")
            }
            uri = uri.replacing("{\(parameter)}", with: value)
        }
        return try await world.request(
            method, uri, as: caller.person, json: json.filled { id($0, .own, caller) },
            ifMatch: method == .post ? nil : 1)
    }

    static let constants = [
        "questionnaire": "phq-9", "number": "1", "audience": "adult", "slug": "mesa",
        "token": String(repeating: "A", count: 64), "secret": String(repeating: "A", count: 64),
    ]

    func id(_ kind: String, _ whose: Whose, _ caller: Caller) -> String? {
        switch whose {
        // Nobody ends another's sign-in.
        case .own: kind == "signIn" ? caller.person.signInID.description : own[kind]
        case .hidden: hidden[kind]
        case .foreign: foreign[kind]
        case .random: own[kind] == nil ? nil : "019b8ee3-0000-7000-8000-00000000dead"
        case .malformed: "null"
        }
    }

    func body(of position: IDPosition, chosen: String, _ caller: Caller) throws -> JSONValue? {
        let contract = try Contract.current()
        let operation = contract.operations.first { $0.method == position.method && $0.path == position.path }
        guard let request = operation?.description["requestBody"] else { return nil }
        var pointer: String?
        if case .body(let place) = position.place { pointer = place }
        for template in SweepBodies.templates[position.operationID] ?? [] {
            if let pointer, template.value(at: pointer[...]) == nil { continue }
            return template.filled(at: pointer, with: chosen) { id($0, .own, caller) }
        }
        guard pointer == nil else { throw SweepError("\(position): no valid body has this member") }
        let media = request["content"]?["application/json"] ?? request["content"]?["application/merge-patch+json"]
        if let example = media?["example"] { return example }
        guard case .object(let examples)? = media?["examples"] else {
            return request["required"] == true && media != nil ? [:] : nil
        }
        return examples.first?.value["value"]
    }
}

extension TestAnswer {
    /// All that must not tell two answers apart: what is not of the one request alone. Of rosters that is their hash too,
    /// which is one of the question and the answer.
    var signature: String {
        let own = ["x-request-id", "date", "ratelimit"] + (self["hash"] == .null ? [] : ["etag"])
        let fields = headers.filter { !own.contains($0.key) }.sorted { $0.key < $1.key }
        let body = withoutRequestID.replacing(/"hash":"[^"]*"/, with: "")
        return "\(status) \(fields.map { "\($0.key): \($0.value)" }) \(body)"
    }
}
