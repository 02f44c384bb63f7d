import JSON
import Practice
import WebAPI

extension DoingRoutes {
    @Sendable func saveDraft(_ call: Call) async throws -> Answer {
        let homeworkID: ID<Homework> = call.id("homeworkId")
        let save = try await read(homeworkID, call)
        let (_, saved, others) = try await call.run(
            Homework.lock(homeworkID, of: call.practiceID),
            Homework.saveDraft(save, of: homeworkID, of: call.practiceID, at: call.now),
            Homework.others(than: save, of: homeworkID, of: call.practiceID))
        if let problem = saved.outcome.problem { throw problem }
        let vault = try await call.vault()
        let opened = try others.map { ($0.isKept, try $0.opened(homeworkID, vault)) }
        return .json(etag: saved.version) { json in
            json.member("homeworkId", homeworkID)
            json.member("revision", saved.revision)
            json.member("savedAt", call.now)
            json.member("status", saved.status)
            json.member("late", saved.isLate)
            json.member("notice", ifPresent: saved.notice)
            json.array("conflicts", opened.filter(\.0).map(\.1))
            json.array("changes", opened.filter { !$0.0 }.map(\.1))
        }
    }

    /// Reads fields, checks all of them, and seals each for its place. A field without an answer says that it has none now,
    /// whatever lies below.
    private func read(_ homework: ID<Homework>, _ call: Call) async throws -> Homework.DraftSave {
        let (version, answers, base, writtenAt) = try call.patch { body in
            (
                body.required("exerciseVersionId", .criterion(ExerciseVersion.self)), body.required("answers", .value),
                body.optional("base", .revision), body.optional("writtenAt", .instant(.plans))
            )
        }
        let form = try await forms.form(of: version, for: call)
        let checked = try await checked(answers, by: form, version, for: .draft, homework, call)
        let vault = try await call.vault()
        var save = Homework.DraftSave(version: version, base: base ?? 0, writtenAt: writtenAt)
        guard case .object(let given) = answers else { return save }
        for key in given.map(\.name) {
            let answer = checked[key] ?? .null
            save.keys.append(key)
            save.sealed.append(try vault.seal(answer.bytes, at: .draftField(key, of: homework)))
            save.digests.append(call.keys.draftDigest(of: answer, in: key, homework))
        }
        return save
    }
}

extension JSONShape where Value == Int {
    /// The revision of a draft that a device has seen.
    static var revision: Self { .integer(0...Int(Int32.max)) }
}

extension ServerKeys {
    /// What the same text in the same field of the same piece has again.
    func draftDigest(of answer: JSONValue, in key: String, _ homework: ID<Homework>) -> [UInt8] {
        contentDigest.code(for: Array("\(homework)/draft/\(key)/".utf8) + answer.bytes)
    }
}
