import HTTPTypes
import JSON
import Practice
import WebAPI

/// One's own second factor: seeing it, setting it, doing without it, new recovery codes.
struct SecondFactorRoutes: RouteGroup {
    private let passwords: Passwords
    private let limits: Limits

    init(_ settings: FeatureSettings) {
        passwords = settings.passwords
        limits = settings.limits
    }

    var routes: [Route] {
        [
            .get("/v1/me/second-factor", "me.read", of: .practice, read).tellingSecrets(),
            .put("/v1/me/second-factor", "me.change", of: .practice, set),
            .put("/v1/me/second-factor/removal", "me.change", of: .practice, remove),
            .put("/v1/me/recovery-codes", "me.change", of: .practice, renew),
        ]
    }

    private func read(_ call: Call) async throws -> Answer {
        let (principal, own, left) = try await call.enter(SecondFactor.own, SecondFactor.codesLeft(in: call.practiceID))
        let proposed = SecondFactor.proposal(to: principal, own, call)
        return .json { json in
            json.member("state", own.secret == nil ? "none" : "set")
            json.member("isRequired", own.isRequired)
            json.member("since", own.since)
            json.member("recoveryCodesLeft", left)
            json.object("proposal") { json in
                json.member("secret", proposed.text)
                json.member("uri", proposed.uri(issuer: own.practiceName, account: own.name))
            }
        }
    }

    private func set(_ call: Call) async throws -> Answer {
        let choice = try call.body(Choice.init)
        let (principal, own) = try await call.enter(SecondFactor.own)
        let new = try await counting(principal, call) { (failures: Failures) async throws(Problem) in
            guard
                try await passwords.verified(choice.password, against: own.passwordHash.flatMap(PasswordHash.init))
            else { throw .invalid([.wrongPassword(at: "/password")]) }
            let vault = try await call.vault()
            let proof = try proof(choice.currentCode, "/currentCode", principal, own, vault, call)
            let proposed = SecondFactor.proposal(to: principal, own, call)
            guard
                let new = try SecondFactor.New(
                    proposed, code: choice.code, of: principal.accountID, with: vault, call)
            else { throw .invalid([.wrongCode(at: "/code")]) }
            _ = try await spending("/currentCode") { () async throws(Problem) in
                try await call.run(call.refuseBeyond(failures), SecondFactor.set(new, for: proof, at: call.now)).1
            }
            return new
        }
        return .json(.ok, new.recovery)
    }

    private func remove(_ call: Call) async throws -> Answer {
        let code = try call.body { $0.required("code", .line(6...20)) }
        let (principal, own) = try await call.enter(SecondFactor.own)
        guard own.secret != nil else { return .noContent }
        guard !own.isRequired else {
            throw Problem.conflict(
                "second_factor_is_required", "Staff sign in with a second factor. Set another one in its place.")
        }
        try await counting(principal, call) { (failures: Failures) async throws(Problem) in
            let proof = try proof(code, "/code", principal, own, try await call.vault(), call)
            _ = try await spending("/code") { () async throws(Problem) in
                try await call.run(call.refuseBeyond(failures), SecondFactor.set(nil, for: proof, at: call.now)).1
            }
        }
        return .noContent
    }

    private func renew(_ call: Call) async throws -> Answer {
        let code = try call.body { $0.required("code", .line(6...20)) }
        let (principal, own) = try await call.enter(SecondFactor.own)
        guard own.secret != nil else {
            throw Problem.conflict(
                "no_second_factor", "There is no second factor for which recovery codes could stand in.")
        }
        let recovery = SecondFactor.Recovery(of: principal.accountID, call)
        try await counting(principal, call) { (failures: Failures) async throws(Problem) in
            let proof = try proof(code, "/code", principal, own, try await call.vault(), call)
            _ = try await spending("/code") { () async throws(Problem) in
                try await call.run(call.refuseBeyond(failures), SecondFactor.set(recovery, for: proof, at: call.now)).1
            }
        }
        return .json(.ok, recovery)
    }

    /// Passwords and codes are guessed as little here as at sign-in. The failures are those of this sign-in: who has got
    /// hold of one keeps nobody from signing in elsewhere.
    private func counting<Value: Sendable>(
        _ principal: Principal, _ call: Call, _ work: (Failures) async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let bucket = Bucket(limits.secondFactorsByAccount, "own/\(principal.signInID)")
        return try await call.countingFailures(bucket, work)
    }

    private func proof(
        _ code: String?, _ pointer: String, _ principal: Principal, _ own: SecondFactor.Credentials, _ vault: Vault,
        _ call: Call
    ) throws(Problem) -> SecondFactor.Proof {
        guard let secret = own.secret else { return .none }
        guard let code else {
            throw .invalid([FieldFault(pointer, "required", "Give a code of the present authenticator, or on paper.")])
        }
        let present = try vault.authenticator(secret, of: principal.accountID)
        guard let proof = SecondFactor.Proof(code, of: principal.accountID, present, call) else {
            throw .invalid([.wrongCode(at: pointer)])
        }
        return proof
    }

    private func spending<Value>(
        _ pointer: String, _ work: () async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        do { return try await work() } catch let problem where problem.code == Problem.spentSecondFactor {
            throw .invalid([.wrongCode(at: pointer)])
        }
    }

    private struct Choice {
        let password: String
        let code: String
        let currentCode: String?

        init(_ body: inout JSONObjectReader) {
            password = body.required("password", .password)
            code = body.required("code", .line(6...6))
            currentCode = body.optional("currentCode", .line(6...20))
        }
    }
}

extension SecondFactor {
    /// The secret proposed to a caller: another one for each sign-in, and after each change.
    fileprivate static func proposal(to principal: Principal, _ own: Credentials, _ call: Call) -> TOTP {
        TOTP(
            proposedFor: [
                "sign-in", principal.signInID.description, "\(own.since?.microsecondsSince1970 ?? 0)",
            ], with: call.keys)
    }
}

extension SecondFactor.Recovery: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { $0.array("recoveryCodes", codes.map(\.text)) }
    }
}
