import ArgumentParser

@main
struct Cairn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cairn",
        abstract: "The practice-management backend of a counseling center.",
        discussion: """
            Settings are read from the environment and from cairn.env; README.md lists them. Without CAIRN_DATABASE_URL \
            every command uses a PostgreSQL of its own under .cairn/.
            """,
        subcommands: [
            Serve.self, WorkCommand.self, Migrate.self, SeedCommand.self, PracticeCommand.self, Staff.self, Import.self,
            Audit.self,
            Check.self, Version.self,
        ])

    /// Runs the command that is named, and says in sentences why it did not do what it was told.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: Refusal.plain(error))
        }
    }
}
