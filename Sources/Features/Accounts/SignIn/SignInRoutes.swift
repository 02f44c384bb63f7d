import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// Being signed in: opening it, seeing where one is, ending it.
struct SignInRoutes: RouteGroup {
    private let settings: FeatureSettings

    init(_ settings: FeatureSettings) { self.settings = settings }

    var routes: [Route] {
        [
            .publicPost("/v1/sign-ins", bodyLimit: 8_192, open),
            .get("/v1/sign-ins", "sign_in.read", of: .practice, list),
            .delete("/v1/sign-ins", "sign_in.end", of: .practice, endAll),
            .delete("/v1/sign-ins/current", "sign_in.end", of: .practice, endCurrent),
            .delete("/v1/sign-ins/others", "sign_in.end", of: .practice, endOthers),
            .delete("/v1/sign-ins/{signInId}", "sign_in.end", of: .signIn("signInId"), end),
        ]
    }

    /// Whether the practice, the account or the password is wrong, or nobody has accepted the invitation yet: the
    /// answer is the same, after the same work.
    private func open(_ call: Call) async throws -> Answer {
        let attempt = try call.body(SignIn.Attempt.init)
        let key = try call.idempotencyKey()
        let link = attempt.link.flatMap { Invitation.Key($0, call.keys) }
        let origin = Origin(call, deviceKey: attempt.deviceKey, link: link, behind: settings.trustedProxies)
        do throws(Problem) {
            return try await open(attempt, key, origin, call)
        } catch {
            throw error.status == .tooManyRequests ? error.showingWayIn : error
        }
    }

    private func open(
        _ attempt: SignIn.Attempt, _ key: IdempotencyKey?, _ origin: Origin, _ call: Call
    ) async throws(Problem) -> Answer {
        let tried = try await call.runPublic(attempt.tried(origin, settings.limits, call))
        try tried.failures.judge(at: call.now)
        let hash = tried.candidate.flatMap { PasswordHash($0.passwordHash) }
        guard try await settings.passwords.verified(attempt.password, against: hash), let candidate = tried.candidate
        else {
            await call.recordRefusal(
                of: tried.practiceID, account: tried.candidate?.accountID, "sign_in.create", "wrong_credentials")
            try await call.count(tried.failures)
            throw Problem.wrongCredentials
        }
        guard attempt.code != nil || !candidate.mustSetFactor else {
            _ = try await call.runPublic(call.refuseBeyond(tried.failures))
            return .json(.ok, FactorToSet(candidate: candidate, proposal: candidate.proposal(call.keys)))
        }
        return try await open(candidate, attempt.code, key, origin, tried.failures, call)
    }

    /// Opens a sign-in, for who has shown the password.
    private func open(
        _ candidate: SignIn.Candidate, _ code: String?, _ key: IdempotencyKey?, _ origin: Origin,
        _ failures: Failures, _ call: Call
    ) async throws(Problem) -> Answer {
        let token = Token(for: candidate, key, call)
        let opened: SignIn.Opened
        do throws(Problem) {
            opened = try await SecondFactorTry(candidate, origin, settings.limits, call).pass(code) {
                (shown: SignIn.ShownFactor, ofFactor: Failures?) async throws(Problem) in
                let second = ofFactor ?? failures
                return try await call.runPublic(
                    call.refuseBeyond(failures), call.refuseBeyond(second),
                    candidate.open(
                        call.newID(), token, shown, origin, audit: call.newProvenRequest(), request: call.provenRequest,
                        at: call.now)
                ).2
            }
        } catch {
            if error.status == .unauthorized {
                await call.recordRefusal(
                    of: candidate.practiceID, account: candidate.accountID, "sign_in.create", error.code)
            }
            throw error
        }
        let answer = Answer.created(
            at: "/v1/sign-ins/\(opened.id)",
            SignInAnswer(signIn: opened, accountID: candidate.accountID, token: token))
        return opened.isReplayed ? answer.replayed : answer
    }

