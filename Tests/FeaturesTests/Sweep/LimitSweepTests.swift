import Features
import JSON
import Practice
import Testing
import TestSupport

/// What `openapi.yaml` says of the members of bodies, held against the server: their lengths, patterns, ranges, choices and
/// defaults are those that are checked.
@Suite struct LimitSweepTests {
    /// Members that are checked against more than the schema, and what that is.
    private static let boundOtherwise: [String: String] = [
        "PUT /v1/invitations/{token} /password": "the token is judged first; SignInTests set passwords",
        "PUT /v1/invitations/{token} /code": "the token is judged first",
        "PUT /v1/invitations/{token} /deviceKey": "the token is judged first",
        "POST /v1/clients/search /phone": "it has four digits at least; ClientSearchTests look for numbers",
        "PATCH /v1/homework/{homeworkId}/draft /answers": "answers are judged with the questions, by who may answer",
        "PUT /v1/homework/{homeworkId}/submission /answers": "answers are judged with the questions, by who may answer",
        "POST /v1/homework/{homeworkId}/attachments /key": "it is the key of a question, for who may attach",
    ]

    @Test func `what breaks the schema of a member is refused, and what is at its limits is not`() async throws {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            let positions = LimitPosition.all(in: try Contract.current())
            #expect(positions.count > 500)
            for position in positions where Self.boundOtherwise[position.description] == nil {
                for value in position.refused {
                    let isRefused = try await sweep.refuses(value, at: position)
                    #expect(isRefused, "\(position) takes \(value.short)")
                }
                for value in position.taken {
                    let isTaken = try await sweep.takes(value, at: position)
                    #expect(isTaken, "\(position) refuses \(value.short)")
                }
            }
        }
    }

    @Test func `sizes of pages, keys of repeats and cursors are as they are described`() async throws {
        let parameters = try #require(try Contract.current().document["components"]?["parameters"])
        let schema = { (name: String) in parameters[name]?["schema"] ?? .null }
        let (smallest, largest) = (schema("Limit")["minimum"]?.whole ?? 0, schema("Limit")["maximum"]?.whole ?? 0)
        let longest = schema("IdempotencyKey")["maxLength"]?.whole ?? 0
        let cursor = schema("Cursor")["maxLength"]?.whole ?? 0
        try await withWorld(limits: .generous) { (world: World) async throws in
            let owner = world.mesa.owner
            for (limit, status) in [(smallest - 1, 400), (smallest, 200), (largest, 200), (largest + 1, 400)] {
                let answer = try await world.request(.get, "/v1/clients?limit=\(limit)", as: owner)
                #expect(answer.status == status, "\(limit)")
            }
            for (length, status) in [(longest, 200), (longest + 1, 400)] {
                let key = String(repeating: "k", count: length)
                let answer = try await world.request(
                    .post, "/v1/clients/search", as: owner, json: ["name": "a"], idempotencyKey: key)
                #expect(answer.status == status, "\(length)")
            }
            let first = try await world.request(.get, "/v1/clients?limit=1", as: owner)
            let next = try #require(first["next"].text)
            #expect(next.utf8.count < cursor)
            #expect(try await world.request(.get, "/v1/clients?limit=1&cursor=\(next)", as: owner).status == 200)
            let wrong = try await world.request(.get, "/v1/clients?cursor=.", as: owner)
            #expect(wrong.status == 400 && wrong.code == "invalid_cursor")
        }
    }

    @Test func `every default may be sent, whatever stands beside it`() async throws {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            let positions = LimitPosition.all(in: try Contract.current()).filter { $0.defaultValue != nil }
            #expect(positions.count > 30)
            for position in positions {
                guard let value = position.defaultValue else { continue }
                for body in try sweep.variants(of: position.position) {
                    let told = try await sweep.faults(body, with: value, at: position)
                    #expect(told == [], "\(position) \(value.short) in \(body.short)")
                }
            }
        }
    }
}

extension Sweep {
    private static let limitCodes: Set = ["too_long", "too_short", "too_many", "too_few", "out_of_range", "wrong_type"]

    /// Whether a value is told as a fault of the member, in some body that has it.
    fileprivate func refuses(_ value: JSONValue, at position: LimitPosition) async throws -> Bool {
        for body in try variants(of: position.position) {
            let told = try await faults(body, with: value, at: position)
            if told.contains(where: { $0 != "unknown_member" }) { return true }
        }
        return false
    }

    /// Whether no limit is told of a value, in some body that has the member.
    fileprivate func takes(_ value: JSONValue, at position: LimitPosition) async throws -> Bool {
        for body in try variants(of: position.position) {
            let told = try await faults(body, with: value, at: position, within: false)
            if !told.contains("unknown_member"), Self.limitCodes.isDisjoint(with: told) { return true }
        }
        return false
    }

