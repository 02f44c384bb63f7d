import Postgres
import Practice
import WebAPI

/// What a client does with homework: draft, submission, sharing with the partner.
struct DoingRoutes: RouteGroup {
    private let forms = FormCache()

    var routes: [Route] {
        [
            .put(
                "/v1/homework/{homeworkId}/draft", "homework.submit", of: .homework("homeworkId"), bodyLimit: 262_144,
                saveDraft),
            .put(
                "/v1/homework/{homeworkId}/submission", "homework.submit", of: .homework("homeworkId"),
                bodyLimit: 262_144, submit),
            .put("/v1/homework/{homeworkId}/sharing", "homework.share", of: .homework("homeworkId"), share),
        ]
    }

    @Sendable private func saveDraft(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatch()
        let filled = try await fill(homeworkID, for: .draft, call)
        let kept = try await call.run(
            Homework.draft(filled, for: homeworkID, of: call.practiceID, ifVersion: version, at: call.now))
        if let problem = kept.outcome.problem { throw problem }
        return .json(etag: kept.version) { json in
            json.member("homeworkId", homeworkID)
            json.member("savedAt", kept.at)
        }
    }

    @Sendable private func submit(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatchIfPresent()
        let filled = try await fill(homeworkID, for: .submission, call)
        let (results, (missing, submitted)) = try await call.run { batch in
            (
                Attachment.hold(filled.attachments, of: homeworkID, in: call.practiceID).map { batch.append($0) },
                batch.append(
                    Homework.submit(filled, for: homeworkID, of: call.practiceID, ifVersion: version, at: call.now))
            )
        }
        let kept = try results[submitted]
        if kept.outcome == .attachmentMissing { throw Problem.invalid(try missing.map { try results[$0] } ?? []) }
        if let problem = kept.outcome.problem { throw problem }
        return .json(etag: kept.version) { json in
            json.member("homeworkId", homeworkID)
            json.member("number", kept.number)
            json.member("submittedAt", kept.at)
            json.member("notice", Self.notice)
        }
    }

    @Sendable private func share(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let version = try call.ifMatch()
        let isShared = try call.body { $0.required("withPartner", .bool) }
        let (kept, partner) = try await call.run(
            Homework.share(isShared, homeworkID, of: call.practiceID, ifVersion: version, at: call.now),
            Homework.partnerHomework(beside: homeworkID))
        if let problem = kept.outcome.problem { throw problem }
        return .json(etag: kept.version, Homework.Sharing(agreedAt: kept.at, partnerHomework: partner))
    }

    /// A submission may say that somebody is in danger, and nobody may be reading.
    private static let notice = """
        Your counselor reads this before your next appointment. Nobody watches messages day and night: in danger call \
        911, in a crisis call or text 988.
        """

    /// Reads the answers, checks all of them, and seals them.
    private func fill(_ homework: ID<Homework>, for stage: Form.Stage, _ call: Call) async throws -> Homework.Filled {
        let (version, answers) = try call.body { body in
            (body.required("exerciseVersionId", .id(ExerciseVersion.self)), body.required("answers", .value))
        }
        let form = try await forms.form(of: version, for: call)
        let checked: JSONValue
        do {
            checked = try form.check(answers, for: stage)
        } catch {
            // What is wrong is told only to who may hand this in, and only about the questions that it asks.
            guard try await call.run(Homework.asks(version, homework, of: call.practiceID)) else {
                throw Problem.exerciseVersionMismatch
            }
            throw Problem.invalid(error.within("/answers").faults)
        }
        let place: Place = stage == .draft ? .draft(homework) : .answers(homework)
        return Homework.Filled(
            version: version, sealed: try await call.vault().seal(checked.bytes, at: place),
            digest: call.keys.contentDigest.code(for: Array("\(homework)/\(version)/".utf8) + checked.bytes),
            attachments: Attachment.Named(form.attachments(in: checked)))
    }
}
