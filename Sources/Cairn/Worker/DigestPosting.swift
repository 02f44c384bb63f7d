import Postgres
import Practice

extension Job {
    /// Tells counselors on weekdays at seven how much homework waits for them.
    static func postDigests(_ access: WorkerAccess) -> Job {
        Job("post_digests", every: .seconds(300)) {
            try await DigestPosting(
                access: access, keyRing: KeyRing(keys: access.keys, postgres: access.database)
            ).post()
        }
    }
}

/// One round of the worker through the practices where it is the hour of the digest. A day's letter has one event, so that
/// whoever comes second posts none.
struct DigestPosting: Sendable {
    let access: WorkerAccess
    let keyRing: KeyRing

    /// Posts all that are due.
    func post() async throws {
        try await access.everyPractice(Digest.practices(at: access.surroundings.now())) { practice in
            try await post(in: keyRing.vault(of: practice))
        }
    }

    private func post(in vault: Vault) async throws {
        try await access.work(in: vault.practiceID, for: "homework.digest") { transaction, enter, now in
            let (_, digests) = try await transaction.pipeline(enter, Digest.due(at: now))
            var batch = Batch()
            for digest in digests {
                _ = batch.append(try digest.letter(access.surroundings.id(), at: now).post(with: vault))
            }
            if batch.count > 0 { _ = try await transaction.pipeline(batch) }
        }
    }
}
