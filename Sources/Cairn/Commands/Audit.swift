import ArgumentParser
import Postgres
import Practice

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The record of who touched what.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find any audit row that was changed, removed or inserted past the server.",
            discussion: """
                Prints the last seal of each practice. Keep it where nobody who can change the database can change it, \
                and give it back with --head: only so does a chain show that was cut at its end.
                """)

        @Option(help: "The practice; all of them, if left out.")
        var practice: String?

        @Option(help: "A last seal printed earlier, NUMBER:HEX. Needs --practice.")
        var head: String?

        func run() async throws {
            let remembered = try head.map { text in
                guard let head = AuditHead(text) else {
                    throw Refusal("--head is a seal as an earlier verification printed it, NUMBER:HEX.")
                }
                return head
            }
            if remembered != nil && practice == nil {
                throw Refusal("--head belongs to one practice: say which with --practice SLUG.")
            }
            try await Operator.with(try await Settings.read()) { [practice] hands in
                let verifier = AuditVerifier(postgres: hands.client, keys: hands.keys)
                let one = try await practice == nil ? nil : hands.practice(practice).id
                let practices = try await verifier.practices()
                var findings = 0
                for id in practices where one == nil || id == one {
                    let summary = try await verifier.verify(practice: id, remembered: remembered) { finding in
                        Terminal.say("practice \(id): \(finding)")
                    }
                    findings += summary.findings
                    let head = summary.head.map(\.description) ?? "none yet"
                    Terminal.say(
                        "practice \(id): \(summary.events) events, \(summary.seals) seals, \(summary.unsealed) not yet "
                            + "sealed, \(summary.findings) findings. Last seal: \(head)")
                }
                guard findings == 0 else { throw Refusal("The audit is not as the server wrote it.") }
            }
        }
    }
}
