import Postgres
import Practice

extension ImportWork {
    /// What becomes of one person, and the statements that say whether anything changed.
    struct Fill {
        let known: Known
        let numbers: Batch.Slot<Int>
        /// Nil is put aside: see `Standing`.
        let followed: Batch.Slot<Bool?>
    }

    /// A person whose chart is there already.
    struct Known: Sendable {
        let person: Pending
        let client: ID<Client>
        /// Whether the chart is known by this file for the first time.
        let isLink: Bool
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
                fills.append(fill(Known(person: entry, client: client, isLink: known.isEmpty), &batch))
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
        for fill in fills { try take(fill, results) }
        report.added += added.count
        report.likely += try results[proposals]
    }

    func owners(of people: [Pending], _ tx: Transaction) async throws -> [Int: [Owner]] {
        Dictionary(grouping: try await tx.pipeline(owners(of: people)), by: \.number)
    }

    func fill(_ known: Known, isHeld: Bool = false, _ batch: inout Batch) -> Fill {
        let person = known.person.client
        let followed = batch.append(
            person.following(known.client, from: source.name, isLink: known.isLink, isHeld: isHeld))
        return Fill(
            known: known, numbers: batch.append(person.numbers(practice, source.name, known.client)),
            followed: followed)
    }

    /// Counts what has become of somebody, or puts the person aside until the charts that close or open are held.
    mutating func take(_ fill: Fill, _ results: Batch.Results) throws {
        guard let isFollowed = try results[fill.followed] else {
            aside.append(fill.known)
            return
        }
        count(isChanged: try results[fill.numbers] > 0 || isFollowed, isLink: fill.known.isLink)
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
