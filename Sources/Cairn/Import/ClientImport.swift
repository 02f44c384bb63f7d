import Foundation
import Postgres
import Practice

/// Takes clients over from a file of FHIR patients, in one transaction. Whoever is known already, by any number of an
/// older system, stays as he is: the same file again changes nothing.
struct ClientImport: Sendable {
    let hands: Operator
    let practice: ID<Practice>
    let path: String
    let keepsGood: Bool
    let isTrial: Bool

    struct Report: Sendable {
        var added = 0
        var known = 0
        var bad: [(line: Int, reason: String)] = []
    }

    func run() async throws -> Report {
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        do {
            return try await hands.client.transaction(TransactionOptions(statementTime: .zero)) { tx in
                try await tx.pipeline(hands.enter(practice, "import.run", at: hands.surroundings.now()))
                var work = Work(practice: practice, surroundings: hands.surroundings)
                var reader = try LineReader(path: path, limit: PatientImport.maximumLineLength)
                var progress = Progress(of: size)
                while try work.take(from: &reader) {
                    try await work.store(tx)
                    progress.show(reader.bytesRead, "\(work.report.added) added, \(work.report.known) known")
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

/// The lines of a file on their way into the tables, some hundreds at a time.
private struct Work {
    let practice: ID<Practice>
    let surroundings: Surroundings
    var report = ClientImport.Report()
    private let patients: PatientImport
    private var pending: [(line: Int, client: ImportedClient)] = []
    private var lines: [ImportedClient.Identifier: Int] = [:]
    private var lineNumber = 0

    init(practice: ID<Practice>, surroundings: Surroundings) {
        self.practice = practice
        self.surroundings = surroundings
        patients = PatientImport(today: surroundings.now().utcDay)
    }

    /// Reads the next lines; false when there are none left.
    mutating func take(from reader: inout LineReader) throws -> Bool {
        var count = 0
        while count < 250, let line = try reader.next() {
            count += 1
            lineNumber += 1
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            do throws(PatientImport.Refusal) {
                try read(patients.client(of: line))
            } catch {
                report.bad.append((lineNumber, "\(error)"))
            }
        }
        return count > 0
    }

    private mutating func read(_ client: ImportedClient) {
        let numbers = client.numbers
        if let earlier = numbers.compactMap({ lines[$0] }).first {
            report.bad.append((lineNumber, "an identifier is that of line \(earlier)"))
            return
        }
        for number in numbers { lines[number] = lineNumber }
        pending.append((lineNumber, client))
    }

    mutating func store(_ tx: Transaction) async throws {
        defer { pending = [] }
        let numbers = pending.flatMap { entry in entry.client.numbers.map { (entry.line, $0) } }
        let knownLines = Set(
            try await tx.pipeline(
                Query.rows(
                    """
                    select wanted.line from unnest(\(numbers.map(\.0)), \(numbers.map(\.1.system)),
                        \(numbers.map(\.1.value))) as wanted (line, system, value)
                    join client_identifiers i on i.practice_id = \(practice)
                        and i.system = wanted.system and i.value = wanted.value
                    """
                ) { try $0.next(Int.self) }))
        var batch = Batch()
        let now = surroundings.now()
        for (line, client) in pending where !knownLines.contains(line) {
            for statement in client.insertion(into: practice, as: surroundings.id(), at: now) {
                _ = batch.append(statement)
            }
            report.added += 1
        }
        report.known += pending.count { knownLines.contains($0.line) }
        if batch.count > 0 { _ = try await tx.pipeline(batch) }
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
