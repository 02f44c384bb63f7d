import ArgumentParser

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take clients over from a file of FHIR R4 Patient resources, one JSON object a line (NDJSON).",
        discussion: """
            The file is NDJSON, one Patient a line, or one JSON document: a Patient, a Bundle of them, an array.

            It is from a source: numbers and ids are known within it, so that two systems may use the same for two \
            people. The source is named with --source; until there are two, the numbers in the file tell it.

            Whoever is known by a number of the source stays as he is: what his record says otherwise than last time is \
            followed, unless somebody wrote something else since; what his chart does not say is filled in; contact data \
            never are. A number whose chart has another name and another birth date is refused. A stranger with the \
            name, the birth date and the telephone or e-mail of exactly one chart is that person, and the chart gets the \
            numbers; who is only like somebody gets a chart and is proposed as a possible duplicate (GET /v1/duplicates). \
            So the same file again changes nothing. Lines that cannot be taken over are told with their number and the \
            reason; then nothing of the file is kept, unless --keep-good is given.
            """)

    @Argument(help: "The file.", completion: .file())
    var file: String

    @Option(help: "The practice; may be left out while there is only one.")
    var practice: String?

    @Option(help: "The system that the file is from, by a name of your choice.")
    var source: String?

    @Flag(help: "Read and check everything, and keep nothing.")
    var dryRun = false

    @Flag(help: "Keep the good lines of a file that has bad ones.")
    var keepGood = false

    func run() async throws {
        try await Operator.with(try await Settings.read()) { [file, practice, source, dryRun, keepGood] hands in
            let practice = try await hands.practice(practice)
            let work = ClientImport(
                hands: hands, practice: practice.id, path: file, source: source, keepsGood: keepGood, isTrial: dryRun)
            let report = try await work.run()
            for bad in report.bad { Terminal.say("\(bad.place): \(bad.reason)") }
            for warning in report.warnings { Terminal.say("\(warning.place), taken over: \(warning.reason)") }
            for note in report.notes { Terminal.say(note) }
            let counts = report.counts
            if dryRun {
                Terminal.say("\(practice.name): \(counts). This was a trial: nothing was kept.")
            } else if report.bad.isEmpty || keepGood {
                Terminal.say("\(practice.name): \(counts).")
            }
            if report.likely > 0 {
                Terminal.say("\(report.likely) of the new ones may have a chart already: see GET /v1/duplicates.")
            }
            if !report.bad.isEmpty && !keepGood {
                let kept = dryRun ? "" : " Nothing of the file was kept; --keep-good keeps the rest of it."
                let places = report.bad.count == 1 ? "One line" : "\(report.bad.count) lines"
                throw Refusal("\(places) cannot be taken over (\(counts)).\(kept)")
            }
        }
    }
}
