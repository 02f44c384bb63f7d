import ArgumentParser
import JSON
import Postgres
import Practice

struct PracticeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "practice", abstract: "Counseling centers, each with data of its own.",
        subcommands: [Add.self, Library.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a practice with its own keys.")

        @Argument(help: "The name in addresses and at sign-in: lower-case letters, digits and hyphens.")
        var slug: String

        @Argument(help: "The name that people read.")
        var name: String

        @Option(help: "The IANA time zone of its days.")
        var timeZone = "America/Phoenix"

        func run() async throws {
            guard let zone = TimeZoneID(timeZone) else { throw Refusal("\(timeZone) is not an IANA time zone.") }
            let name = name.cleaned
            try await Operator.with(try await Settings.read()) { [slug] hands in
                let (id, now) = (hands.surroundings.id(Practice.self), hands.surroundings.now())
                let making = try hands.making(id, slug: slug, name: name, timeZone: zone.name, at: now)
                do throws(PostgresError) {
                    try await hands.client.run([hands.enter(id, "seed.run", at: now)] + making)
                } catch {
                    switch error.refusal?.constraint {
                    case "practices_slug_is_taken": throw Refusal("There is already a practice called \(slug).")
                    case "practices_slug_is_plain":
                        throw Refusal("A slug has lower-case letters, digits and single hyphens between them.")
                    case "practices_name_length": throw Refusal("A name has 1 to 200 characters.")
                    default: throw error
                    }
                }
                Terminal.say("\(name) is there as \(slug). Next: cairn staff add --practice \(slug) --role owner …")
            }
        }
    }

    struct Library: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: """
                Put into a practice the questionnaires, reasons and exercises that Cairn ships and it does not have yet.
                """)

        @Option(help: "The practice; may be left out while there is only one.")
        var practice: String?

        func run() async throws {
            try await Operator.with(try await Settings.read()) { [practice] hands in
                let practice = try await hands.practice(practice)
                let now = hands.surroundings.now()
                try await hands.client.run(
                    [hands.enter(practice.id, "seed.run", at: now)]
                        + (try hands.library(for: practice.id, exercises: nil, at: now)))
                Terminal.say("\(practice.name) has the whole library.")
            }
        }
    }
}
