import Postgres
import Practice

/// The lines of a file on their way into the tables, some hundreds at a time.
struct ImportWork {
    let practice: ID<Practice>
    let surroundings: Surroundings
    /// The instant of the whole: who was there before it can be recognised, who came since is of this file.
    let now: Instant
    private(set) var report = ClientImport.Report()
    private let patients: PatientImport
    private var pending: [Pending] = []
    private var lines: [ImportedClient.Identifier: Int] = [:]
    private var linked: Set<ID<Client>> = []
    private var lineNumber = 0

    /// One line that can be taken over.
    struct Pending: Sendable {
        let line: Int
        let client: ImportedClient
    }

    init(practice: ID<Practice>, surroundings: Surroundings) {
        self.practice = practice
        self.surroundings = surroundings
        now = surroundings.now()
        patients = PatientImport(today: now.utcDay)
    }

    /// Reads the next lines; false when there are none left.
    mutating func take(from reader: inout LineReader) throws -> Bool {
        var count = 0
        while count < 250, let line = try reader.next() {
            count += 1
            lineNumber += 1
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            do throws(PatientImport.Refusal) {
                read(try patients.client(of: line))
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
        pending.append(Pending(line: lineNumber, client: client))
    }

    /// Finds who is known, fills in what their charts do not say, and makes charts for the others.
    mutating func store(_ tx: Transaction) async throws {
        defer { pending = [] }
        guard !pending.isEmpty else { return }
        var owners: [Int: Set<ID<Client>>] = [:]
        for match in try await tx.pipeline(known(pending)) { owners[match.line, default: []].insert(match.client) }
        let strangers = pending.filter { owners[$0.line] == nil }
        var links: [Int: ID<Client>] = [:]
        for match in try await tx.pipeline(alike(strangers)) where linked.insert(match.client).inserted {
            links[match.line] = match.client
        }
        var (fills, added) = ([Fill](), [ID<Client>]())
        var batch = Batch()
        for entry in pending {
            for warning in entry.client.warnings { report.warnings.append((entry.line, warning)) }
            let known = owners[entry.line] ?? []
            if known.count > 1 {
                report.bad.append((entry.line, "its identifiers are those of several clients"))
            } else if let client = known.first ?? links[entry.line] {
                let slots = entry.client.filling(client, in: practice).map { batch.append($0) }
                fills.append(Fill(isLink: links[entry.line] != nil, slots: slots))
            } else {
                let id: ID<Client> = surroundings.id()
                for query in entry.client.insertion(into: practice, as: id, at: now) { _ = batch.append(query) }
                added.append(id)
            }
        }
        let proposals = batch.append(propose(added))
        let results = try await tx.pipeline(batch)
        for fill in fills {
            let isChanged = try fill.slots.reduce(false) { try results[$1] > 0 || $0 }
            if fill.isLink {
                report.linked += 1
            } else if isChanged {
                report.changed += 1
            } else {
                report.unchanged += 1
            }
        }
        report.added += added.count
        report.likely += try results[proposals]
    }

    private struct Fill {
        let isLink: Bool
        let slots: [Batch.Slot<Int>]
    }
}
