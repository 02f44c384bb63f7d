import Postgres
import Practice

extension Job {
    /// Writes to clients whose homework is still to do, once for each piece.
    static func remindOfHomework(_ access: WorkerAccess) -> Job {
        Job("remind_homework", every: .seconds(30)) {
            try await HomeworkReminding(
                access: access, keyRing: KeyRing(keys: access.keys, postgres: access.database)
            ).remind()
        }
    }
}

/// One round of the worker through the homework whose hour to be reminded of has come. Taking a piece and posting its
/// letter are one transaction: of several workers each takes others, and one that is killed has done neither.
struct HomeworkReminding: Sendable {
    let access: WorkerAccess
    let keyRing: KeyRing

    private static let piecesAtOnce = 100

    /// Posts all that is due, in every practice.
    func remind() async throws {
        let practices = Reminder.practices(at: access.surroundings.now())
        try await access.everyPractice(practices, atOnce: Self.piecesAtOnce) { practice in
            try await remindSome(keyRing.vault(of: practice))
        }
    }

    /// Takes some pieces in one transaction, and gives how many.
    private func remindSome(_ vault: Vault) async throws -> Int {
        try await access.work(in: vault.practiceID, for: "homework.remind") { transaction, enter, now in
            let (_, taken) = try await transaction.pipeline(
                enter, Reminder.take(Self.piecesAtOnce, of: vault.practiceID, at: now))
            var batch = Batch()
            for letter in taken.compactMap({ $0.letter(access.surroundings.id(), at: now) }) {
                _ = batch.append(try letter.post(with: vault))
            }
            if batch.count > 0 { _ = try await transaction.pipeline(batch) }
            return taken.count
        }
    }
}
