import Postgres
import Practice
import ServiceLifecycle
import WebAPI

extension Job {
    /// Writes to clients whose homework is still to do, once for each piece.
    static func remindOfHomework(
        _ database: PostgresClient, _ keys: ServerKeys, _ refusals: Refusals, _ surroundings: Surroundings
    ) -> Job {
        Job("remind_homework", every: .seconds(30)) {
            try await HomeworkReminding(
                database: database, keys: keys, refusals: refusals, keyRing: KeyRing(keys: keys, postgres: database),
                surroundings: surroundings
            ).remind()
        }
    }
}

/// One round of the worker through the homework whose hour to be reminded of has come. Taking a piece and posting its
/// letter are one transaction: of several workers each takes others, and one that is killed has done neither.
struct HomeworkReminding: Sendable {
    let database: PostgresClient
    let keys: ServerKeys
    /// What the door did not let in, on its way to the audit.
    let refusals: Refusals
    let keyRing: KeyRing
    let surroundings: Surroundings

    private static let piecesAtOnce = 100

    /// Posts all that is due, in every practice; what fails in one is told after the others were tried.
    func remind() async throws {
        var failure: (any Error)?
        for practice in try await database.pipeline(Reminder.practices(at: surroundings.now())) {
            do {
                let vault = try await keyRing.vault(of: practice)
                while !Task.isShuttingDownGracefully, try await remindSome(vault) == Self.piecesAtOnce {
                    try Task.checkCancellation()
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Takes some pieces in one transaction, and gives how many.
    private func remindSome(_ vault: Vault) async throws -> Int {
        let (now, request) = (surroundings.now(), surroundings.newID())
        return try await refusals.recording(vault.practiceID, "homework.remind", at: now, request) {
            try await database.transaction { transaction in
                let (_, taken) = try await transaction.pipeline(
                    Reminder.enter(vault.practiceID, at: now, request: request, keys),
                    Reminder.take(Self.piecesAtOnce, of: vault.practiceID, at: now))
                var batch = Batch()
                for letter in taken.compactMap({ $0.letter(surroundings.id(), at: now) }) {
                    _ = batch.append(try letter.post(with: vault))
                }
                if batch.count > 0 { _ = try await transaction.pipeline(batch) }
                return taken.count
            }
        }
    }
}
