import HTTPTypes
import Postgres
import Practice
import WebAPI

/// Being signed in: opening it, seeing where one is, ending it.
struct SignInRoutes: RouteGroup {
    private let passwords: Passwords
    private let limits: Limits
    private let trustedProxies: Set<String>

    init(_ settings: FeatureSettings) {
        passwords = settings.passwords
        limits = settings.limits
        trustedProxies = settings.trustedProxies
    }

    var routes: [Route] {
        [
            .publicPost("/v1/sign-ins", bodyLimit: 8_192, open),
            .get("/v1/sign-ins", "sign_in.read", of: .practice, list),
            .delete("/v1/sign-ins", "sign_in.end", of: .practice, endAll),
            .delete("/v1/sign-ins/current", "sign_in.end", of: .practice, endCurrent),
            .delete("/v1/sign-ins/{signInId}", "sign_in.end", of: .signIn("signInId"), end),
        ]
    }

    /// Whether the practice, the account or the password is wrong, or nobody has accepted the invitation yet: the
    /// answer is the same, after the same work.
    private func open(_ call: Call) async throws -> Answer {
        let attempt = try call.body(SignIn.Attempt.init)
        let key = try call.idempotencyKey()
        let address = call.clientAddress(behind: trustedProxies)
        let (byAddress, byAccount, practice, candidate) = try await call.runPublic(
            call.draw(Bucket(limits.signInsByAddress, "sign-in/address/\(address)")),
            call.draw(
                Bucket(
                    limits.signInsByAccount,
                    "sign-in/account/\(attempt.practice.lowercased())/\(attempt.name.lowercased())")),
            attempt.practiceID, attempt.candidate)
        try byAddress.judge(at: call.now)
        try byAccount.judge(at: call.now)
        let hash = candidate.flatMap { PasswordHash($0.passwordHash) }
        guard try await passwords.verified(attempt.password, against: hash), let candidate else {
            await call.recordRefusal(
                of: practice, account: candidate?.accountID, "sign_in.create", "wrong_credentials")
            throw Problem.wrongCredentials
        }
        let opened: SignIn.Opened
        let token = Token(for: candidate, key, call)
        do throws(Problem) {
            let proof = try await proof(attempt.code, candidate, call)
            opened = try await call.runPublic(candidate.open(call.newID(), token, proof, call))
        } catch {
            let problem = error.code == Problem.spentSecondFactor ? .wrongSecondFactor : error
            if problem.status == .unauthorized {
                await call.recordRefusal(of: practice, account: candidate.accountID, "sign_in.create", problem.code)
            }
            throw problem
        }
        let answer = Answer.created(
            at: "/v1/sign-ins/\(opened.id)",
            SignInAnswer(signIn: opened, accountID: candidate.accountID, token: token))
        return opened.isReplayed ? answer.replayed : answer
    }

    /// What the second factor, if the account has one, is worth so far.
    private func proof(
        _ code: String?, _ candidate: SignIn.Candidate, _ call: Call
    ) async throws(Problem) -> SecondFactor.Proof {
        guard let secret = candidate.secondFactor else { return .none }
        guard let code else { throw .secondFactorRequired }
        let bucket = Bucket(limits.secondFactorsByAccount, "second-factor/\(candidate.accountID)")
        try await call.runPublic(call.draw(bucket)).judge(at: call.now)
        let authenticator = try await call.vault(of: candidate.practiceID)
            .authenticator(secret, of: candidate.accountID)
        guard let proof = SecondFactor.Proof(code, of: candidate.accountID, authenticator, call) else {
            throw .wrongSecondFactor
        }
        return proof
    }

    private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let (principal, signIns) = try await call.enter(SignIn.mine(call, page))
        let marked = signIns.map { signIn in
            var signIn = signIn
            signIn.isCurrent = signIn.id == principal.signInID
            return signIn
        }
        return call.page(page, marked) { PageKey($0.createdAt, $0.id) }
    }

    private func endAll(_ call: Call) async throws -> Answer {
        _ = try await call.run(SignIn.endAll(call))
        return .noContent
    }

    private func endCurrent(_ call: Call) async throws -> Answer {
        _ = try await call.transaction { transaction, principal in
            try await transaction.pipeline(SignIn.end(principal.signInID, call))
        }
        return .noContent
    }

    private func end(_ call: Call) async throws -> Answer {
        _ = try await call.run(SignIn.end(call.id("signInId"), call))
        return .noContent
    }
}

extension Token {
    /// A new token; with an `Idempotency-Key`, the one that the same attempt with the same key gets again, since tokens
    /// are never kept.
    fileprivate init(for candidate: SignIn.Candidate, _ key: IdempotencyKey?, _ call: Call) {
        guard let key else {
            self.init(practiceID: candidate.practiceID, in: call.surroundings)
            return
        }
        let words = ["sign-in", candidate.accountID.description, Base64URL.encode(key.hash)]
        self.init(practiceID: candidate.practiceID, from: words, with: call.keys)
    }
}

extension Problem {
    fileprivate static let wrongCredentials = Problem(
        .unauthorized, "wrong_credentials", "The practice, the e-mail address or the password is wrong.",
        headers: [.wwwAuthenticate: "Bearer"])
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
            json.object("secondFactor") { $0.member("state", signIn.secondFactor) }
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
            json.member("current", isCurrent)
        }
    }
}
