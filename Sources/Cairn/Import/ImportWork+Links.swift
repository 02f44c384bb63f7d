import Postgres
import Practice

extension ImportWork {
    /// What can be done only when everybody is there: records that others replace become names of those, and records
    /// that point at each other are proposed as one person's.
    mutating func finish(_ file: PatientFile, _ tx: Transaction) async throws {
        (report.others, report.hasFurtherPages) = (file.others, file.hasFurtherPages)
        var rest = replaced[...]
        while !rest.isEmpty {
            try await storeReplaced(Array(rest.prefix(250)), tx)
            rest = rest.dropFirst(250)
        }
        try await settleStandings(tx)
        try await proposeLinked(tx)
    }

    /// A record that was never taken over becomes a name of the one that replaces it. One that has a chart keeps it, out
    /// of use, and the two are proposed as one person's: charts are made one by people. Where nobody knows the record that
    /// replaces it, it gets a chart that is out of use.
    private mutating func storeReplaced(_ records: [Replaced], _ tx: Transaction) async throws {
        let people = records.enumerated().map { number, record in
            var client = record.pending.client
            client.isActive = false
            return Pending(number: number, place: record.pending.place, client: client)
        }
        let owners = try await owners(of: people, tx)
        let survivors = try await tx.pipeline(charts(of: records.compactMap { number($0.by) }))
        var (strangers, steps, batch) = ([Pending](), [Step](), Batch())
        for (person, record) in zip(people, records) {
            guard let survivor = number(record.by).flatMap({ survivors[$0] }) else {
                strangers.append(person)
                continue
            }
            let known = owners[person.number] ?? []
            let others = known.filter { $0.client != survivor }
            if let reason = Self.objection(to: others) {
                report.bad.append(.init(place: person.place, reason: reason))
            } else if let own = others.first?.client {
                steps.append(.fill(fill(Known(person: person, client: own, isLink: false), &batch)))
                _ = batch.append(pair(own, survivor))
            } else {
                steps.append(
                    .alias(
                        isLink: known.isEmpty,
                        [
                            batch.append(alias(person.client.aliases, of: survivor)),
                            batch.append(person.client.numbers(practice, source.name, survivor)),
                            batch.append(remember(person.client)),
                        ]))
            }
        }
        let results = try await tx.pipeline(batch)
        try take(steps, results)
        for person in strangers {
            let reason = "the record that replaces it (link) is not here: its chart is inactive"
            report.warnings.append(.init(place: person.place, reason: reason))
        }
        try await store(strangers, tx)
    }

    private enum Step {
        case fill(Fill)
        case alias(isLink: Bool, [Batch.Slot<Int>])
    }

    /// Counts what came of the steps.
    private mutating func take(_ steps: [Step], _ results: Batch.Results) throws {
        for step in steps {
            switch step {
            case .fill(let fill): try take(fill, results)
            case .alias(let isLink, let slots):
                count(isChanged: try slots.contains { try results[$0] > 0 }, isLink: isLink)
            }
        }
    }

    private func proposeLinked(_ tx: Transaction) async throws {
        var rest = links[...]
        while !rest.isEmpty {
            let numbers = rest.prefix(250).map { (number(.record($0.id)), number($0.other)) }
            var batch = Batch()
            for pair in try await charts(of: numbers, tx) { _ = batch.append(self.pair(pair.one, pair.other)) }
            _ = try await tx.pipeline(batch)
            rest = rest.dropFirst(250)
        }
    }

    /// The charts of pairs of numbers, of those of which there are two.
    func charts(
        of pairs: [(ImportedClient.Identifier?, ImportedClient.Identifier?)], _ tx: Transaction
    ) async throws -> [(one: ID<Client>, other: ID<Client>)] {
        let charts = try await tx.pipeline(charts(of: pairs.flatMap { [$0, $1].compactMap(\.self) }))
        return pairs.compactMap { one, other in
            guard let one = one.flatMap({ charts[$0] }), let other = other.flatMap({ charts[$0] }), one != other else {
                return nil
            }
            return (one, other)
        }
    }

    func number(_ other: ImportedClient.Link.Other) -> ImportedClient.Identifier? {
        switch other {
        case .record(let id): ImportedClient.Identifier(system: ImportedClient.ownSystem, value: named(id))
        case .number(let number): number
        case .elsewhere: nil
        }
    }
}

extension ImportedClient {
    /// The names under which the one who replaces this record is found as well.
    fileprivate var aliases: [OtherName] {
        [OtherName(.alias, given: name.given, family: name.family)] + otherNames
    }
}
