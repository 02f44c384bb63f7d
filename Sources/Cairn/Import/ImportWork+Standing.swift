import Postgres
import Practice

extension ImportWork {
    /// Changes of whether somebody lives and is in care, of all at once and last of all: what ends with a chart is in
    /// groups, and these are held before the charts are, as by whoever closes a chart (decision 0025).
    mutating func settleStandings(_ tx: Transaction) async throws {
        let retired = try await retiredCharts(tx)
        let clients = Set(aside.map(\.client) + retired.map(\.one))
        guard !clients.isEmpty else { return }
        try await tx.pipeline(Self.hold(clients))
        for start in stride(from: 0, to: aside.count, by: 250) {
            try await followHeld(aside[start..<min(start + 250, aside.count)], tx)
        }
        for start in stride(from: 0, to: retired.count, by: 250) {
            try await retire(retired[start..<min(start + 250, retired.count)], tx)
        }
    }

    private mutating func followHeld(_ people: ArraySlice<Known>, _ tx: Transaction) async throws {
        var (batch, steps) = (Batch(), [(fill: Fill, open: Batch.Slot<[String]>)]())
        for known in people {
            let fill = fill(known, isHeld: true, &batch)
            steps.append((fill, batch.append(leftOpen(known.client))))
        }
        let results = try await tx.pipeline(batch)
        for step in steps {
            try take(step.fill, results)
            note(try results[step.open], at: step.fill.known.person.place)
        }
    }

    /// Records of earlier files that are replaced by records of this one: their charts, and those of the others.
    private func retiredCharts(_ tx: Transaction) async throws -> [(one: ID<Client>, other: ID<Client>)] {
        var (rest, retired) = (Array(replacedElsewhere)[...], [(one: ID<Client>, other: ID<Client>)]())
        while !rest.isEmpty {
            retired += try await charts(
                of: rest.prefix(250).map { (number(.record($0.key)), number(.record($0.value))) }, tx)
            rest = rest.dropFirst(250)
        }
        return retired
    }

    private mutating func retire(
        _ pairs: ArraySlice<(one: ID<Client>, other: ID<Client>)>, _ tx: Transaction
    ) async throws {
        var (batch, steps) = (Batch(), [(count: Batch.Slot<Int>, open: Batch.Slot<[String]>)]())
        for pair in pairs {
            steps.append((batch.append(retire(pair.one, for: pair.other)), batch.append(leftOpen(pair.one))))
        }
        let results = try await tx.pipeline(batch)
        for step in steps where try results[step.count] > 0 { note(try results[step.open], at: nil) }
    }

    /// Tells of a chart that was closed, and something of it kept, which a file cannot say what becomes of.
    private mutating func note(_ areas: [String], at place: PatientFile.Place?) {
        guard !areas.isEmpty else { return }
        report.leftOpen += 1
        guard let place else { return }
        let reason = "its chart is inactive now, and still open: \(areas.joined(separator: ", "))"
        report.warnings.append(.init(place: place, reason: reason))
    }
}
