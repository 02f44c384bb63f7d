import Crypto
import Postgres
import Practice

/// The people of a file on their way into the tables, some hundreds at a time.
struct ImportWork {
    let practice: ID<Practice>
    let source: ImportSource
    let hands: Operator
    /// The instant of the whole: who was there before it can be recognised, who came since is of this file.
    let now: Instant
    var report = ClientImport.Report()
    /// Charts that were recognised by what is known of the person, each once.
    var recognised: Set<ID<Client>> = []
    /// Records that are replaced by others, which are taken over when all others are there.
    var replaced: [Replaced] = []
    /// People of whom it changes whether they live or are in care: when all others are there, and their charts are held.
    var aside: [Known] = []
    /// What records say of each other: whose charts may be one person's.
    var links: [(id: String, other: ImportedClient.Link.Other)] = []
    private(set) var pending: [Pending] = []
    private let survey: ImportSurvey
    private let patients: PatientImport
    private var taken: [NumberKey: Taken] = [:]
    /// Which of the records that are replaced are in this file.
    private(set) var found: Set<String> = []

    /// One person that can be taken over.
    struct Pending: Sendable {
        /// Which of its batch.
        let number: Int
        let place: PatientFile.Place
        var client: ImportedClient
    }

    /// A person whose record another one stands for.
    struct Replaced: Sendable {
        let pending: Pending
        let by: ImportedClient.Link.Other
    }

    /// Who has a number in this file: where, and a hash of all that is said there.
    private struct Taken {
        let place: PatientFile.Place
        let content: Int
    }

    /// A number in so many bytes, however long it is: a file may have millions.
    private struct NumberKey: Hashable {
        let digest: SIMD2<UInt64>

        init(_ number: ImportedClient.Identifier) {
            let bytes = SHA256.hash(data: Array("\(number.system)\0\(number.value)".utf8))
            digest = bytes.withUnsafeBytes { $0.loadUnaligned(as: SIMD2<UInt64>.self) }
        }
    }

    init(
        hands: Operator, practice: ID<Practice>, source: ImportSource, survey: ImportSurvey, _ patients: PatientImport,
        at now: Instant
    ) {
        self.hands = hands
        self.practice = practice
        self.source = source
        self.survey = survey
        self.now = now
        self.patients = patients
        report.source = source
    }

    /// What still must be done for records of other files that this one replaces.
    var replacedElsewhere: [String: String] { survey.replacedByOthers.filter { !found.contains($0.key) } }

    /// Reads the next people; false when there are none left.
    mutating func take(from file: inout PatientFile) throws -> Bool {
        pending = []
        while pending.count < 250 {
            guard let pieces = try file.next() else { return !pending.isEmpty }
            for piece in pieces {
                switch piece {
                case .refusal(let place, let reason): report.bad.append(.init(place: place, reason: reason))
                case .record(let record): read(record)
                }
            }
        }
        return true
    }

    private mutating func read(_ record: PatientDocument.Record) {
        let place = PatientFile.Place(line: record.line, entry: record.entry)
        do {
            var client = try patients.client(of: record.bytes, in: record.bundle)
            let plain = client.sourceID
            let replacement = try survey.replacement(of: plain)
            name(&client)
            if let earlier = taken[NumberKey(client.ownNumber)], earlier.content == client.hashValue {
                report.warnings.append(.init(place: place, reason: "it says what \(earlier.place) says"))
                report.unchanged += 1
                return
            }
            try refuseTwice(client, isReplaced: replacement != nil, at: place)
            for warning in client.warnings { report.warnings.append(.init(place: place, reason: warning)) }
            let entry = Pending(number: pending.count, place: place, client: client)
            if let replacement {
                found.insert(plain)
                replaced.append(Replaced(pending: entry, by: replacement))
            } else {
                pending.append(entry)
            }
        } catch {
            report.bad.append(.init(place: place, reason: "\(error)"))
        }
    }

    /// Where a system uses social security numbers as ids, a keyed hash stands for each: it recognises the record, and is
    /// of no use to anybody else.
    private func name(_ client: inout ImportedClient) {
        let plain = client.sourceID
        client.sourceID = named(plain)
        if client.sourceID != plain {
            client.warnings.append("id looks like a government's number: a keyed hash stands for it")
        }
    }

    /// The id of a record, as it is kept.
    func named(_ id: String) -> String {
        guard ImportedClient.isLikeGovernmentNumber(id) else { return id }
        let code = hands.keys.contentDigest.code(for: Array("import\0\(practice)\0\(id)".utf8))
        return "keyed:" + Base64URL.encode(code.prefix(24))
    }

    /// A record that is replaced may have the numbers of the one that replaces it.
    private mutating func refuseTwice(
        _ client: ImportedClient, isReplaced: Bool, at place: PatientFile.Place
    ) throws(Refusal) {
        let keys = (isReplaced ? [client.ownNumber] : client.numbers).map(NumberKey.init)
        if let earlier = keys.compactMap({ taken[$0] }).first {
            throw Refusal("an identifier is that of \(earlier.place)")
        }
        let entry = Taken(place: place, content: client.hashValue)
        for key in keys { taken[key] = entry }
    }
}
