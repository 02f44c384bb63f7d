import JSON
import Postgres
import Practice
import Testing
import TestSupport

extension World {
    /// Asks for a seat in a group, or for a place in its waitlist.
    func enroll(
        _ client: Person, in group: ID<Group>, as person: Person, status: String = "active", startsOn: String? = nil
    ) async throws -> TestAnswer {
        try await request(
            .post, "/v1/groups/\(group)/enrollments", as: person,
            json: [
                "clientId": .text("\(client.clientID)"), "status": .text(status),
                "startsOn": startsOn.map { .text($0) } ?? .null,
            ])
    }

    /// The path of a new enrollment, which must be made.
    func enrolled(
        _ client: Person, in group: ID<Group>, status: String = "active", startsOn: String? = nil
    ) async throws -> String {
        let made = try await enroll(client, in: group, as: mesa.intake, status: status, startsOn: startsOn)
        return try #require(made.headers["location"], "\(made.text)")
    }

    /// Takes a step in an enrollment, as it stands or as it was seen.
    func step(
        _ path: String, _ status: String, as person: Person? = nil, from: String? = nil, until: String? = nil,
        reason: String? = nil, seen version: Int? = nil
    ) async throws -> TestAnswer {
        let now = if let version { version } else { try await request(.get, path, as: mesa.intake).version }
        return try await request(
            .put, "\(path)/status", as: person ?? mesa.intake,
            json: [
                "status": .text(status), "from": from.map { .text($0) } ?? .null,
                "until": until.map { .text($0) } ?? .null, "reason": reason.map { .text($0) } ?? .null,
            ], ifMatch: now)
    }

    func transfer(
        _ path: String, to group: ID<Group>, as person: Person? = nil, on: String? = nil, seen version: Int? = nil
    ) async throws -> TestAnswer {
        let now = if let version { version } else { try await request(.get, path, as: mesa.intake).version }
        return try await request(
            .put, "\(path)/transfer", as: person ?? mesa.intake,
            json: ["groupId": .text("\(group)"), "on": on.map { .text($0) } ?? .null], ifMatch: now)
    }

    func correct(_ path: String, to steps: [JSONValue], as person: Person? = nil) async throws -> TestAnswer {
        let version = try await request(.get, path, as: mesa.intake).version
        return try await request(
            .put, "\(path)/history", as: person ?? mesa.intake, json: ["steps": .array(steps)], ifMatch: version)
    }

    /// The status today, as the front desk reads it.
    func status(of path: String) async throws -> String? {
        try await request(.get, path, as: mesa.intake)["status"].text
    }

    /// A group of its own, of as many seats.
    func group(_ name: String, seats: Int, facilitatedBy facilitator: Person? = nil) async throws -> ID<Group> {
        try await seed(mesa) {
            $0.group(name, in: mesa.program, capacity: seats, facilitatedBy: facilitator)
        }
    }

    /// So many clients of whom nothing else is known.
    func clients(_ count: Int, _ name: String = "Given") async throws -> [Person] {
        try await seed(mesa) { seed in
            try (0..<count).map { try seed.client("\(name)\($0) Family\($0)") }
        }
    }
}

/// Notes in a client's chart that somebody, `otherId` or `staffId`, is never placed with the client.
func noteConflict(
    _ world: World, _ kind: String, of client: Person, _ other: JSONValue, as person: Person? = nil
) async throws -> TestAnswer {
    var body: [JSONMember] = [JSONMember("kind", .text(kind))]
    if case .object(let members) = other { body += members }
    return try await world.request(
        .post, "/v1/clients/\(client.clientID)/conflicts", as: person ?? world.mesa.intake, json: .object(body))
}
