import JSON
import Postgres
import Practice
import TestSupport

extension World {
    /// Homework of the default world: hands answers in.
    func submit(
        _ homework: ID<Homework>, _ answers: JSONValue = ["feelings": "calm", "mood": 7], as person: Person? = nil,
        version: ID<ExerciseVersion>? = nil, ifMatch: Int? = nil, more: KeyValuePairs<String, JSONValue> = [:]
    ) async throws -> TestAnswer {
        try await request(
            .put, "/v1/homework/\(homework)/submission", as: person ?? mesa.client,
            json: filled(answers, version, more), ifMatch: ifMatch)
    }

    func takeBack(_ homework: ID<Homework>, as person: Person? = nil, ifMatch: Int?) async throws -> TestAnswer {
        try await request(
            .delete, "/v1/homework/\(homework)/submission", as: person ?? mesa.client, ifMatch: ifMatch)
    }

    func saveDraft(
        _ homework: ID<Homework>, _ answers: JSONValue, as person: Person? = nil, base: Int? = nil,
        version: ID<ExerciseVersion>? = nil, more: KeyValuePairs<String, JSONValue> = [:]
    ) async throws -> TestAnswer {
        let base = base.map { JSONMember("base", .number(JSONNumber($0))) }
        return try await request(
            .patch, "/v1/homework/\(homework)/draft", as: person ?? mesa.client,
            json: filled(answers, version, more).adding([base].compactMap(\.self)))
    }

    func review(
        _ homework: ID<Homework>, _ outcome: String = "reviewed", comment: String? = nil, as person: Person? = nil,
        ifMatch: Int?
    ) async throws -> TestAnswer {
        let comment = comment.map { JSONMember("comment", .text($0)) }
        return try await request(
            .put, "/v1/homework/\(homework)/review", as: person ?? mesa.counselor,
            json: .object([JSONMember("outcome", .text(outcome))] + [comment].compactMap(\.self)), ifMatch: ifMatch)
    }

    func share(
        _ homework: ID<Homework>, _ isShared: Bool = true, as person: Person, ifMatch: Int?
    ) async throws -> TestAnswer {
        try await request(
            .put, "/v1/homework/\(homework)/sharing", as: person, json: ["withPartner": .bool(isShared)],
            ifMatch: ifMatch)
    }

    func read(_ homework: ID<Homework>, as person: Person? = nil) async throws -> TestAnswer {
        try await request(.get, "/v1/homework/\(homework)", as: person ?? mesa.client)
    }

    func list(_ path: String = "/v1/homework", as person: Person) async throws -> TestAnswer {
        try await request(.get, path, as: person)
    }

    func assign(
        to unit: String, _ schedule: JSONValue, _ exercise: ID<Exercise>? = nil, as person: Person? = nil
    ) async throws -> TestAnswer {
        try await request(
            .post, "/v1/\(unit)/homework", as: person ?? mesa.counselor,
            json: ["exerciseId": .text((exercise ?? mesa.exercise).description), "schedule": schedule])
    }

    func filled(
        _ answers: JSONValue, _ version: ID<ExerciseVersion>? = nil, _ more: KeyValuePairs<String, JSONValue> = [:]
    ) -> JSONValue {
        let filled: JSONValue = [
            "exerciseVersionId": .text((version ?? mesa.exerciseVersion).description), "answers": answers,
        ]
        return filled.adding(more.map { JSONMember($0, $1) })
    }

    /// How many rows there are, whoever may see them.
    func count(_ sql: SQL) async throws -> Int {
        try await database.superuser.pipeline(Query.row("select count(*) \(sql)") { try $0.next(Int.self) })
    }

    func run(_ sql: SQL) async throws {
        _ = try await database.superuser.pipeline(Query.run(sql))
    }
}

extension JSONValue {
    func adding(_ more: [JSONMember]) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members + more)
    }

    /// The elements of an array.
    var entries: [JSONValue] { if case .array(let entries) = self { entries } else { [] } }
}

extension TestAnswer {
    /// The answers of each submission.
    var answers: [JSONValue] { if case .array(let answers) = self["answers"] { answers } else { [] } }

    /// Which member of each item.
    func all(_ member: String) -> [String] { items.compactMap { $0[member]?.text } }
}