    /// The codes that are told of a member with a value, or of what is in it too.
    fileprivate func faults(
        _ body: JSONValue, with value: JSONValue, at position: LimitPosition, within: Bool = true
    ) async throws -> [String] {
        guard case .body(let place) = position.position.place else { return [] }
        let json = body.putting(value, at: place[...])
        let answer = try await send(json, to: position.position, as: callers[0])
        let pointer = position.position.pointer
        return answer["errors"].asArray.filter {
            let place = $0["pointer"]?.text ?? ""
            // Of what a question is made of, the question, or the part, is told.
            let isAround =
                pointer.hasPrefix("/fields/") && place.hasPrefix("/fields/") && pointer.hasPrefix(place + "/")
            let isAroundRule =
                pointer.hasPrefix("/risks/") && place.hasPrefix("/risks/") && pointer.hasPrefix(place + "/")
            return place == pointer || (within && (place.hasPrefix(pointer + "/") || isAround || isAroundRule))
        }.compactMap { $0["code"]?.text }
    }

    /// Bodies of an operation, with every kind of schedule, rule and question where it takes such.
    fileprivate func variants(of position: IDPosition) throws -> [JSONValue] {
        let bodies = try bodies(of: position)
        guard case .body(let pointer) = position.place, let base = bodies.first else { return bodies }
        if pointer.hasPrefix("/schedule") { return bodies + Self.schedules.map { base.putting($0, at: "/schedule") } }
        if pointer.hasPrefix("/recurrence") || pointer == "/everyWeeks" {
            return bodies + Self.recurrences.map { base.without("weekday").putting($0, at: "/recurrence") }
        }
        // Only a table has columns.
        if pointer.hasPrefix("/fields/*/columns") {
            return Self.columns.map { base.putting([.object(table(of: $0))], at: "/fields") }
        }
        if pointer.hasPrefix("/fields") { return bodies + Self.questions.map { base.putting([$0], at: "/fields") } }
        return bodies
    }

    private func table(of column: JSONValue) -> [JSONMember] {
        [
            JSONMember("key", "t"), JSONMember("label", "Table"), JSONMember("type", "table"),
            JSONMember("columns", [column]),
        ]
    }

    private static let schedules: [JSONValue] = recurrencesOfAll.map { rule in
        rule.putting("2026-01-05", at: "/startsOn").putting("20:00", at: "/dueTime")
            .putting("America/Phoenix", at: "/timeZone")
    }
    private static let recurrences: [JSONValue] = [
        ["repeats": "daily"], ["repeats": "weekdays"], ["repeats": "weekly", "weekdays": ["monday"]],
        ["repeats": "monthly", "dayOfMonth": 1], ["repeats": "monthly", "daysOfMonth": [1, 15]],
        ["repeats": "monthly", "nth": 1, "weekday": "monday"],
        ["repeats": "monthly", "weekdaysOfMonth": [["nth": 1, "weekday": "monday"]]], ["rrule": "FREQ=DAILY"],
    ]
    private static let recurrencesOfAll: [JSONValue] =
        recurrences + [
            ["repeats": "once", "dueOn": "2026-01-12"], ["repeats": "beforeMeetings"],
            ["repeats": "beforeAppointments"], ["repeats": "afterDone", "daysAfter": 7],
            ["repeats": "afterJoining", "daysAfter": 7],
        ]
    private static let choices: JSONValue = [["value": "a", "label": "A"], ["value": "b", "label": "B"]]
    private static let columns: [JSONValue] = [
        ["key": "c", "label": "C", "type": "shortText"], ["key": "c", "label": "C", "type": "number"],
        ["key": "c", "label": "C", "type": "yesNo"], ["key": "c", "label": "C", "type": "date"],
        ["key": "c", "label": "C", "type": "time"],
        ["key": "c", "label": "C", "type": "singleChoice", "choices": choices],
    ]
    private static let questions: [JSONValue] =
        columns + [
            ["key": "q", "label": "Q", "type": "longText"], ["key": "q", "label": "Q", "type": "scale"],
            ["key": "q", "label": "Q", "type": "multipleChoice", "choices": choices],
            ["key": "q", "label": "Q", "type": "table", "columns": [columns[0]]],
            ["key": "q", "label": "Q", "type": "file"], ["key": "q", "label": "Q", "type": "drawing"],
        ]
}

extension JSONValue {
    /// The first of it, for a message.
    fileprivate var short: String { String(String(decoding: bytes, as: UTF8.self).prefix(160)) }

    fileprivate func without(_ name: String) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.name != name })
    }
}