    private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let (principal, signIns) = try await call.enter(SignIn.mine(page, in: call.practiceID, at: call.now))
        let marked = signIns.map { signIn in
            var signIn = signIn
            signIn.isCurrent = signIn.id == principal.signInID
            return signIn
        }
        return call.page(page, marked) { PageKey($0.createdAt, $0.id) }
    }

    private func endAll(_ call: Call) async throws -> Answer {
        _ = try await call.run(SignIn.endAll(in: call.practiceID, at: call.now))
        return .noContent
    }

    private func endCurrent(_ call: Call) async throws -> Answer {
        _ = try await call.transaction { transaction, principal in
            try await transaction.pipeline(SignIn.end(principal.signInID, in: call.practiceID, at: call.now))
        }
        return .noContent
    }

    private func endOthers(_ call: Call) async throws -> Answer {
        _ = try await call.transaction { transaction, principal in
            try await transaction.pipeline(
                SignIn.endOthers(than: principal.signInID, in: call.practiceID, at: call.now))
        }
        return .noContent
    }

    private func end(_ call: Call) async throws -> Answer {
        _ = try await call.run(SignIn.end(call.id("signInId"), in: call.practiceID, at: call.now))
        return .noContent
    }
}

extension Token {
    /// A new token; with an `Idempotency-Key`, the one that the same attempt with the same key gets again, since tokens
    /// are never kept. The same is all of its body, the code of the second factor too: the key alone opens nothing.
    fileprivate init(for candidate: SignIn.Candidate, _ key: IdempotencyKey?, _ call: Call) {
        guard let key else {
            self.init(practiceID: candidate.practiceID, in: call.surroundings)
            return
        }
        let words = [
            "sign-in", candidate.accountID.description, Base64URL.encode(key.hash), Base64URL.encode(key.bodyHash),
        ]
        self.init(practiceID: candidate.practiceID, from: words, with: call.keys)
    }
}

extension Problem {
    fileprivate static let wrongCredentials = Problem(
        .unauthorized, "wrong_credentials", "The practice, the e-mail address or the password is wrong.",
        headers: [.wwwAuthenticate: "Bearer"])

    /// What nobody who fails in another's name can take away.
    fileprivate var showingWayIn: Problem {
        Problem(
            status, code,
            "Too many tries failed here. Wait and try again. If others keep you out: a device that you signed in with "
                + "before, and told by its `deviceKey`, is let in. So is whoever sends the token of a letter to the "
                + "account's own mailbox as `link`, beside the password: ask for one with `POST /v1/password-resets`. "
                + "Who has neither gets a code from the practice's desk, and sends that as `link`.",
            headers: headers)
    }
}

private struct SignInAnswer: JSONWritable {
    let signIn: SignIn.Opened
    let accountID: ID<Account>
    let token: Token

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", signIn.id)
            json.member("token", token.text)
            json.member("expiresAt", signIn.expiresAt)
            json.member("idleMinutes", signIn.idleMinutes)
            json.object("account") { json in
                json.member("id", accountID)
                json.member("name", signIn.name)
                json.array("roles", signIn.roles.map(\.rawValue))
                json.member("clientId", signIn.clientID)
            }
            json.object("secondFactor") { json in
                json.member("state", signIn.secondFactor)
                if let recovery = signIn.recovery { json.array("recoveryCodes", recovery.codes.map(\.text)) }
            }
        }
    }
}

/// What who has shown the password has to set before anybody is signed in.
private struct FactorToSet: JSONWritable {
    let candidate: SignIn.Candidate
    let proposal: TOTP

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.object("secondFactor") { json in
                json.member("state", "must_be_set")
                json.member("secret", proposal.text)
                json.member("uri", proposal.uri(issuer: candidate.practiceName, account: candidate.name))
            }
        }
    }
}

extension SignIn.Listed: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("createdAt", createdAt)
            json.member("lastSeenAt", lastSeenAt)
            json.member("expiresAt", expiresAt)
            json.member("device", device)
            json.member("current", isCurrent)
        }
    }
}
