import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// A password that was forgotten, and a new one in place of the own.
struct PasswordRoutes: RouteGroup {
    private let settings: FeatureSettings

    init(_ settings: FeatureSettings) { self.settings = settings }

    var routes: [Route] {
        [
            .publicPost("/v1/password-resets", bodyLimit: 8_192, forgotten),
            .put("/v1/me/password", "me.change", of: .practice, bodyLimit: 8_192, change),
        ]
    }

    /// Whether there is such an account, and whether a letter was written, neither the answer says nor the time that it
    /// takes: writing a letter is over by then, or as good as over. To ask again is harmless, with a key or without. Who
    /// asks too often is answered alike, is told of no limit, and has nothing written but letters, of which each account gets few: a neighbor
    /// who floods keeps nobody from the own one.
    private func forgotten(_ call: Call) async throws -> Answer {
        let forgotten = try call.body(Forgotten.init)
        _ = try call.idempotencyKey()
        let bucket = Bucket(
            settings.limits.forgottenByAddress,
            "forgotten/address/\(call.clientAddress(behind: settings.trustedProxies))")
        let clock = ContinuousClock()
        let end = clock.now + settings.strangersAnsweredAfter
        let (draw, practice) = try await call.runPublic(call.draw(bucket, isTold: false), forgotten.practiceID)
        if let practice {
            let reset = NewInvitation(
                id: call.newID(), accountID: .nil, token: Token(practiceID: practice, in: call.surroundings),
                createdAt: call.now)
            let sealed = try reset.sealed(with: try await call.vault(of: practice))
            _ = try await call.runPublic(
                forgotten.ask(
                    reset, sealed, isFlood: draw.isRefused, request: call.provenRequest, in: practice, at: call.now))
        }
        try await clock.sleep(until: end)
        return .json(.accepted) { $0.member("minutes", 60) }
    }

    private func change(_ call: Call) async throws -> Answer {
        let choice = try call.body(Choice.init)
        let (principal, own, words) = try await call.enter(SecondFactor.own, OwnPassword.words)
        let bucket = Bucket(settings.limits.signInsByAccount, "own-password/\(principal.signInID)")
        try await call.countingFailures(bucket) { (failures: Failures) async throws(Problem) in
            let hash = own.passwordHash
            let isRight = try await settings.passwords.verified(
                choice.currentPassword, against: hash.flatMap { PasswordHash($0) })
            let (judged, fault) = words.judged(choice.password, at: "/password")
            guard let hash, let new = judged, isRight else {
                throw .invalid([isRight ? nil : .wrongPassword(at: "/currentPassword"), fault].compactMap(\.self))
            }
            let change = OwnPassword.set(
                try await settings.passwords.hashed(new), inPlaceOf: hash, by: principal.signInID,
                audit: call.newProvenRequest(),
                at: call.now)
            _ = try await explained { () async throws(Problem) in
                try await call.run(call.refuseBeyond(failures), change)
            }
        }
        return .noContent
    }

    private func explained<Value>(_ work: () async throws(Problem) -> Value) async throws(Problem) -> Value {
        do { return try await work() } catch  where error.code == "password_changed_meanwhile" {
            throw .conflict(error.code, "The password was changed in this very moment. Sign in with the new one.")
        }
    }

    private struct Choice {
        let currentPassword: String
        let password: String

        init(_ body: inout JSONObjectReader) {
            currentPassword = body.required("currentPassword", .password)
            password = body.required("password", .password)
            guard !password.isEmpty else { return }
            body.check(
                password != currentPassword, "password", "same_as_before", "Choose another one than the present one.")
            // Where something is wrong already, the rest is told with it.
            if currentPassword.isEmpty || password == currentPassword, let refusal = Password.refusal(of: password) {
                let fault = refusal.fault(at: "/password")
                body.fault("password", fault.code, fault.detail)
            }
        }
    }
}

/// Who has forgotten a password, in the own words.
struct Forgotten: Sendable {
    let practice: String
    let name: String

    init(_ body: inout JSONObjectReader) {
        (practice, name) = SignIn.name(&body)
    }
}

/// The caller's own password.
enum OwnPassword {
    /// What a new one must not be made of.
    struct Words: Sendable {
        let own: [String]

        /// A password that nobody could guess who knows the person, or what is wrong with it.
        func judged(_ text: String, at pointer: String) -> (Password?, FieldFault?) {
            let parts = own.flatMap { word in
                [word] + word.split(separator: " ").map(String.init) + word.split(separator: "@").map(String.init)
            }
            do { return (try Password(new: text, unlike: parts), nil) } catch { return (nil, error.fault(at: pointer)) }
        }
    }
}
