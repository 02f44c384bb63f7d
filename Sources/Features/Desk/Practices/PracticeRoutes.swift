import JSON
import Practice
import WebAPI

/// The practice itself.
struct PracticeRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/practice", "practice.read", of: .practice, read),
            .patch("/v1/practice", "practice.change", of: .practice, change),
        ]
    }

    private func read(_ call: Call) async throws -> Answer {
        let practice = try await call.run(Practice.Profile.query(in: call.practiceID))
        return .json(etag: practice.version, practice)
    }

    private func change(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        let change = try call.patch(Practice.Change.init)
        let practice = try await call.run(Practice.Profile.update(change, seen: seen, in: call.practiceID))
        return .json(etag: practice.version, practice)
    }
}

extension Practice.Profile: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("phone", phone)
            json.member("email", email)
            json.member("slug", ifPresent: slug)
            json.member("timeZone", ifPresent: timeZone)
            json.member("quietFrom", ifPresent: quietFrom)
            json.member("quietUntil", ifPresent: quietUntil)
            json.member("secondFactorFrom", ifPresent: secondFactorFrom)
        }
    }
}
