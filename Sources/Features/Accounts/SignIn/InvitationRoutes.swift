import HTTPTypes
import JSON
import Practice
import WebAPI

/// A single-use link, or code on paper, by which a person sets a password and, if of the staff or so inclined, a second
/// factor. A reset, which is one too, keeps the second factor that there is.
struct InvitationRoutes: RouteGroup {
    private let settings: FeatureSettings

    init(_ settings: FeatureSettings) { self.settings = settings }

    var routes: [Route] {
        [
            .publicGet("/v1/invitations/{token}", read).tellingSecrets(),
            .publicPut("/v1/invitations/{token}", bodyLimit: 8_192, accept),
        ]
    }

    private func read(_ call: Call) async throws -> Answer {
        let (key, letter) = try await letter(call)
        return .json(.ok, LetterAnswer(letter: letter, proposal: letter.proposal(key, call.keys)))
    }

    private func accept(_ call: Call) async throws -> Answer {
        let choice = try call.body(Invitation.Choice.init)
        let origin = Origin(call, deviceKey: choice.deviceKey, behind: settings.trustedProxies)
        let (key, letter) = try await letter(call)
        do throws(Problem) {
            return try await accept(choice, letter, key, origin, call)
        } catch {
            let problem = error.code == Problem.spentSecondFactor ? .invalid([.wrongCode(at: "/code")]) : error
            if let outcome = letter.outcome(of: problem) {
                let account = letter.accountID
                await call.recordRefusal(
                    of: letter.practiceID, account: account,
                    letter.kind == "reset" ? "reset.refuse" : "invitation.refuse", on: "account",
                    resource: ID(account.uuid),
                    outcome)
            }
            throw problem.code == Problem.addressInUse.code ? .addressInUse : problem
        }
    }

    /// Sets the password. Wrong codes of a second factor that there is count as those of a sign-in do.
    private func accept(
        _ choice: Invitation.Choice, _ letter: Invitation.Letter, _ key: Invitation.Key, _ origin: Origin, _ call: Call
    ) async throws(Problem) -> Answer {
        let (password, fault) = letter.judged(choice.password)
        var failures: Failures?
        if letter.factor == .present, choice.code != nil {
            failures = try await call.runPublic(
                origin.secondFactorFailures(of: letter.accountID, in: letter.practiceID, settings.limits, call))
            try failures?.judge(at: call.now)
        }
        do throws(Problem) {
            let shown = try await factor(choice.code, letter, key, call, beside: fault)
            guard let password else { throw .invalid([fault].compactMap(\.self)) }
            let hash = try await settings.passwords.hashed(password)
            let acceptance = Invitation.accept(
                key, hash, shown, device: origin.device, request: call.provenRequest, at: call.now)
            if let failures {
                _ = try await call.runPublic(call.refuseBeyond(failures), acceptance)
            } else {
                _ = try await call.runPublic(acceptance)
            }
            guard let new = shown.new else { return .noContent }
            return .json(.ok, new.recovery)
        } catch {
            let isWrong = error.errors.contains { $0.code == "wrong_code" } || error.code == Problem.spentSecondFactor
            if let failures, isWrong { try await call.count(failures) }
            throw error
        }
    }

    /// The same, told together with what is wrong with the password.
    private func factor(
        _ code: String?, _ letter: Invitation.Letter, _ key: Invitation.Key, _ call: Call, beside fault: FieldFault?
    ) async throws(Problem) -> Invitation.ShownFactor {
        do { return try await factor(code, letter, key, call) } catch {
            guard let fault, !error.errors.isEmpty else { throw error }
            throw .invalid([fault] + error.errors)
        }
    }

    /// What is shown besides the password, as far as the server can judge it.
    private func factor(
        _ code: String?, _ letter: Invitation.Letter, _ key: Invitation.Key, _ call: Call
    ) async throws(Problem) -> Invitation.ShownFactor {
        guard let code else {
            guard letter.factor != .optional else { return Invitation.ShownFactor() }
            throw .invalid([FieldFault("/code", "required", letter.factor.wanted)])
        }
        let vault = try await call.vault(of: letter.practiceID)
        if letter.factor == .present, let secret = letter.secret {
            let present = try vault.authenticator(secret, of: letter.accountID)
            guard let proof = SecondFactor.Proof(code, of: letter.accountID, present, call) else {
                throw .invalid([.wrongCode(at: "/code")])
            }
            return Invitation.ShownFactor(present: proof)
        }
        let proposal = letter.proposal(key, call.keys)
        guard let new = try SecondFactor.New(proposal, code: code, of: letter.accountID, with: vault, call) else {
            throw .invalid([.wrongCode(at: "/code")])
        }
        return Invitation.ShownFactor(new: new)
    }

