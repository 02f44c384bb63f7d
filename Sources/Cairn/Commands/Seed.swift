import ArgumentParser
import Demo

struct SeedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed", abstract: "Data to begin with.", subcommands: [Demo.self])

    struct Demo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make two demo practices with invented people; where they exist, change nothing.")

        @Flag(help: "Say nothing but who can sign in.")
        var quiet = false

        func run() async throws {
            try await Operator.with(try await Settings.read()) { [quiet] hands in
                let isNew = try await DemoWorld(hands: hands).seed()
                if !quiet {
                    Terminal.say(isNew ? "The demo practices are there." : "The demo practices were there already.")
                }
                Terminal.say(DemoWorld.signIns)
            }
        }
    }
}
