import JSON
import Practice
import Testing
import TestSupport

/// Tries to sign in, from here and from there.
protocol TriesToSignIn {}

extension TriesToSignIn {
    var home: [String: String] { ["X-Forwarded-For": "192.0.2.7"] }
    var elsewhere: [String: String] { ["X-Forwarded-For": "198.51.100.9"] }
    var ownKey: String { String(repeating: "A", count: 43) }

    func attempt(
        _ name: String, _ password: String = World.password, code: String? = nil, deviceKey: String? = nil,
        link: String? = nil
    ) -> JSONValue {
        var members = [
            JSONMember("practice", "mesa"), JSONMember("email", .text(name)), JSONMember("password", .text(password)),
        ]
        for (member, value) in [("code", code), ("deviceKey", deviceKey), ("link", link)] {
            if let value { members.append(JSONMember(member, .text(value))) }
        }
        return .object(members)
    }

    func wrong(_ world: World, _ name: String, _ count: Int, from place: [String: String]) async throws -> [Int] {
        var answers: [Int] = []
        for _ in 0..<count {
            answers.append(
                try await world.request(
                    .post, "/v1/sign-ins", json: attempt(name, "wrong horse battery"), headers: place
                ).status)
        }
        return answers
    }
}
