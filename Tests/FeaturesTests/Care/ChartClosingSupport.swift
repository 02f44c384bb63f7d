import JSON
import Postgres
import Practice
import Testing
import TestSupport

extension World {
    /// Changes a chart as it stands.
    func change(_ client: Person, _ json: JSONValue, as person: Person) async throws -> TestAnswer {
        let path = "/v1/clients/\(client.clientID)"
        let version = try await request(.get, path, as: mesa.intake).version
        return try await request(.patch, path, as: person, json: json, ifMatch: version)
    }

    /// The last status of an enrollment as the desk reads it, and since when.
    func days(of path: String) async throws -> [String?] {
        let answer = try await request(.get, path, as: mesa.intake)
        return [answer["status"].text, answer["endedOn"].text]
    }

    /// A reminder of the client's homework, an assignment that makes more, and an appointment to come.
    func plan(_ house: House) async throws {
        try await seed(house) { seed in
            seed.add(
                """
                update homework set remind_at = due_at - interval '1 day', version = version + 1
                where practice_id = \(house.id) and homework_id = \(house.homework)
                """)
            seed.add(
                """
                update homework_assignments set plan_next = \(seed.now)
                where practice_id = \(house.id) and assignment_id = \(house.assignment)
                """)
            seed.add(
                """
                insert into appointments (practice_id, appointment_id, kind, client_id, starts_at, minutes)
                values (\(house.id), \(seed.id(Appointment.self)), 'individual', \(house.client.clientID),
                        \(seed.now + .seconds(86_400)), 50)
                """)
        }
    }
}
