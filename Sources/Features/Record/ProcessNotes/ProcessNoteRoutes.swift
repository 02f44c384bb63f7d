import JSON
import Practice
import WebAPI

/// Psychotherapy notes (45 CFR 164.501): their author's alone, and in no list but the author's.
struct ProcessNoteRoutes: RouteGroup {
    var routes: [Route] {
        let limit = ProcessNote.bodyLimit
        return [
            .post(
                "/v1/clients/{clientId}/process-notes", "process_note.create", of: .client("clientId"),
                bodyLimit: limit, create),
            .get("/v1/process-notes", "process_note.read", of: .practice, list),
            .get("/v1/process-notes/{processNoteId}", "process_note.read", of: .processNote("processNoteId"), read),
            .patch(
                "/v1/process-notes/{processNoteId}", "process_note.change", of: .processNote("processNoteId"),
                bodyLimit: limit, change),
        ]
    }

    @Sendable private func create(_ call: Call) async throws -> Answer {
        let body = try call.body { $0.required("body", .text(ProcessNote.textLength)) }
        let vault = try await call.vault(.process)
        let id: ID<ProcessNote> = call.newID()
        let sealed = try await call.run(
            ProcessNote.insert(
                id, on: call.id("clientId"), in: call.practiceID, body: vault.seal(body, at: .body(of: id)),
                at: call.now))
        let note = ProcessNote.Details(note: sealed, body: body)
        return .created(at: "/v1/process-notes/\(id)", etag: sealed.version, note)
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let vault = try await call.vault(.process)
        let sealed = try await call.run(ProcessNote.list(of: call.practiceID, page))
        let notes = try sealed.map { try $0.opened(with: vault) }
        return call.page(page, notes) { PageKey($0.note.createdAt, $0.note.id) }
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let vault = try await call.vault(.process)
        let sealed = try await call.run(ProcessNote.sealed(call.id("processNoteId"), in: call.practiceID))
        return .json(etag: sealed.version, try sealed.opened(with: vault))
    }

    @Sendable private func change(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let body = try call.patch { $0.change("body", .text(ProcessNote.textLength)) }
        let (id, vault) = (call.id("processNoteId", of: ProcessNote.self), try await call.vault(.process))
        let sealed = try await call.run(
            ProcessNote.update(
                id, in: call.practiceID, body: try body.map { try vault.seal($0, at: .body(of: id)) },
                version: version))
        return .json(etag: sealed.version, try sealed.opened(with: vault))
    }
}
