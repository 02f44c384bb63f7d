import ArgumentParser
import Postgres
import Practice

extension Staff {
    /// The way in for whom nothing else lets in: the only owner who has lost the password, or the second factor and the
    /// recovery codes.
    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a single-use link with which somebody sets a new password.",
            discussion: "For whom the practice itself cannot help. It stands in the audit, and the account is told.")

        @Option(help: "The practice; may be left out while there is only one.")
        var practice: String?

        @Option(name: .customLong("name"), help: "The address, or the sign-in name, with which the person signs in.")
        var signInName: String

        @Flag(help: "Take the second factor away too: the person sets another with the new password.")
        var withoutSecondFactor = false

        func run() async throws {
            try await Operator.with(try await Settings.read()) { [practice, signInName, withoutSecondFactor] hands in
                let practice = try await hands.practice(practice)
                let token = Token(practiceID: practice.id, in: hands.surroundings)
                let reset = StaffReset(
                    practice: practice.id, name: signInName, takesFactor: withoutSecondFactor, token: token)
                guard let name = try await reset.run(hands) else {
                    throw Refusal("Nobody in \(practice.name) signs in as \(signInName).")
                }
                Terminal.say(
                    "\(name) may set a new password. The link works once, within \(NewInvitation.hours) hours:")
                Terminal.say("    \(token.text)")
                Terminal.say(
                    withoutSecondFactor
                        ? "Everybody who was signed in is signed out. Until then nobody signs in to this account."
                        : "Until then the old password, and whoever is signed in, stay as they are.")
            }
        }
    }
}

/// A reset that the operator starts, for an account that is found by what the person signs in with.
struct StaffReset: Sendable {
    let practice: ID<Practice>
    let name: String
    let takesFactor: Bool
    let token: Token

    /// The name of the person; nil where there is nobody.
    func run(_ hands: Operator) async throws -> String? {
        let (now, note) = (hands.surroundings.now(), hands.surroundings.newID())
        let key: ID<Invitation> = hands.surroundings.id()
        let (_, found) = try await hands.client.pipeline(
            hands.enter(practice, "staff.reset", at: now),
            reset(with: key, at: now, note, proof: hands.keys.auditProof(of: note)))
        return found
    }
}
