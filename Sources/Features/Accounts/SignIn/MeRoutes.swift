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
            Me.query(call), Me.ends(call), Me.notices(call), EmailChange.waiting(call))
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

private struct Me: Sendable {
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

    static func query(_ call: Call) -> Query<Me> {
        .row(
            """
            select a.name, a.email, a.sign_in_name, a.roles, p.slug, p.name, p.time_zone, s.homework_digest,
                access.own_wards()
            from accounts a join practices p using (practice_id) left join staff s using (practice_id, account_id)
            where a.practice_id = \(call.practiceID) and a.account_id = access.account()
            """
        ) { row in
            Me(
                name: try row.next(), email: try row.next(), signInName: try row.next(), roles: try row.next(),
                practiceSlug: try row.next(),
                practiceName: try row.next(), timeZone: try row.next(), wantsDigest: try row.next(),
                wards: try row.next())
        }
    }

    static func setDigest(_ isWanted: Bool) -> Query<Bool> {
        .row("select access.set_own_digest(\(isWanted))") { try $0.next() }
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

    /// What others did to the account within a month, the latest first: so that who is signed in somewhere sees that
    /// somebody asked for a reset.
    static func notices(_ call: Call) -> Query<[Notice]> {
        .rows(
            """
            select kind, at from account_notices
            where practice_id = \(call.practiceID) and account_id = access.account()
                and at > \(call.now - .seconds(30 * 86_400))
            order by at desc, notice_id desc limit 20
            """
        ) { row in Notice(kind: try row.next(), at: try row.next()) }
    }

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
