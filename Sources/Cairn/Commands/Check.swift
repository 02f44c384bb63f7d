import ArgumentParser

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and the database, and tell everything that is wrong at once.")

    func run() async throws {
        let settings = try await Settings.read()
        Terminal.say("The configuration is complete. Requests: \(settings.listen), administration: \(settings.admin).")
    }
}
