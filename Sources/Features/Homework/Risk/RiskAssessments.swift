import JSON
import Postgres
import Practice
import WebAPI

extension RiskAssessment {
    /// What was found and done, as it is kept.
    struct Entry: Sendable {
        var id: ID<RiskAssessment>
        var outcome: RiskRecord.Judgment
        var sealedNote: [UInt8]?
        /// To whom the abuse of a minor was reported, and when (A.R.S. 13-3620).
        var sealedReportedTo: [UInt8]?
        var reportedAt: Instant?
        var assessedAt: Instant
        var assessedBy: ID<Account>
        var assessedByName: String
    }

    /// What is sent to add one.
    struct New: Sendable {
        var outcome: RiskRecord.Judgment
        var note: String?
        var reportedTo: String?
        var reportedAt: Instant?

        init(_ body: inout JSONObjectReader, now: Instant) {
            outcome = body.required("outcome", .choice(RiskRecord.Judgment.self))
            note = body.optional("note", .text(1...10_000))
            reportedTo = body.optional("reportedTo", .text(1...500))
            reportedAt = body.optional("reportedAt", .instant(.plans))
            let (hasNote, hasTo, hasAt) = (body.has("note"), body.has("reportedTo"), body.has("reportedAt"))
            if outcome == .acted {
                body.check(
                    hasNote || hasTo, "note", "required", "Say what was done, or to whom it was reported.")
                body.check(hasTo || !hasAt, "reportedTo", "required", "Say to whom it was reported.")
                body.check(hasAt || !hasTo, "reportedAt", "required", "Say when it was reported.")
            } else {
                let detail = "Who has reported something has acted: choose the outcome acted."
                body.check(!hasTo, "reportedTo", "not_acted", detail)
                body.check(!hasAt, "reportedAt", "not_acted", detail)
            }
            if let reportedAt {
                body.check(reportedAt <= now, "reportedAt", "in_the_future", "This must not lie in the future.")
            }
        }

        func sealed(_ id: ID<RiskAssessment>, _ vault: Vault) throws(KeyError) -> Sealed {
            Sealed(
                id: id, outcome: outcome,
                note: try note.map { text throws(KeyError) in try vault.seal(text, at: .riskNote(id)) },
                reportedTo: try reportedTo.map { text throws(KeyError) in try vault.seal(text, at: .riskReport(id)) },
                reportedAt: reportedAt)
        }
    }

    struct Sealed: Sendable {
        var id: ID<RiskAssessment>
        var outcome: RiskRecord.Judgment
        var note: [UInt8]?
        var reportedTo: [UInt8]?
        var reportedAt: Instant?
    }
}
