import JSON
import Postgres
import Practice
import WebAPI

/// What makes a progress note final, and what may still be added to it. To repeat a signature is harmless.
struct SignatureRoutes: RouteGroup {
    var routes: [Route] {
        [
            .put("/v1/notes/{noteId}/signature", "progress_note.sign", of: .note("noteId"), sign),
            .put("/v1/notes/{noteId}/cosignature", "progress_note.cosign", of: .note("noteId"), cosign),
            .post(
                "/v1/notes/{noteId}/addenda", "progress_note.amend", of: .note("noteId"),
                bodyLimit: ProgressNote.bodyLimit, amend),
        ]
    }

    @Sendable private func sign(_ call: Call) async throws -> Answer {
        let version = try call.ifMatchIfPresent()
        let note = try await after(call) { id in
            ProgressNote.sign(id, in: call.practiceID, version: version, at: call.now)
        }
        guard note.note.form != .attendee else { throw Problem.partOfGroupNote }
        return .json(etag: note.note.version, note)
    }

    @Sendable private func cosign(_ call: Call) async throws -> Answer {
        let note = try await after(call) { id in ProgressNote.cosign(id, in: call.practiceID, at: call.now) }
        guard note.note.form != .attendee else { throw Problem.partOfGroupNote }
        guard note.note.needsCosignature else {
            throw Problem.conflict("note_needs_no_cosignature", "This note is final with its author's signature.")
        }
        guard note.note.state == .cosigned else {
            throw Problem.conflict("note_is_not_signed", "Its author signs this note first.")
        }
        return .json(etag: note.note.version, note)
    }

    @Sendable private func amend(_ call: Call) async throws -> Answer {
        let body = try call.body { $0.required("body", .text(ProgressNote.textLength)) }
        let (note, vault) = (call.id("noteId", of: ProgressNote.self), try await call.vault())
        let id: ID<Addendum> = call.newID()
        let signature = try await call.run(
            ProgressNote.amend(
                note, in: call.practiceID, with: id, body: vault.seal(body, at: .body(of: id)), at: call.now))
        return .created(at: "/v1/notes/\(note)", Addendum.Details(id: id, body: body, signature: signature))
    }

    private func after(
        _ call: Call, _ change: (ID<ProgressNote>) -> Query<Int>
    ) async throws -> ProgressNote.Details {
        let (id, vault) = (call.id("noteId", of: ProgressNote.self), try await call.vault())
        let (_, _, note, parts, addenda) = try await call.run(
            ProgressNote.hold(id, in: call.practiceID), change(id), ProgressNote.sealed(id, in: call.practiceID),
            ProgressNote.parts(of: id, in: call.practiceID),
            ProgressNote.addenda(to: id, in: call.practiceID))
        return try note.opened(with: vault, parts: parts, addenda: addenda)
    }
}

extension Problem {
    fileprivate static let partOfGroupNote = Problem.conflict(
        "part_of_a_group_note", "This part is signed with the note of the group.")
}
