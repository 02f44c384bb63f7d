import Postgres
import Practice

extension ImportWork {
    /// What becomes of one person, and the statements that say whether anything changed.
    struct Fill {
        let isLink: Bool
        let slots: [Batch.Slot<Int>]
        let followed: Batch.Slot<Bool>
    }

    /// Finds who is known, takes in what their records say, and makes charts for the others.
    mutating func store(_ tx: Transaction) async throws {
        try await store(pending, tx)
    }

    mutating func store(_ people: [Pending], _ tx: Transaction) async throws {
        guard !people.isEmpty else { return }
        let owners = try await owners(of: people, tx)
        let strangers = people.filter { owners[$0.number] == nil }
        var recognisedAs: [Int: ID<Client>] = [:]
        for match in try await tx.pipeline(alike(strangers)) where recognised.insert(match.client).inserted {
            recognisedAs[match.number] = match.client
        }
        var (fills, added) = ([Fill](), [ID<Client>]())
        var batch = Batch()
        for entry in people {
            let known = owners[entry.number] ?? []
            if let reason = Self.objection(to: known) {
                report.bad.append(.init(place: entry.place, reason: reason))
                continue
            }
            for link in entry.client.links where link.kind == .refer || link.kind == .seeAlso {
                links.append((entry.client.sourceID, link.other))
            }
            if let client = known.first?.client ?? recognisedAs[entry.number] {
                fills.append(fill(entry.client, client, isLink: known.isEmpty, &batch))
            } else {
                let id: ID<Client> = hands.surroundings.id()
                for query in entry.client.insertion(into: practice, from: source.name, as: id, at: now) {
                    _ = batch.append(query)
                }
                added.append(id)
            }
        }
        let proposals = batch.append(propose(added))
        let results = try await tx.pipeline(batch)
        for fill in fills { count(isChanged: try fill.isChanged(results), isLink: fill.isLink) }
        report.added += added.count
        report.likely += try results[proposals]
    }

    func owners(of people: [Pending], _ tx: Transaction) async throws -> [Int: [Owner]] {
        Dictionary(grouping: try await tx.pipeline(owners(of: people)), by: \.number)
    }

    func fill(_ person: ImportedClient, _ client: ID<Client>, isLink: Bool, _ batch: inout Batch) -> Fill {
        let followed = batch.append(person.following(client, from: source.name, isLink: isLink))
        return Fill(
            isLink: isLink, slots: [batch.append(person.numbers(practice, source.name, client))], followed: followed)
    }

    mutating func count(isChanged: Bool, isLink: Bool) {
        if isLink {
            report.linked += 1
        } else if isChanged {
            report.changed += 1
        } else {
            report.unchanged += 1
        }
    }

    /// Why nobody's chart may be taken for a person's, given whose numbers there are. One person never becomes another.
    static func objection(to owners: [Owner]) -> String? {
        if Set(owners.map(\.client)).count > 1 { return "its identifiers are those of several clients" }
        guard let owner = owners.first(where: \.contradicts) else { return nil }
        let what = owner.isByID ? "its id is that" : "an identifier is that"
        return what
            + " of a chart with another name and birth date: correct the one that is wrong, or say with --source "
            + "that this file is from another system"
    }
}

extension ImportWork.Fill {
    func isChanged(_ results: Batch.Results) throws -> Bool {
        try slots.reduce(try results[followed]) { try results[$1] > 0 || $0 }
    }
}
