import Foundation
import Postgres
import Practice
import Synchronization

/// Takes clients over from a file of FHIR patients, in one transaction (decisions 0010 and 0034).
struct ClientImport: Sendable {
    let hands: Operator
    let practice: ID<Practice>
    let path: String
    /// The system that the file is from, where it is named.
    var source: String? = nil
    let keepsGood: Bool
    let isTrial: Bool

    /// What became of the people; each is in one count.
    struct Report: Sendable {
        var added = 0
        /// Known until now without the numbers of this file.
        var linked = 0
        /// Known, with something filled in or followed.
        var changed = 0
        var unchanged = 0
        var bad: [Remark] = []
        var warnings: [Remark] = []
        /// How many charts of those who are in care no more have something open, which the desk finds among its tasks.
        var leftOpen = 0
        /// How many of those added may have a chart already.
        var likely = 0
        var source: ImportSource?
        /// How many resources of other types there are in Bundles, by type.
        var others: [String: Int] = [:]
        /// Whether a Bundle is one page of several.
        var hasFurtherPages = false

        /// What is said of a place in the file. It never repeats what stands there.
        struct Remark: Sendable {
            let place: PatientFile.Place
            let reason: String
            var line: Int { place.line }
        }

        var counts: String {
            "\(added) new, \(linked) linked, \(changed) changed, \(unchanged) unchanged, \(bad.count) refused"
        }

        /// What is to be said of the file as a whole.
        var notes: [String] {
            var notes: [String] = []
            if let source {
                let novelty = source.isNew ? ", from which nobody was taken over before" : ""
                notes.append("Source: \(source.name)\(novelty).")
            }
            if !others.isEmpty {
                let kinds = others.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
                notes.append("Other resources were passed over: \(kinds).")
            }
            if leftOpen > 0 {
                let charts = leftOpen == 1 ? "One chart is" : "\(leftOpen) charts are"
                notes.append(
                    "\(charts) inactive now with something still open, which a file cannot end: see GET /v1/tasks.")
            }
            if hasFurtherPages { notes.append("A Bundle is one page of several: import the others too.") }
            return notes
        }
    }

    func run() async throws -> Report {
        let now = hands.surroundings.now()
        // The practice's day: a death of tomorrow is refused with its line, not with the whole file.
        let zone = try await hands.client.pipeline(timeZone)
        let patients = PatientImport(at: now, in: TimeZoneID(zone) ?? .utc)
        var file = try PatientFile(path: path)
        // For the progress bar alone, which does without.
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        let survey = try ImportSurvey(&file, patients)
        guard file.hasText else { throw Refusal("The file \(path) has nothing but blank lines.") }
        guard file.hasJSON else {
            throw Refusal(
                "The file \(path) has no JSON: export FHIR R4 Patient resources, one a line (NDJSON) or as a Bundle.")
        }
        let reached = Reached()
        do {
            return try await hands.client.transaction(TransactionOptions(retries: 3, statementTime: .zero)) { tx in
                try await tx.pipeline(hands.enter(practice, "import.run", at: now))
                // Of two imports at once, the second sees what the first has done.
                try await tx.pipeline(lock)
                let work = ImportWork(
                    hands: hands, practice: practice, source: try await source(of: survey, tx), survey: survey,
                    patients,
                    at: now)
                let report = try await carryOut(work, Progress(of: size), reached, tx)
                let isKept = !isTrial && (report.bad.isEmpty || keepsGood)
                guard isKept else { throw NothingKept(report: report) }
                return report
            }
        } catch let undone as NothingKept {
            return undone.report
        } catch let error as PostgresError where error.isOfOthersAtOnce {
            throw reached.refusal
        }
    }

    /// The source that is named, or that the file and the practice tell.
    private func source(of survey: ImportSurvey, _ tx: Transaction) async throws -> ImportSource {
        var known: [String: Set<String>] = [:]
        for (source, system) in try await tx.pipeline(ImportSource.known(in: practice)) {
            known[source, default: []].formUnion(system == ImportedClient.ownSystem ? [] : [system])
        }
        return try ImportSource.choose(named: source, survey.systems, known: known)
    }

    /// Goes through the file, some people at a time.
    private func carryOut(
        _ work: ImportWork, _ progress: Progress, _ reached: Reached, _ tx: Transaction
    ) async throws -> Report {
        var (work, progress) = (work, progress)
        var file = try PatientFile(path: path)
        while try work.take(from: &file) {
            reached.lines.withLock {
                $0 = work.pending.first.map { ($0.place, work.pending.last?.place) } ?? $0
            }
            try await work.store(tx)
            progress.show(file.bytesRead, work.report.counts)
        }
        try await work.finish(file, tx)
        progress.end()
        return work.report
    }

    /// How far an import came before others stood in its way, however often it was begun again.
    private final class Reached: Sendable {
        let lines = Mutex<(first: PatientFile.Place, last: PatientFile.Place?)?>(nil)

        var refusal: Refusal {
            let lines = lines.withLock { $0 }
            let place = lines.map { first, last in
                last.map { "\($0)" == "\(first)" ? " at \(first)" : " between \(first) and \($0)" } ?? " at \(first)"
            }
            return Refusal(
                "Others changed the same charts at the same time, and went on doing so each time that the import was begun "
                    + "again, the last time\(place ?? ""). Nothing of the file was kept: import it again when they are done."
            )
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
