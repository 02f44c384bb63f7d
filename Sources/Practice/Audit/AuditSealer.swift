import Postgres

/// Seals the audit of practices in batches: the worker's part of the keyed chain.
///
/// The client signs in to the database as `cairn_worker`, which may do this and little else.
public struct AuditSealer: Sendable {
    private let postgres: PostgresClient
    private let keys: ServerKeys
    private let surroundings: Surroundings
    /// How many rows one seal covers at most; also what is in memory at once.
    private let batchSize: Int

    /// A sealer for the database of the keys' server.
    public init(postgres: PostgresClient, keys: ServerKeys, surroundings: Surroundings = .live, batchSize: Int = 1_000)
    {
        self.postgres = postgres
        self.keys = keys
        self.surroundings = surroundings
        self.batchSize = max(1, batchSize)
    }

    /// How far back to look for rows without a seal.
    public enum Reach: Sendable {
        /// As far as what was sealed five minutes ago: a transaction that was open then is over now. The usual one.
        case recent
        /// To the first row: finds what a very long transaction left behind. At the start of the worker.
        case everything
    }

    /// Seals what is not sealed yet in every practice, and gives the number of rows.
    ///
    /// - Parameter goesOn: asked before each batch, so that a long backlog does not hold up who wants to stop.
    @discardableResult
    public func seal(
        _ reach: Reach = .recent, while goesOn: @Sendable () -> Bool = { true }
    ) async throws -> Int {
        var sealed = 0
        for practice in try await postgres.pipeline(Self.practices) {
            sealed += try await seal(practice: practice, reach, while: goesOn)
        }
        return sealed
    }

    /// Seals what is not sealed yet in one practice, and gives the number of rows. Several may do it at once: they wait
    /// for each other.
    @discardableResult
    public func seal(
        practice: ID<Practice>, _ reach: Reach = .recent, while goesOn: @Sendable () -> Bool = { true }
    ) async throws -> Int {
        var sealed = 0
        var last = 0
        while goesOn() {
            // Only the first batch looks back over what is sealed already: the others begin where the one before ended.
            let batch = try await sealBatch(practice, reach, after: last)
            sealed += batch.count
            guard batch.count == batchSize, let end = batch.last else { break }
            last = end
        }
        return sealed
    }

    /// Seals one batch and gives the ids of its rows.
    private func sealBatch(_ practice: ID<Practice>, _ reach: Reach, after: Int) async throws -> [Int] {
        let now = surroundings.now()
        return try await postgres.transaction(TransactionOptions(statementTime: .seconds(600))) { tx in
            let (_, last, floor) = try await tx.pipeline(
                Self.lock(practice), Self.head(practice), Self.floor(practice, reach, now))
            let rows = try await tx.pipeline(Self.unsealed(practice, after: max(floor, after), limit: batchSize))
            guard let first = rows.first, let final = rows.last else { return [] }
            let seal = AuditSeal(
                practiceID: practice, number: (last?.number ?? 0) + 1, eventCount: rows.count, firstEventID: first.id,
                lastEventID: final.id, sealedAt: Self.binary(now), previous: last?.seal ?? [])
            var sealing = AuditSealing(seal, keys)
            for row in rows { sealing.add(row.row) }
            let ids = rows.map(\.id)
            let (_, marked) = try await tx.pipeline(
                Self.insert(seal, sealing.finish(), at: now), Self.mark(practice, ids, seal.number))
            guard marked == rows.count else { throw AuditSealingError.rowsChangedMeanwhile }
            return ids
        }
    }

    private static func binary(_ instant: Instant) -> [UInt8] {
        var bytes: [UInt8] = []
        instant.encode(into: &bytes)
        return bytes
    }
}

/// Why a batch was not sealed; nothing of it was kept.
public enum AuditSealingError: Error, Sendable {
    /// Somebody sealed or removed rows beside the lock.
    case rowsChangedMeanwhile
}
