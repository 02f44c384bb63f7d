import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// Files of homework: sent in pieces by the client, saved by who may read the answers.
struct AttachmentRoutes: RouteGroup {
    var routes: [Route] {
        [
            .post("/v1/homework/{homeworkId}/attachments", "homework.submit", of: .homework("homeworkId"), begin),
            .get("/v1/homework/{homeworkId}/attachments", "homework.read", of: .homework("homeworkId"), list),
            .get(
                "/v1/homework/{homeworkId}/attachments/{attachmentId}", "homework.read", of: .homework("homeworkId"),
                read),
            .delete(
                "/v1/homework/{homeworkId}/attachments/{attachmentId}", "homework.submit", of: .homework("homeworkId"),
                remove),
            .put(
                "/v1/homework/{homeworkId}/attachments/{attachmentId}/content", "homework.submit",
                of: .homework("homeworkId"), bodyLimit: Attachment.largestChunk, receive),
            .get(
                "/v1/homework/{homeworkId}/attachments/{attachmentId}/content", "homework.read",
                of: .homework("homeworkId"), send
            ).offering(types: []),
        ]
    }

    @Sendable private func begin(_ call: Call) async throws -> Answer {
        let homework: ID<Homework> = call.id("homeworkId")
        let new = try call.body { Attachment.New(&$0) }
        let id = call.newID(Attachment.self)
        let name = try await call.vault().seal(new.name, at: .attachmentName(id))
        let (_, begun) = try await call.run(
            Attachment.holdQuota(in: call.practiceID),
            Attachment.begin(id, new, sealedName: name, for: homework, of: call.practiceID, at: call.now))
        if let problem = begun.problem(of: new) { throw problem }
        let item = Attachment.Item(id, new, sealedName: name, at: call.now)
        return .created(
            at: "/v1/homework/\(homework)/attachments/\(id)", Attachment.Opened(item: item, name: new.name))
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let items = try await call.run(
            try Attachment.list(of: call.id("homeworkId"), in: call.practiceID, page))
        let vault = try await call.vault()
        return call.page(page, try items.map { try $0.opened(with: vault) }) { PageKey($0.item.createdAt, $0.item.id) }
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        let item = try await call.run(
            Attachment.item(call.id("attachmentId"), of: call.id("homeworkId"), in: call.practiceID))
        let vault = try await call.vault()
        return .json(.ok, try item.opened(with: vault))
    }

    @Sendable private func remove(_ call: Call) async throws -> Answer {
        let id: ID<Attachment> = call.id("attachmentId")
        let (_, outcome) = try await call.run(
            Attachment.hold(id, in: call.practiceID),
            Attachment.remove(id, of: call.id("homeworkId"), in: call.practiceID))
        if let problem = outcome.problem { throw problem }
        return .noContent
    }

    @Sendable private func receive(_ call: Call) async throws -> Answer {
        let id: ID<Attachment> = call.id("attachmentId")
        let chunk = try await Attachment.Chunk(of: id, call)
        let (_, upload) = try await call.run(
            Attachment.hold(id, in: call.practiceID),
            Attachment.keep(chunk, of: id, for: call.id("homeworkId"), in: call.practiceID, at: call.now))
        if upload.outcome == .wrongOffset { throw Problem.wrongOffset(expected: upload.received) }
        if let problem = upload.outcome.problem { throw problem }
        return .json { json in
            json.member("received", upload.received)
            json.member("size", upload.size)
            json.member("completedAt", upload.completedAt)
        }
    }

    @Sendable private func send(_ call: Call) async throws -> Answer {
        let (id, practice): (ID<Attachment>, ID<Practice>) = (call.id("attachmentId"), call.practiceID)
        let vault = try await call.vault()
        let (open, item) = try await call.open(
            Attachment.complete(id, of: call.id("homeworkId"), in: practice))
        let (name, type) = (try item.opened(with: vault).name, item.mediaType)
        let fields = HTTPFields.file(
            named: type?.fileName(from: name) ?? "attachment", of: type?.rawValue ?? "application/octet-stream")
        return open.answer(fields, length: item.size) { body, transaction in
            var sent = 0
            while sent < item.size {
                let number = sent / Attachment.unit
                let sealed = try await transaction.pipeline(Attachment.chunk(number, of: id, in: practice))
                let bytes = try vault.open(sealed, at: .attachmentChunk(id, number, of: item.size))
                sent += bytes.count
                try await body.write(bytes)
            }
            guard sent == item.size else { throw KeyError.wrongLength }
        }
    }
}

extension Attachment.Begun {
    fileprivate func problem(of new: Attachment.New) -> Problem? {
        guard outcome == .refused else { return outcome.problem }
        var faults: [FieldFault] = []
        if !takesFiles {
            faults.append(
                FieldFault("/key", "not_a_file_question", "No question of this homework takes a file under this key."))
        }
        if new.size > sizeLimit {
            faults.append(FieldFault("/size", "too_large", "A file may have \(sizeLimit) bytes at most."))
        }
        return .invalid(faults)
    }
}

extension Attachment.Chunk {
    /// Reads and seals the piece that a request brings.
    fileprivate init(of id: ID<Attachment>, _ call: Call) async throws {
        let (place, bytes) = try call.part()
        let isLast = place.range.upperBound == place.size
        guard place.range.lowerBound % Attachment.unit == 0, isLast || bytes.count % Attachment.unit == 0 else {
            throw Problem(
                .badRequest, "uneven_chunk",
                "A piece begins at a multiple of \(Attachment.unit) bytes, and ends at one or with the file.")
        }
        let number = place.range.lowerBound / Attachment.unit
        range = place.range
        size = place.size
        sealed = try await call.vault().seal(bytes, at: .attachmentChunk(id, number, of: place.size))
        digest = call.keys.contentDigest.code(for: Array("\(id)/\(number)/".utf8) + bytes)
        type = number == 0 ? MediaType(beginningOfFile: bytes) : nil
        showsFilm = isLast && MediaType.showsFilm(endOfFile: bytes)
    }
}
