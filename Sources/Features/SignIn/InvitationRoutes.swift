import HTTPTypes
import Practice
import WebAPI

/// A single-use link by which a person sets a password and, if of the staff or so inclined, a second factor.
struct InvitationRoutes: RouteGroup {
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
            .publicGet("/v1/invitations/{token}", read),
            .publicPut("/v1/invitations/{token}", bodyLimit: 8_192, accept),
        ]
    }

    private func read(_ call: Call) async throws -> Answer {
        let (token, letter) = try await letter(call)
        return .json(.ok, LetterAnswer(letter: letter, proposal: letter.proposal(token, call.keys)))
    }

    private func accept(_ call: Call) async throws -> Answer {
        let choice = try call.body(Invitation.Choice.init)
        let (token, letter) = try await letter(call)
        let password: Password
        do {
            let address = letter.email.split(separator: "@").map(String.init)
            password = try Password(
                new: choice.password,
                unlike: letter.accountName.split(separator: " ").map(String.init)
                    + [letter.accountName, letter.email, letter.practiceName, letter.practiceSlug] + address.prefix(1))
        } catch {
            throw Problem.invalid([error.fault(at: "/password")])
        }
        let factor = try await secondFactor(choice, letter, token, call)
        let hash = try await passwords.hashed(password)
        _ = try await call.runPublic(Invitation.accept(token, hash, factor, call))
        guard let factor else { return .noContent }
        return .json(.ok, factor.recovery)
    }

    private func secondFactor(
        _ choice: Invitation.Choice, _ letter: Invitation.Letter, _ token: Token, _ call: Call
    ) async throws(Problem) -> SecondFactor.New? {
        guard let code = choice.code else {
            guard letter.needsSecondFactor else { return nil }
            throw .invalid([
                FieldFault(
                    "/code", "required",
                    "Staff sign in with a second factor: put the secret of this invitation into an authenticator, and send its present code."
                )
            ])
        }
        let vault = try await call.vault(of: token.practiceID)
        let proposal = letter.proposal(token, call.keys)
        guard let new = try SecondFactor.New(proposal, code: code, of: letter.accountID, with: vault, call) else {
            throw .invalid([.wrongCode(at: "/code")])
        }
        return new
    }

    private func letter(_ call: Call) async throws -> (Token, Invitation.Letter) {
        let address = call.clientAddress(behind: trustedProxies)
        let bucket = Bucket(limits.invitationsByAddress, "invitation/address/\(address)")
        guard let token = Token(call.parameter("token")) else {
            try await call.runPublic(call.draw(bucket)).judge(at: call.now)
            throw Problem.notFound
        }
        let (draw, letter) = try await call.runPublic(call.draw(bucket), Invitation.letter(token, call))
        try draw.judge(at: call.now)
        guard let letter else { throw Problem.notFound }
        return (token, letter)
    }
}

private struct LetterAnswer: JSONWritable {
    let letter: Invitation.Letter
    let proposal: TOTP

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.object("practice") { json in
                json.member("slug", letter.practiceSlug)
                json.member("name", letter.practiceName)
            }
            json.object("account") { json in
                json.member("name", letter.accountName)
                json.member("email", letter.email)
            }
            json.object("secondFactor") { json in
                json.member("isRequired", letter.needsSecondFactor)
                json.member("secret", proposal.text)
                json.member("uri", proposal.uri(issuer: letter.practiceName, account: letter.email))
            }
            json.member("expiresAt", letter.expiresAt)
        }
    }
}
