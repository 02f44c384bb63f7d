import HTTPTypes
import JSON
import Practice
import WebAPI

/// What a practice asks people to agree to. What was published never changes: a new text is a new version.
struct ConsentDocumentRoutes: RouteGroup {
    var routes: [Route] {
        let one = "/v1/consent-documents/{documentId}"
        return [
            .get("/v1/consent-documents", "consent.read", of: .practice, list),
            .post("/v1/consent-documents", "practice.change", of: .practice, bodyLimit: Self.bodyLimit, add),
            .get(one, "consent.read", of: .practice, read),
            .get("\(one)/versions", "consent.read", of: .practice, versions),
            .post("\(one)/versions", "practice.change", of: .practice, bodyLimit: Self.bodyLimit, publish),
            .get("\(one)/versions/{number}", "consent.read", of: .practice, readVersion),
        ]
    }

    private static let bodyLimit = 262_144

    private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let documents = try await call.run(ConsentDocument.list(page, in: call.practiceID))
        return call.page(page, documents) { PageKey($0.kind) }
    }

    private func add(_ call: Call) async throws -> Answer {
        let new = try call.body(ConsentDocument.New.init)
        let id: ID<ConsentDocument> = call.newID()
        let (_, _, document) = try await call.run(
            ConsentDocument.insert(new, id, into: call.practiceID, at: call.now),
            ConsentDocument.publish(new.text, call.newID(), of: id, in: call.practiceID, at: call.now),
            ConsentDocument.one(id, in: call.practiceID),
            faults: [
                "consent_documents_kind_is_taken": FieldFault(
                    "/kind", "taken", "There is a document of this kind already: publish a new version of it.")
            ])
        return .created(at: "/v1/consent-documents/\(id)", document)
    }

    private func read(_ call: Call) async throws -> Answer {
        let document = try await call.run(ConsentDocument.one(call.id("documentId"), in: call.practiceID))
        return .json(.ok, document)
    }

    private func versions(_ call: Call) async throws -> Answer {
        let (page, id) = (try call.query { $0.page() }, call.id("documentId", of: ConsentDocument.self))
        let (_, versions) = try await call.run(
            ConsentDocument.one(id, in: call.practiceID), ConsentDocument.versions(of: id, page, in: call.practiceID))
        return call.page(page, versions.map(\.current)) { PageKey($0.number) }
    }

    private func publish(_ call: Call) async throws -> Answer {
        let text = try call.body(ConsentDocument.Text.init)
        let id: ID<ConsentDocument> = call.id("documentId")
        let (_, document) = try await call.run(
            ConsentDocument.publish(text, call.newID(), of: id, in: call.practiceID, at: call.now),
            ConsentDocument.one(id, in: call.practiceID))
        return .created(at: "/v1/consent-documents/\(id)/versions/\(document.current.number)", document)
    }

    private func readVersion(_ call: Call) async throws -> Answer {
        let number = Int(call.parameter("number")).flatMap { (1...999_999).contains($0) ? $0 : nil } ?? 0
        let document = try await call.run(
            ConsentDocument.one(call.id("documentId"), number: number, in: call.practiceID))
        return .json(.ok, document)
    }
}

extension ConsentDocument.Item: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("kind", kind)
            json.member("ofCouple", isOfCouple)
            json.member("version", current)
        }
    }
}

extension ConsentDocument.Version: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("number", number)
            json.member("title", title)
            json.member("textHash", textHash)
            json.member("validMonths", validMonths)
            json.member("publishedAt", publishedAt)
            json.member("text", ifPresent: text)
        }
    }
}
