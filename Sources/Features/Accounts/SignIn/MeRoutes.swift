import JSON
import Postgres
import Practice
import WebAPI

/// Who the caller is, and what one is written about.
struct MeRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/me", "me.read", of: .practice, read),
            .put("/v1/me/homework-digest", "me.change", of: .practice, setDigest),
        ]
    }

    private func read(_ call: Call) async throws -> Answer {
        let (principal, me, ends, notices, change) = try await call.enter(
            Me.query(in: call.practiceID), Me.ends(in: call.practiceID, at: call.now),
            Me.notices(in: call.practiceID, at: call.now), EmailChange.waiting(in: call.practiceID, at: call.now))
        return .json { json in
            json.object("account") { json in
                json.member("id", principal.accountID)
                json.member("name", me.name)
                json.member("email", me.email)
                json.member("signInName", me.signInName)
                json.array("roles", me.roles.map(\.rawValue))
                json.member("clientId", principal.clientID)
                if me.roles.contains(.guardian) { json.array("guards", me.wards) }
                json.member("homeworkDigest", ifPresent: me.wantsDigest)
            }
            json.object("practice") { json in
                json.member("id", call.practiceID)
                json.member("slug", me.practiceSlug)
                json.member("name", me.practiceName)
                json.member("timeZone", me.timeZone)
            }
            json.object("signIn") { json in
                json.member("id", principal.signInID)
                json.member("expiresAt", ends.first { $0.id == principal.signInID }?.at ?? call.now)
            }
            json.member("emailChange", change)
            json.array("notices", notices)
        }
    }

    private func setDigest(_ call: Call) async throws -> Answer {
        let isWanted = try call.body { $0.required("wanted", .bool) }
        guard try await call.run(Me.setDigest(isWanted)) else { throw Problem.forbidden }
        return .noContent
    }
}

/// What an account is told of itself.
struct Me: Sendable {
    let name: String
    let email: String?
    let signInName: String?
    let roles: [Role]
    let practiceSlug: String
    let practiceName: String
    let timeZone: String
    /// Whether a letter says each weekday how much homework waits; nil for who is no member of staff.
    let wantsDigest: Bool?
    /// Of whom the account is guardian today.
    let wards: [ID<Client>]

    struct Notice: Sendable, JSONWritable {
        let kind: String
        let at: Instant

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("kind", kind)
                json.member("at", at)
            }
        }
    }

    struct End: Sendable {
        let id: ID<SignIn>
        let at: Instant
    }
}
