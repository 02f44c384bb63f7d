import JSON
import Postgres
import Practice
import WebAPI

/// What a client does with homework: draft, submission, sharing with the partner.
struct DoingRoutes: RouteGroup {
    let forms = FormCache()
    private let screening = RiskScreening()

    var routes: [Route] {
        [
            .patch(
                "/v1/homework/{homeworkId}/draft", "homework.submit", of: .homework("homeworkId"), bodyLimit: 262_144,
                saveDraft),
            .put(
                "/v1/homework/{homeworkId}/submission", "homework.submit", of: .homework("homeworkId"),
                bodyLimit: 262_144, submit),
            .delete(
                "/v1/homework/{homeworkId}/submission", "homework.submit", of: .homework("homeworkId"), takeBack),
            .put("/v1/homework/{homeworkId}/sharing", "homework.share", of: .homework("homeworkId"), share),
        ]
    }

    @Sendable private func submit(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatchIfPresent()
        let filled = try await fill(homeworkID, call)
        let (results, (missing, slot)) = try await call.run { batch in
            // The piece before its files, as who takes it back holds them.
            _ = batch.append(Homework.lock(homeworkID, of: call.practiceID))
            let missing = Attachment.hold(filled.attachments, of: homeworkID, in: call.practiceID).map {
                batch.append($0)
            }
            let slot = batch.append(
                Homework.submit(filled, for: homeworkID, of: call.practiceID, ifVersion: version, at: call.now))
            _ = batch.append(Homework.settleDraft(filled, of: homeworkID, of: call.practiceID, at: call.now))
            if let risk = filled.risk { _ = batch.append(risk) }
            return (missing, slot)
        }
        let submitted = try results[slot]
        if submitted.outcome == .attachmentMissing { throw Problem.invalid(try missing.map { try results[$0] } ?? []) }
        if let problem = submitted.outcome.problem { throw problem }
        return .json(etag: submitted.version, submitted.receipt)
    }

    @Sendable private func takeBack(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatch()
        let (_, changed) = try await call.run(
            Homework.holdBoth(homeworkID),
            Homework.takeBack(homeworkID, of: call.practiceID, ifVersion: version, at: call.now))
        if let problem = changed.outcome.problem { throw problem }
        return .json(etag: changed.version) { json in
            json.member("homeworkId", homeworkID)
            json.member("number", changed.number)
            json.member("status", Homework.Status.draft)
        }
    }

    @Sendable private func share(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatch()
        let isShared = try call.body { $0.required("withPartner", .bool) }
        let (_, changed, partner) = try await call.run(
            Homework.holdBoth(homeworkID),
            Homework.share(isShared, homeworkID, of: call.practiceID, ifVersion: version, at: call.now),
            Homework.partnerHomework(beside: homeworkID))
        if let problem = changed.outcome.problem { throw problem }
        return .json(etag: changed.version, Homework.Sharing(agreedAt: changed.at, partnerHomework: partner))
    }

    /// Reads the answers, checks all of them, and seals them.
    private func fill(_ homework: ID<Homework>, _ call: Call) async throws -> Homework.Filled {
        let request = try call.body { SubmissionRequest(&$0) }
        let form = try await forms.form(of: request.version, for: call)
        let answers = try await checked(request.answers, by: form, request.version, for: .submission, homework, call)
        let (bytes, prefix) = (answers.bytes, "\(homework)/\(request.version)/\(request.isPrivate ? "private/" : "")")
        let vault = try await call.vault()
        let digest = call.keys.contentDigest.code(for: Array(prefix.utf8) + bytes)
        let risk = try await screening.found(in: answers, form: form, call: call).map { found in
            try RiskRecord.raise(found, call.newID(), for: homework, digest: digest, with: vault, at: call.now)
        }
        return Homework.Filled(
            version: request.version, isPrivate: request.isPrivate, completedAt: request.completedAt,
            base: request.base, sealed: try vault.seal(bytes, at: .answers(homework)), digest: digest, risk: risk,
            fieldDigests: form.fields.map { field in
                call.keys.draftDigest(of: answers[field.key] ?? .null, in: field.key, homework)
            },
            attachments: Attachment.Named(form.attachments(in: answers)))
    }

    /// Answers that are as they should be. What is wrong is told only to who may hand this in, and only about the questions
    /// that it asks.
    func checked(
        _ answers: JSONValue, by form: Form, _ version: ID<ExerciseVersion>, for stage: Form.Stage,
        _ homework: ID<Homework>, _ call: Call
    ) async throws -> JSONValue {
        do {
            return try form.check(answers, for: stage)
        } catch {
            guard try await call.run(Homework.asks(version, homework, of: call.practiceID)) else {
                throw Problem.exerciseVersionMismatch
            }
            throw Problem.invalid(error.within("/answers").faults)
        }
    }
}

private struct SubmissionRequest: Sendable {
    var version: ID<ExerciseVersion>
    var answers: JSONValue
    var isPrivate: Bool
    var completedAt: Instant?
    var base: Int

    init(_ body: inout JSONObjectReader) {
        version = body.required("exerciseVersionId", .criterion())
        answers = body.required("answers", .value)
        isPrivate = body.optional("private", .bool) ?? false
        completedAt = body.optional("completedAt", .instant(.plans))
        base = body.optional("base", .revision) ?? 0
    }
}
