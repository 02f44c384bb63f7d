import Postgres
import Practice
import WebAPI

/// Who the caller is.
struct MeRoutes: RouteGroup {
    var routes: [Route] {
        [.get("/v1/me", "me.read", of: .practice, read)]
    }

    private func read(_ call: Call) async throws -> Answer {
        let (principal, me, ends) = try await call.enter(Me.query(call), Me.ends(call))
        return .json { json in
            json.object("account") { json in
                json.member("id", principal.accountID)
                json.member("name", me.name)
                json.member("email", me.email)
                json.array("roles", me.roles.map(\.rawValue))
                json.member("clientId", principal.clientID)
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
        }
    }
}

private struct Me: Sendable {
    let name: String
    let email: String
    let roles: [Role]
    let practiceSlug: String
    let practiceName: String
    let timeZone: String

    static func query(_ call: Call) -> Query<Me> {
        .row(
            """
            select a.name, a.email, a.roles, p.slug, p.name, p.time_zone
            from accounts a join practices p using (practice_id)
            where a.practice_id = \(call.practiceID) and a.account_id = access.account()
            """
        ) { row in
            Me(
                name: try row.next(), email: try row.next(), roles: try row.next(), practiceSlug: try row.next(),
                practiceName: try row.next(), timeZone: try row.next())
        }
    }

    static func ends(_ call: Call) -> Query<[End]> {
        .rows(
            """
            select sign_in_id, expires_at from sign_ins
            where practice_id = \(call.practiceID) and account_id = access.account() and ended_at is null
                and expires_at > \(call.now)
            """
        ) { row in End(id: try row.next(), at: try row.next()) }
    }

    struct End: Sendable {
        let id: ID<SignIn>
        let at: Instant
    }
}
