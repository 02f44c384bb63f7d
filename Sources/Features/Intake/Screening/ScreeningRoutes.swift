import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// What somebody who asks for help is asked, and what the answers come to.
struct ScreeningRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/questionnaires", "inquiry.read", of: .practice, questionnaires),
            .get("/v1/inquiries/{inquiryId}/screenings", "inquiry.read", of: .inquiry("inquiryId"), list),
            .put(
                "/v1/inquiries/{inquiryId}/screenings/{questionnaire}", "inquiry.change", of: .inquiry("inquiryId"),
                take),
        ]
    }

    private func questionnaires(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let questionnaires = try await call.run(Screening.questionnaires(page, in: call.practiceID))
        return call.page(page, questionnaires) { PageKey($0.code) }
    }

    private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let screenings = try await call.run(Screening.list(of: call.id("inquiryId"), page, in: call.practiceID))
        let vault = try await call.vault()
        return call.page(page, try screenings.map { try $0.opened(with: vault) }) { PageKey($0.takenAt, $0.id) }
    }

    /// Taken again, answers are added; the very same answers again are answered as at first.
    private func take(_ call: Call) async throws -> Answer {
        let sent = try call.body(Screening.Answers.init)
        let (inquiry, code): (ID<Inquiry>, String) = (call.id("inquiryId"), call.parameter("questionnaire"))
        let vault = try await call.vault()
        do {
            let record = try await call.transaction { transaction, _ in
                let (asked, _) = try await transaction.pipeline(
                    Screening.asked(code, sent.versionID, in: call.practiceID),
                    Screening.lock(inquiry, in: call.practiceID))
                let outcome = try judged(sent, asked)
                let digest = call.keys.contentDigest.code(
                    for: Array("\(inquiry)\(sent.versionID)".utf8) + outcome.answers.bytes)
                if let same = try await transaction.pipeline(
                    Screening.same(digest, code, of: inquiry, in: call.practiceID))
                {
                    return try await transaction.pipeline(Screening.one(same, of: inquiry, in: call.practiceID))
                }
                let id: ID<Screening> = call.newID()
                let answers = try vault.seal(outcome.answers.bytes, at: .answers(of: id))
                let (_, record) = try await transaction.pipeline(
                    Screening.insert(
                        id, outcome, sealed: answers, digest: digest, to: code, sent.versionID, of: inquiry,
                        in: call.practiceID, at: call.now),
                    Screening.one(id, of: inquiry, in: call.practiceID))
                return record
            }
            return .json(.ok, try record.opened(with: vault))
        } catch let problem as Problem where problem.code == "inquiry_is_closed" {
            throw Problem.conflict(
                problem.code,
                "Answers are taken while an inquiry is received, screening, offered or waitlisted; this one is closed.")
        }
    }

    private func judged(_ sent: Screening.Answers, _ asked: Screening.Asked) throws -> Questionnaire.Outcome {
        guard let definition = asked.definition else {
            throw Problem.invalid([
                FieldFault(
                    "/questionnaireVersionId", "no_such_version", "This questionnaire has no such version.")
            ])
        }
        let questionnaire: Questionnaire
        do {
            questionnaire = try Questionnaire(stored: JSONValue(reading: definition))
        } catch {
            throw Problem.unexpected
        }
        do throws(FieldFaults) {
            return try questionnaire.outcome(of: sent.answers)
        } catch {
            throw Problem.invalid(error.within("/answers").faults)
        }
    }
}
