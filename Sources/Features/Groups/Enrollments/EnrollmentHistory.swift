import JSON
import Postgres
import Practice
import WebAPI

extension Enrollment {
    /// What the practice believed of some days, and when.
    struct Belief: Sendable {
        let status: Status
        let from: Day
        /// The first day of which it says nothing.
        let until: Day?
        let reason: String?
        let recordedAt: Instant
        /// When the practice stopped believing it.
        let supersededAt: Instant?
        let recordedBy: ID<Account>?
    }

    /// The whole of an episode's days, said anew.
    struct Correction: Sendable {
        let steps: [CorrectedStep]
    }

    struct CorrectedStep: Sendable {
        let from: Day
        let status: Status
        let reason: String?
    }
}

extension Enrollment.Correction {
    init(_ body: inout JSONObjectReader) {
        steps = body.required("steps", .array(0...100, of: .object(Enrollment.CorrectedStep.init)))
        body.check(
            zip(steps, steps.dropFirst()).allSatisfy { $0.from < $1.from }, "steps", "not_in_order",
            "Each step begins on a later day than the one before.")
    }
}

extension Enrollment.CorrectedStep {
    init(_ body: inout JSONObjectReader) {
        from = body.required("from", .day(.plans))
        status = body.required("status", .choice())
        reason = body.optional("reason", .line(1...500))
    }
}
