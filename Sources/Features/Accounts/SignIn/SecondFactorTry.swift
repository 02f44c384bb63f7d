import Postgres
import Practice
import WebAPI

extension SignIn {
    /// What was shown besides the password: a code of the second factor that there is, or of one that is set with it.
    struct ShownFactor: Sendable {
        var proof = SecondFactor.Proof.none
        var new: SecondFactor.New?

        /// The step of the authenticator, of the present or of the new one.
        var step: Int? { new?.step ?? proof.step }
    }
}

/// A second factor that is asked for behind a right password. Its wrong codes are counted by themselves: who knows the
/// password and not the code keeps nobody out who comes from elsewhere, or with a known device.
struct SecondFactorTry: Sendable {
    private let candidate: SignIn.Candidate
    private let origin: Origin
    private let limits: Limits
    private let call: Call

    init(_ candidate: SignIn.Candidate, _ origin: Origin, _ limits: Limits, _ call: Call) {
        (self.candidate, self.origin, self.limits, self.call) = (candidate, origin, limits, call)
    }

    /// Judges a code, lets `open` open the sign-in with it, and counts a code that was wrong, or was used before.
    func pass(
        _ code: String?, opening open: (SignIn.ShownFactor, Failures?) async throws(Problem) -> SignIn.Opened
    ) async throws(Problem) -> SignIn.Opened {
        guard candidate.secondFactor != nil || candidate.mustSetFactor else {
            return try await open(SignIn.ShownFactor(), nil)
        }
        guard let code else { throw .secondFactorRequired }
        let failures = try await call.runPublic(
            origin.secondFactorFailures(of: candidate.accountID, in: candidate.practiceID, limits, call))
        try failures.judge(at: call.now)
        guard let shown = try await shown(code) else { try await refuse(failures) }
        do throws(Problem) {
            var opened = try await open(shown, failures)
            if !opened.isReplayed { opened.recovery = shown.new?.recovery }
            return opened
        } catch  where error.code == Problem.spentSecondFactor {
            try await refuse(failures)
        }
    }

    private func refuse(_ failures: Failures) async throws(Problem) -> Never {
        try await call.count(failures)
        throw .wrongSecondFactor
    }

    /// What a code is worth so far; nil where it is wrong.
    private func shown(_ code: String) async throws(Problem) -> SignIn.ShownFactor? {
        let vault = try await call.vault(of: candidate.practiceID)
        guard let secret = candidate.secondFactor else {
            let new = try SecondFactor.New(
                candidate.proposal(call.keys), code: code, of: candidate.accountID, with: vault, call)
            return new.map { SignIn.ShownFactor(new: $0) }
        }
        let authenticator = try vault.authenticator(secret, of: candidate.accountID)
        return SecondFactor.Proof(code, of: candidate.accountID, authenticator, call).map {
            SignIn.ShownFactor(proof: $0)
        }
    }
}
