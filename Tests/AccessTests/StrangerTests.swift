import Foundation
import JSON
import Practice
import Testing
import TestSupport

/// Every route of the application, met by people whose business it is not.
@Suite struct StrangerTests {
    @Test func `without a token, or with one that is none, nothing but the public routes answers`() async throws {
        try await withWorld { world in
            for (route, parameter) in world.ways {
                let call = try Attempt(route, ids: Attempt.ids(of: world.mesa), asking: parameter)
                for header in [[:], ["Authorization": "Bearer \(String(repeating: "A", count: 64))"]] {
                    let answer = try await call.send(world, as: nil, headers: header)
                    #expect(answer.status == 401, "\(route.method) \(route.path)")
                }
            }
        }
    }

    @Test func `to the other practice, what is there and what is not answer alike, byte for byte`() async throws {
        try await withWorld { world in
            for (route, parameter) in world.ways where route.path.contains("{") {
                let there = try Attempt(route, ids: Attempt.ids(of: world.mesa), asking: parameter)
                let nowhere = try Attempt(route, ids: [:], asking: parameter)
                for person in world.tempe.everyone {
                    let answer = try await there.send(world, as: person)
                    let control = try await nowhere.send(world, as: person)
                    let place = "\(route.method) \(route.path) as \(person.name): \(answer.text)"
                    #expect([403, 404].contains(answer.status), "\(place)")
                    #expect(answer.status == control.status, "\(place)")
                    #expect(answer.withoutRequestID == control.withoutRequestID, "\(place)")
                }
            }
        }
    }

    @Test func `who supervises whom is told to every counselor, with names`() async throws {
        try await withWorld { world in
            let counselor = world.mesa.counselor.accountID
            let answer = try await world.request(.get, "/v1/staff/\(counselor)/supervisors", as: world.mesa.newcomer)
            #expect(answer.items.count == 1)
            #expect(answer.text.contains(world.mesa.supervisor.name))
        }
    }

    @Test func `to a counselor of nobody, other people's things answer as if they were not there`() async throws {
        // What the matrix shows to every counselor.
        let open = [
            "/v1/groups/{groupId}", "/v1/groups/{groupId}/meetings", "/v1/groups/{groupId}/facilitators",
            "/v1/meetings/{meetingId}", "/v1/programs/{programId}", "/v1/programs/{programId}/tracks",
            "/v1/programs/{programId}/phases", "/v1/staff/{staffId}",
            "/v1/staff/{staffId}/supervisors", "/v1/exercises/{exerciseId}",
            "/v1/exercises/{exerciseId}/versions", "/v1/consent-documents/{documentId}",
            "/v1/consent-documents/{documentId}/versions",
        ]
        try await withWorld { world in
            let stranger = world.mesa.newcomer
            for (route, parameter) in world.ways where route.path.contains("{") {
                if route.method == "GET" && open.contains(route.path) { continue }
                let there = try Attempt(route, ids: Attempt.ids(of: world.mesa), asking: parameter)
                let answer = try await there.send(world, as: stranger)
                let control = try await Attempt(route, ids: [:], asking: parameter).send(world, as: stranger)
                let place = "\(route.method) \(route.path): \(answer.text)"
                #expect([403, 404].contains(answer.status), "\(place)")
                #expect(answer.withoutRequestID == control.withoutRequestID, "\(place)")
            }
        }
    }
}

extension World {
    /// Every way through a door: each route, and once more with the parameter that sends it through its other door.
    fileprivate var ways: [(DeclaredRoute, String?)] {
        routes.filter { !$0.isPublic }.flatMap { route in
            [(route, nil)] + (route.otherDoor.map { [(route, $0.parameters.first)] } ?? [])
        }
    }
}

/// A request to a route that is right in everything but who makes it.
private struct Attempt {
    let method: World.Method
    let uri: String
    let json: JSONValue?
    /// Whether it sends a piece of a file.
    let sendsBytes: Bool

    /// Ids that are not given are made up; `asking` sends it through the route's other door.
    init(_ route: DeclaredRoute, ids: [String: String], asking parameter: String? = nil) throws {
        method = try #require(World.Method(rawValue: route.method.lowercased()))
        let path = route.path.replacing(/\{([^}]*)\}/) { match in
            ids[String(match.1)] ?? "019b8ee3-0000-7000-8000-00000000dead"
        }
        uri = path + (parameter.map { "?\($0)=2026-01-02" } ?? "")
        let operation = try Contract.current().operations.first { $0.method == route.method && $0.path == route.path }
        let content = operation?.description["requestBody"]?["content"]
        sendsBytes = content?["application/octet-stream"] != nil
        let media = content?["application/json"] ?? content?["application/merge-patch+json"]
        var example = media?["example"]
        if example == nil, case .object(let examples) = media?["examples"] { example = examples.first?.value["value"] }
        json = example
    }

    func send(_ world: World, as person: Person?, headers: [String: String] = [:]) async throws -> TestAnswer {
        let isVersioned = method != .get && method != .post
        let piece = ["Content-Type": "application/octet-stream", "Content-Range": "bytes 0-0/1"]
        return try await world.request(
            method, uri, as: person, json: json, body: sendsBytes ? [0] : nil, ifMatch: isVersioned ? 1 : nil,
            headers: sendsBytes ? headers.merging(piece) { own, _ in own } : headers)
    }

    /// Things of a house by the names that paths have for them.
    static func ids(of house: House) -> [String: String] {
        [
            "clientId": "\(house.client.clientID)", "coupleId": "\(house.couple)", "groupId": "\(house.group)",
            "programId": "\(house.program)", "staffId": "\(house.counselor.accountID)",
            "enrollmentId": "\(house.enrollment)", "meetingId": "\(house.meeting)", "homeworkId": "\(house.homework)",
            "noteId": "\(house.draftNote)", "processNoteId": "\(house.processNote)", "exerciseId": "\(house.exercise)",
            "inquiryId": "\(house.inquiry)", "signInId": "\(house.owner.signInID)",
            "assignmentId": "\(house.assignment)", "documentId": "\(house.consentDocument)",
            "consentId": "\(house.consent)", "taskId": "\(house.task)",
            "letterId": "\(house.letter)", "jobId": "\(house.letter)",
        ]
    }
}
