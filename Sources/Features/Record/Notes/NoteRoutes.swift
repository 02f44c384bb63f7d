import JSON
import Postgres
import Practice
import WebAPI

/// Progress notes: the official record. Reading, writing and changing drafts; signing is in ``SignatureRoutes``.
struct NoteRoutes: RouteGroup {
    var routes: [Route] {
        let limit = ProgressNote.bodyLimit
        return [
            .get("/v1/clients/{clientId}/notes", "progress_note.read", of: .client("clientId"), listOfClient),
            .post(
                "/v1/clients/{clientId}/notes", "progress_note.create", of: .client("clientId"), bodyLimit: limit,
                createOnClient),
            .get("/v1/couples/{coupleId}/notes", "progress_note.read", of: .couple("coupleId"), listOfCouple),
            .post(
                "/v1/couples/{coupleId}/notes", "progress_note.create", of: .couple("coupleId"), bodyLimit: limit,
                createOnCouple),
            .get("/v1/groups/{groupId}/notes", "progress_note.read", of: .group("groupId"), listOfGroup),
            .post(
                "/v1/groups/{groupId}/notes", "progress_note.create", of: .group("groupId"), bodyLimit: limit,
                createOnGroup),
            .get("/v1/notes/{noteId}", "progress_note.read", of: .note("noteId"), read),
            .patch("/v1/notes/{noteId}", "progress_note.change", of: .note("noteId"), bodyLimit: limit, change),
        ]
    }

    @Sendable private func listOfClient(_ call: Call) async throws -> Answer {
        try await list(in: .client(call.id("clientId")), call)
    }

    @Sendable private func createOnClient(_ call: Call) async throws -> Answer {
        try await create(in: .client(call.id("clientId")), call)
    }

    @Sendable private func listOfCouple(_ call: Call) async throws -> Answer {
        try await list(in: .couple(call.id("coupleId")), call)
    }

    @Sendable private func createOnCouple(_ call: Call) async throws -> Answer {
        try await create(in: .couple(call.id("coupleId")), call)
    }

    @Sendable private func listOfGroup(_ call: Call) async throws -> Answer {
        try await list(in: .group(call.id("groupId")), call)
    }

    @Sendable private func createOnGroup(_ call: Call) async throws -> Answer {
        let new = try call.body(NewGroupNote.init)
        let vault = try await call.vault()
        let id: ID<ProgressNote> = call.newID()
        var parts = ProgressNote.SealedParts()
        for attendee in new.attendees {
            let part: ID<ProgressNote> = call.newID()
            parts.clients.append(attendee.clientID)
            parts.notes.append(part)
            parts.bodies.append(try vault.seal(attendee.body, at: .body(of: part)))
            parts.sharedBodies.append(try vault.seal(new.sharedBody, at: .sharedBody(of: part)))
        }
        let outcome = try await call.run(
            ProgressNote.insert(
                id, of: call.id("groupId"), in: call.practiceID, meeting: new.meetingID, new.occasion,
                sharedBody: vault.seal(new.sharedBody, at: .body(of: id)), parts: parts, at: call.now))
        var faults = outcome.absent.map {
            FieldFault("/attendees/\($0 - 1)/clientId", "not_present", "This is no member who was there.")
        }
        if !outcome.isMeetingKnown {
            faults.append(FieldFault("/meetingId", "unknown", "The group has no such meeting."))
        }
        guard faults.isEmpty else { throw Problem.invalid(faults) }
        let note = try await whole(id, call, vault)
        return .created(at: "/v1/notes/\(id)", etag: note.note.version, note)
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let note = try await whole(call.id("noteId"), call, try await call.vault())
        return .json(etag: note.note.version, note)
    }

    @Sendable private func change(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let change = try call.patch(NoteChange.init)
        let (id, vault) = (call.id("noteId", of: ProgressNote.self), try await call.vault())
        let note = try await call.transaction { tx, _ in
            let before = try await tx.pipeline(ProgressNote.sealed(id, in: call.practiceID))
            let faults = change.faults(for: before.form)
            guard faults.isEmpty else { throw Problem.invalid(faults) }
            let text = before.form == .group ? change.sharedBody : change.body
            let sealed = ProgressNote.SealedChange(
                heldAt: change.heldAt, minutes: change.minutes, modality: change.modality,
                body: try text.map { try vault.seal($0, at: .body(of: id)) })
            let (_, parts) = try await tx.pipeline(
                ProgressNote.update(sealed, of: id, in: call.practiceID, version: version),
                ProgressNote.parts(of: id, in: call.practiceID))
            if !parts.isEmpty {
                var shared = ProgressNote.SealedParts()
                shared.notes = parts.map(\.id)
                if let text { shared.sharedBodies = try parts.map { try vault.seal(text, at: .sharedBody(of: $0.id)) } }
                _ = try await tx.pipeline(
                    ProgressNote.updateParts(sealed, sharedBodies: shared, of: id, in: call.practiceID))
            }
            let (after, addenda) = try await tx.pipeline(
                ProgressNote.sealed(id, in: call.practiceID), ProgressNote.addenda(to: id, in: call.practiceID))
            return try after.opened(with: vault, parts: parts, addenda: addenda)
        }
        return .json(etag: note.note.version, note)
    }

    private func list(in chart: ProgressNote.Chart, _ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let vault = try await call.vault()
        let sealed = try await call.run(ProgressNote.list(in: chart, of: call.practiceID, page))
        let notes = try sealed.map { try $0.opened(with: vault) }
        return call.page(page, notes) { PageKey($0.note.heldAt, $0.note.id) }
    }

    private func create(in chart: ProgressNote.Chart, _ call: Call) async throws -> Answer {
        let (occasion, body) = try call.body { body in
            (ProgressNote.Occasion(&body), body.required("body", .text(ProgressNote.textLength)))
        }
        let vault = try await call.vault()
        let id: ID<ProgressNote> = call.newID()
        let (_, sealed) = try await call.run(
            ProgressNote.insert(
                id, in: chart, of: call.practiceID, occasion, body: vault.seal(body, at: .body(of: id)), at: call.now),
            ProgressNote.sealed(id, in: call.practiceID))
        let note = try sealed.opened(with: vault, parts: [], addenda: [])
        return .created(at: "/v1/notes/\(id)", etag: note.note.version, note)
    }

    private func whole(_ id: ID<ProgressNote>, _ call: Call, _ vault: Vault) async throws -> ProgressNote.Details {
        let (note, parts, addenda) = try await call.run(
            ProgressNote.sealed(id, in: call.practiceID), ProgressNote.parts(of: id, in: call.practiceID),
            ProgressNote.addenda(to: id, in: call.practiceID))
        return try note.opened(with: vault, parts: parts, addenda: addenda)
    }
}

extension ProgressNote.Sealed {
    /// Opens a note with all that belongs to it.
    func opened(
        with vault: Vault, parts: [(id: ID<ProgressNote>, client: ID<Client>, body: [UInt8])],
        addenda: [Addendum.Sealed]
    ) throws(KeyError) -> ProgressNote.Details {
        var details = try opened(with: vault)
        var attendees: [ProgressNote.Attendee] = []
        for part in parts {
            let body = try vault.openText(part.body, at: .body(of: part.id))
            attendees.append(ProgressNote.Attendee(noteID: part.id, clientID: part.client, body: body))
        }
        if form == .group { details.attendees = attendees }
        var opened: [Addendum.Details] = []
        for addendum in addenda { opened.append(try addendum.opened(with: vault)) }
        details.addenda = opened
        return details
    }
}
