import Practice

/// What is known of a whole file before anybody of it is taken over: the systems of its numbers, which tell its source,
/// and which records others stand for. A file is read twice for it.
struct ImportSurvey: Sendable {
    /// How many people have a number of each system.
    private(set) var systems: [String: Int] = [:]
    /// Records that are replaced, and by which.
    private var replacements: [String: ImportedClient.Link.Other] = [:]
    /// The records that are replaced by records of this file, whether or not they are in it.
    private(set) var replacedByOthers: [String: String] = [:]

    /// Reads the file to its end.
    init(_ file: inout PatientFile, _ patients: PatientImport) throws {
        while let pieces = try file.next() {
            for case .record(let record) in pieces {
                // What stands against a record is told when it is taken over.
                guard let client = try? patients.client(of: record.bytes, in: record.bundle) else { continue }
                take(client)
            }
        }
    }

    private mutating func take(_ client: ImportedClient) {
        for system in Set(client.identifiers.map(\.system)) { systems[system, default: 0] += 1 }
        if let other = client.replacement { replacements[client.sourceID] = other }
        for link in client.links where link.kind == .replaces {
            if case .record(let id) = link.other { replacedByOthers[id] = client.sourceID }
        }
    }

    /// By what a record is replaced in the end; nil when it is not.
    func replacement(of id: String) throws(Refusal) -> ImportedClient.Link.Other? {
        var (other, seen): (ImportedClient.Link.Other?, Set<String>) = (next(id), [id])
        while case .record(let id) = other {
            guard seen.insert(id).inserted else { throw Refusal("link leads in a circle of records") }
            guard let further = next(id) else { break }
            other = further
        }
        return other
    }

    private func next(_ id: String) -> ImportedClient.Link.Other? {
        replacements[id] ?? replacedByOthers[id].map { .record($0) }
    }
}
