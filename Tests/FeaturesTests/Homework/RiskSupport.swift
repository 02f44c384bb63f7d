import JSON
import Postgres
import Practice
import TestSupport

/// What raises a risk record with the words that ship.
let hopeless: JSONValue = ["feelings": "They would be better off without me.", "mood": 7]

extension World {
    /// The records that somebody sees.
    func risks(as person: Person, _ query: String = "") async throws -> [JSONValue] {
        try await request(.get, "/v1/risk-records\(query)", as: person).items
    }

    /// The one record of a piece of homework, whoever may see it.
    func risk(of homework: ID<Homework>) async throws -> ID<RiskRecord> {
        try await database.superuser.pipeline(
            Query.row("select risk_id from risk_records where homework_id = \(homework)") { try $0.next() })
    }

    func read(_ risk: ID<RiskRecord>, as person: Person) async throws -> TestAnswer {
        try await request(.get, "/v1/risk-records/\(risk)", as: person)
    }

    func assess(
        _ risk: ID<RiskRecord>, _ assessment: JSONValue = ["outcome": "watch"], as person: Person? = nil, ifMatch: Int?
    ) async throws -> TestAnswer {
        try await request(
            .put, "/v1/risk-records/\(risk)/assessment", as: person ?? mesa.counselor, json: assessment,
            ifMatch: ifMatch)
    }
}
