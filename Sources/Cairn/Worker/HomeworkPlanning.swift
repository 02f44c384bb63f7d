import Features
import Postgres
import Practice

extension Job {
    /// Makes the homework of assignments that go on, ahead of time.
    static func planHomework(_ access: WorkerAccess) -> Job {
        Job("plan_homework", every: .seconds(30)) { try await HomeworkPlanning(access: access).plan() }
    }
}

/// One round of the worker through the assignments that have their turn.
///
/// Some of a practice's are gone through in one transaction that holds their rows: several workers beside each other take
/// different ones, one that is killed leaves no half of a plan, and whoever changes what they hang on meanwhile waits, and
/// has them gone through again afterwards.
struct HomeworkPlanning: Sendable {
    let access: WorkerAccess

    /// How many assignments one transaction holds; who joins one of their groups waits as long.
    private static let atOnce = 10

    /// Plans all that has its turn, in every practice.
    func plan() async throws {
        let practices = HomeworkPlanner.practices(at: access.surroundings.now())
        try await access.everyPractice(practices, atOnce: Self.atOnce) { practice in
            try await planSome(of: practice)
        }
    }

    private func planSome(of practice: ID<Practice>) async throws -> Int {
        try await access.work(in: practice, for: "homework.plan") { transaction, enter, now in
            // A merge of two charts holds what this writes about, and waits for what this holds: this one gives in.
            _ = try await transaction.pipeline(HomeworkPlanner.giveWay())
            _ = try await transaction.pipeline(enter)
            return try await HomeworkPlanner(of: practice, at: now, access.surroundings).planSome(
                Self.atOnce, in: transaction)
        }
    }
}
