import ArgumentParser

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version of cairn.")

    static let number = "0.1.0"

    func run() {
        Terminal.say("cairn \(Self.number)")
    }
}
