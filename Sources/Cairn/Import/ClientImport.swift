import Foundation
import Postgres
import Practice

/// Takes clients over from a file of FHIR patients, in one transaction (decision 0010).
struct ClientImport: Sendable {
    let hands: Operator
    let practice: ID<Practice>
    let path: String
    let keepsGood: Bool
    let isTrial: Bool

    /// What became of the lines; each is in one count.
    struct Report: Sendable {
        var added = 0
        /// Known until now without the numbers of this file.
        var linked = 0
        /// Known, with something filled in.
        var changed = 0
        var unchanged = 0
        var bad: [(line: Int, reason: String)] = []
        var warnings: [(line: Int, reason: String)] = []
        /// How many of those added may have a chart already.
        var likely = 0

        var counts: String {
            "\(added) new, \(linked) linked, \(changed) changed, \(unchanged) unchanged, \(bad.count) refused"
        }
    }

    func run() async throws -> Report {
        // For the progress bar alone; a file that cannot be read is refused when it is opened.
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        do {
            return try await hands.client.transaction(TransactionOptions(statementTime: .zero)) { tx in
                try await tx.pipeline(hands.enter(practice, "import.run", at: hands.surroundings.now()))
                var work = ImportWork(practice: practice, surroundings: hands.surroundings)
                var reader = try LineReader(path: path, limit: PatientImport.maximumLineLength)
                var progress = Progress(of: size)
                while try work.take(from: &reader) {
                    try await work.store(tx)
                    progress.show(reader.bytesRead, work.report.counts)
                }
                progress.end()
                let isKept = !isTrial && (work.report.bad.isEmpty || keepsGood)
                guard isKept else { throw NothingKept(report: work.report) }
                return work.report
            }
        } catch let undone as NothingKept {
            return undone.report
        }
    }

    private struct NothingKept: Error {
        let report: Report
    }
}

/// A bar that grows on a terminal.
private struct Progress {
    private let size: Int
    private var shownAt = ContinuousClock.now - .seconds(1)

    init(of size: Int) {
        self.size = max(1, size)
    }

    mutating func show(_ done: Int, _ words: String) {
        guard ContinuousClock.now - shownAt > .milliseconds(100) else { return }
        shownAt = .now
        let share = min(1, Double(done) / Double(size))
        let filled = Int(share * 30)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        Terminal.redraw("\(bar) \(Int(share * 100)) %  \(words)")
    }

    func end() {
        Terminal.redraw("")
    }
}
