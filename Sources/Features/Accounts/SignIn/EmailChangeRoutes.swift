import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// Another address to sign in with: asked for by who is signed in, and proved by a link to it and one to the address of
/// before. The address in a chart is another thing, and stays as it is (decision 0036).
struct EmailChangeRoutes: RouteGroup {
    private let settings: FeatureSettings

    init(_ settings: FeatureSettings) { self.settings = settings }

    var routes: [Route] {
        [
            .put("/v1/me/email-change", "me.change", of: .practice, bodyLimit: 8_192, start),
            .delete("/v1/me/email-change", "me.change", of: .practice, withdraw),
            .publicGet("/v1/email-changes/{token}", read),
            .publicPut("/v1/email-changes/{token}", bodyLimit: 8_192, prove),
        ]
    }

    private func start(_ call: Call) async throws -> Answer {
        let choice = try call.body(Choice.init)
        let (principal, own) = try await call.enter(SecondFactor.own)
        let vault = try await call.vault()
        let change = EmailChange.New(choice.email, call)
        let bucket = Bucket(settings.limits.signInsByAccount, "own-password/\(principal.signInID)")
        let end = try await call.countingFailures(bucket) { (failures: Failures) async throws(Problem) in
            guard
                try await settings.passwords.verified(
                    choice.password, against: own.passwordHash.flatMap(PasswordHash.init))
            else { throw .invalid([.wrongPassword(at: "/password")]) }
            let asking = try change.start(
                with: vault, audit: call.newProvenRequest(), as: call.newID(), telling: call.newID(), at: call.now)
            let asked = Bucket(settings.limits.emailChangesByAccount, "email-change")
            try await call.run(call.drawOfCaller(asked)).judge(at: call.now)
            return try await explained { () async throws(Problem) in
                try await call.run(call.refuseBeyond(failures), asking).1
            }
        }
        return .json { json in
            json.member("email", choice.email)
            json.member("expiresAt", end)
        }
    }

    private func withdraw(_ call: Call) async throws -> Answer {
        _ = try await call.run(EmailChange.withdraw(at: call.now))
        return .noContent
    }

    private func read(_ call: Call) async throws -> Answer {
        .json(.ok, try await found(call) { EmailChange.standing($0, at: call.now) })
    }

    /// To prove a side again is harmless as long as the change waits for the other.
    private func prove(_ call: Call) async throws -> Answer {
        try call.body { _ in }
        return .json(.ok, try await found(call) { EmailChange.prove($0, request: call.provenRequest, at: call.now) })
    }

    /// A token that is none counts, and no other.
    func found(
        _ call: Call, _ query: (Token) -> Query<EmailChange.Standing?>
    ) async throws(Problem) -> EmailChange.Standing {
        let token = Token(call.parameter("token"))
        let address = call.clientAddress(behind: settings.trustedProxies)
        let bucket = Bucket(settings.limits.invitationsByAddress, "email-change/address/\(address)")
        do throws(Problem) {
            if let token {
                let (standing, _) = try await call.runPublic(query(token), call.left(in: bucket))
                if let standing { return standing }
            }
        } catch {
            switch error.code {
            case Problem.notFound.code: break
            case EmailChange.inUse.code:
                if let token {
                    await call.recordRefusal(of: token.practiceID, "email.refuse", on: "account", "conflict")
                }
                throw EmailChange.inUse
            default: throw error
            }
        }
        try await call.runPublic(call.draw(bucket)).judge(at: call.now)
        if let token { await call.recordRefusal(of: token.practiceID, "email.open", "not_found") }
        throw .notFound
    }

    private func explained<Value>(_ work: () async throws(Problem) -> Value) async throws(Problem) -> Value {
        do { return try await work() } catch  where error.code == "mail_is_not_safe" {
            throw .conflict(
                error.code,
                "Your chart says that e-mail is not safe for you, so no link can be sent. You may change that: "
                    + "`safeChannels` of your contact.")
        }
    }

    private struct Choice {
        let email: String
        let password: String

        init(_ body: inout JSONObjectReader) {
            email = body.required("email", .email)
            password = body.required("password", .password)
        }
    }
}

extension EmailChange {
    /// Who has followed the links, as far as it matters to who has one of them.
    struct Standing: Sendable {
        let side: String
        let isNewProved: Bool
        let isOldProved: Bool
        let expiresAt: Instant
    }

    /// A change that waits, as its account sees it.
    struct Waiting: Sendable {
        let email: String
        let isNewProved: Bool
        let isOldProved: Bool
        let expiresAt: Instant
    }

    /// A change that is asked for: a token and a letter for each side.
    struct New: Sendable {
        let email: String
        let new: NewInvitation
        let old: NewInvitation

        init(_ email: String, _ call: Call) {
            self.email = email
            (new, old) = (NewInvitation(to: .nil, call), NewInvitation(to: .nil, call))
        }
    }

    static let inUse = Problem.conflict(
        "address_in_use", "Somebody signs in with this address already. Nothing was changed.")
}

extension EmailChange.Standing: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("side", side)
            json.member("newProved", isNewProved)
            json.member("oldProved", isOldProved)
            json.member("done", isNewProved && isOldProved)
            json.member("expiresAt", expiresAt)
        }
    }
}

extension EmailChange.Waiting: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("email", email)
            json.member("newProved", isNewProved)
            json.member("oldProved", isOldProved)
            json.member("expiresAt", expiresAt)
        }
    }
}
