import Postgres
import Practice
import WebAPI

extension Job {
    /// Tells counselors on weekdays at seven how much homework waits for them.
    static func postDigests(
        _ database: PostgresClient, _ keys: ServerKeys, _ refusals: Refusals, _ surroundings: Surroundings
    ) -> Job {
        Job("post_digests", every: .seconds(300)) {
            try await DigestPosting(
                database: database, keys: keys, refusals: refusals, keyRing: KeyRing(keys: keys, postgres: database),
                surroundings: surroundings
            ).post()
        }
    }
}

/// One round of the worker through the practices where it is the hour of the digest. A day's letter has one event, so that
/// whoever comes second posts none.
struct DigestPosting: Sendable {
    let database: PostgresClient
    let keys: ServerKeys
    /// What the door did not let in, on its way to the audit.
    let refusals: Refusals
    let keyRing: KeyRing
    let surroundings: Surroundings

    /// Posts all that are due; what fails in one practice is told after the others were tried.
    func post() async throws {
        var failure: (any Error)?
        for practice in try await database.pipeline(Digest.practices(at: surroundings.now())) {
            do { try await post(in: keyRing.vault(of: practice)) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func post(in vault: Vault) async throws {
        let (now, request) = (surroundings.now(), surroundings.newID())
        try await refusals.recording(vault.practiceID, "homework.digest", at: now, request) {
            try await database.transaction { transaction in
                let (_, digests) = try await transaction.pipeline(
                    Digest.enter(vault.practiceID, at: now, request: request, keys), Digest.due(at: now))
                var batch = Batch()
                for digest in digests {
                    _ = batch.append(try digest.letter(surroundings.id(), at: now).post(with: vault))
                }
                if batch.count > 0 { _ = try await transaction.pipeline(batch) }
            }
        }
    }
}
