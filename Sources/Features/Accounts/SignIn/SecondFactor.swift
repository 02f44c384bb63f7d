import HTTPTypes
import JSON
import Practice
import WebAPI

/// What a person shows at sign-in besides the password: a code of an authenticator, or once a code on paper.
enum SecondFactor {
    /// What was shown, as far as the server can judge it; whether it was used before, the database knows.
    struct Proof: Sendable {
        /// The step that the authenticator's code belongs to.
        var step: Int?
        /// The keyed hash of a recovery code.
        var recovery: [UInt8]?

        /// Nothing was shown.
        static let none = Proof()
    }

    /// An authenticator that is about to become the second factor: its secret sealed, the step that proves that the
    /// person has it, and the recovery codes that are told once.
    struct New: Sendable {
        let secret: [UInt8]
        let step: Int
        let recovery: Recovery
    }

    /// Ten codes on paper, and what the database keeps of them.
    struct Recovery: Sendable {
        let codes: [RecoveryCode]
        let hashes: [[UInt8]]

        init(of account: ID<Account>, _ call: Call) {
            codes = RecoveryCode.ten(in: call.surroundings)
            hashes = codes.map { $0.hash(of: account, with: call.keys) }
        }
    }

    /// What a caller who changes how he signs in is checked against.
    struct Credentials: Sendable {
        let practiceName: String
        /// The address with which the account signs in, or its sign-in name.
        let name: String
        let isRequired: Bool
        let passwordHash: String?
        let secret: [UInt8]?
        let since: Instant?
    }

    /// The secret of an account, as it is kept.
    static func place(_ account: ID<Account>) -> Place { Place("second_factors", "secret", account) }
}

extension SecondFactor.Proof {
    /// Reads a code that somebody typed: of the authenticator, or of the paper. Nil when it can be neither.
    init?(_ code: String, of account: ID<Account>, _ authenticator: TOTP, _ call: Call) {
        if let step = authenticator.step(of: code, at: call.now) {
            self.step = step
        } else if let paper = RecoveryCode(code) {
            recovery = paper.hash(of: account, with: call.keys)
        } else {
            return nil
        }
    }
}

extension SecondFactor.New {
    /// Takes an authenticator of which the person has shown a present code; nil when the code is not one of it.
    init?(_ authenticator: TOTP, code: String, of account: ID<Account>, with vault: Vault, _ call: Call)
        throws(Problem)
    {
        guard let step = authenticator.step(of: code, at: call.now) else { return nil }
        self.step = step
        do { secret = try vault.seal(authenticator.secret, at: SecondFactor.place(account)) } catch {
            throw .unexpected
        }
        recovery = SecondFactor.Recovery(of: account, call)
    }
}

extension Vault {
    /// The authenticator of an account.
    func authenticator(_ secret: [UInt8], of account: ID<Account>) throws(Problem) -> TOTP {
        do { return TOTP(secret: try open(secret, at: SecondFactor.place(account))) } catch { throw .unexpected }
    }
}

extension Problem {
    static let secondFactorRequired = Problem(
        .unauthorized, "second_factor_required",
        "The password is right. Send `code` too: the present code of your authenticator, or a recovery code.",
        headers: [.wwwAuthenticate: "Bearer"])

    static let wrongSecondFactor = Problem(
        .unauthorized, "wrong_second_factor",
        "This code is wrong, or was used already. Wait for the next one of your authenticator, or send a recovery code.",
        headers: [.wwwAuthenticate: "Bearer"])

    /// What the database says of a code that is no longer good.
    static let spentSecondFactor = "second_factor_is_spent"
}

extension FieldFault {
    static func wrongCode(at pointer: String) -> FieldFault {
        FieldFault(pointer, "wrong_code", "This is not a present code of the authenticator with that secret.")
    }

    static func wrongPassword(at pointer: String) -> FieldFault {
        FieldFault(pointer, "wrong_password", "This is not your password.")
    }
}