    /// Only what is no key counts: who has one is let in, whoever else guesses from the same address. A link has 256 bits
    /// and a code on paper 60 for half an hour, so that the limit keeps off noise, and not luck.
    private func letter(_ call: Call) async throws -> (Invitation.Key, Invitation.Letter) {
        let address = call.clientAddress(behind: settings.trustedProxies)
        let key = Invitation.Key(call.parameter("token"), call.keys)
        // A code can be typed, and so be guessed: fewer tries than with a link.
        let bucket =
            key?.isPaper == true
            ? Bucket(settings.limits.paperCodesByAddress, "paper-code/address/\(address)")
            : Bucket(settings.limits.invitationsByAddress, "invitation/address/\(address)")
        guard let key else {
            try await call.runPublic(call.draw(bucket)).judge(at: call.now)
            throw Problem.notFound
        }
        let (found, _) = try await call.runPublic(Invitation.letter(key, at: call.now), call.left(in: bucket))
        guard let letter = found else {
            try await call.runPublic(call.draw(bucket)).judge(at: call.now)
            let practice = try await call.runPublic(Invitation.practice(of: key))
            await call.recordRefusal(of: practice, "invitation.open", "not_found")
            throw Problem.notFound
        }
        return (key, letter)
    }
}

extension Invitation {
    /// A new authenticator with which the account is to sign in, or a code of the one that it has.
    struct ShownFactor: Sendable {
        var new: SecondFactor.New?
        var present = SecondFactor.Proof.none
    }
}

extension Problem {
    fileprivate static let addressInUse = Problem.conflict(
        "address_in_use",
        "Somebody signs in with this address already. If that is you, the practice can put this on the account that you "
            + "have: ask it.")
}

extension Invitation.Letter {
    /// The word under which the audit keeps that somebody who had the key was refused.
    fileprivate func outcome(of problem: Problem) -> String? {
        switch problem.status {
        case .unprocessableContent: factor == .present ? "wrong_second_factor" : "invalid"
        case .conflict: "conflict"
        default: nil
        }
    }

    /// The password that was chosen, if it is none that anybody could guess who knows the person, or what is wrong with it.
    fileprivate func judged(_ text: String) -> (Password?, FieldFault?) {
        let names = accountName.split(separator: " ").map(String.init) + [accountName, practiceName, practiceSlug]
        let signIn = [email, signInName].compactMap(\.self)
        do {
            let words = names + signIn + signIn.compactMap { $0.split(separator: "@").first.map(String.init) }
            return (try Password(new: text, unlike: words), nil)
        } catch {
            return (nil, error.fault(at: "/password"))
        }
    }
}

extension Invitation.Factor {
    fileprivate var wanted: String {
        switch self {
        case .present: "Send a present code of your authenticator, or a recovery code: the second factor stays."
        case .required, .optional:
            "Staff sign in with a second factor: put the secret of this invitation into an authenticator, and send its "
                + "present code."
        }
    }
}

private struct LetterAnswer: JSONWritable {
    let letter: Invitation.Letter
    let proposal: TOTP

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("kind", letter.kind)
            json.object("practice") { json in
                json.member("slug", letter.practiceSlug)
                json.member("name", letter.practiceName)
            }
            json.object("account") { json in
                json.member("name", letter.accountName)
                json.member("email", letter.email)
                json.member("signInName", letter.signInName)
            }
            json.object("secondFactor") { json in
                let isNew = letter.factor != .present
                let account = letter.email ?? letter.signInName ?? ""
                json.member("isRequired", letter.factor != .optional)
                json.member("isSet", !isNew)
                json.member("secret", isNew ? proposal.text : nil)
                json.member("uri", isNew ? proposal.uri(issuer: letter.practiceName, account: account) : nil)
            }
            json.member("expiresAt", letter.expiresAt)
        }
    }
}
