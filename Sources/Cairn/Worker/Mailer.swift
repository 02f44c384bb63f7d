import Practice

/// How letters leave: a program that takes a message on its standard input and reads the recipient from its header, as
/// sendmail does.
package struct Mailer: Sendable, Equatable {
    /// The program and its arguments; no shell is between.
    package var command: [String]
    /// The sender of every letter.
    package var from: EmailAddress
    /// Where the pages that people open live, without a slash at the end.
    package var publicURL: String
    /// How long the program may take; then it is killed.
    package var patience = Duration.seconds(30)

    /// What is known afterwards.
    enum Outcome: Sendable, Equatable {
        /// The program took the message.
        case taken
        /// The program did not start, or said that it did not take the message: a code of ours.
        case refused(String)
        /// The program was killed before it said anything: the message may have gone.
        case unknown
    }

    func send(_ message: MailMessage) async -> Outcome {
        let program = Command(
            executable: command[0], arguments: Array(command.dropFirst()), input: message.text, patience: patience)
        do {
            let outcome = try await program.run()
            if outcome.isKilled { return .unknown }
            return outcome.status == 0 ? .taken : .refused("exit_\(outcome.status)")
        } catch {
            return .refused("not_started")
        }
    }
}
