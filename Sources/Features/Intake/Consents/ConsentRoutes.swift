import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// What people are asked to agree to, and that they did. To sign or to revoke again is harmless.
struct ConsentRoutes: RouteGroup {
    private let trustedProxies: Set<String>

    init(_ settings: FeatureSettings) {
        trustedProxies = settings.trustedProxies
    }

    var routes: [Route] {
        [
            .get("/v1/consents", "consent.read", of: .practice, list),
            .get("/v1/clients/{clientId}/consents", "consent.read", of: .client("clientId"), listOfClient),
            .post("/v1/clients/{clientId}/consents", "consent.request", of: .client("clientId"), request),
            .get("/v1/consents/{consentId}", "consent.read", of: .consent("consentId"), read),
            .put("/v1/consents/{consentId}/signature", "consent.sign", of: .consent("consentId"), sign),
            .put("/v1/consents/{consentId}/revocation", "consent.revoke", of: .consent("consentId"), revoke),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let filter = try call.query(Consent.Filter.init)
        return page(filter, try await call.run(Consent.list(filter, in: call.practiceID)), call)
    }

    private func listOfClient(_ call: Call) async throws -> Answer {
        let filter = try call.query(Consent.Filter.init)
        return page(
            filter, try await call.run(Consent.list(of: call.id("clientId"), filter, in: call.practiceID)), call)
    }

    private func request(_ call: Call) async throws -> Answer {
        let kind = try call.body { $0.required("kind", .consentKind) }
        let id: ID<Consent> = call.newID()
        do throws(Problem) {
            let (_, consent) = try await call.run(
                Consent.request(id, kind, of: call.id("clientId"), in: call.practiceID, at: call.now),
                Consent.one(id, in: call.practiceID))
            return .created(at: "/v1/consents/\(id)", Consent.Details(record: consent, signatures: []))
        } catch {
            throw Consent.explained(error)
        }
    }

    private func read(_ call: Call) async throws -> Answer {
        let id: ID<Consent> = call.id("consentId")
        let (consent, signatures) = try await call.run(
            Consent.one(id, in: call.practiceID), Consent.signatures(of: id, in: call.practiceID))
        return .json(.ok, Consent.Details(record: consent, signatures: try signatures.opened(with: await call.vault())))
    }

    private func sign(_ call: Call) async throws -> Answer {
        let hash = try call.body { $0.required("textHash", .sha256) }
        let signature: ID<ConsentSignature> = call.newID()
        let address = try await sealedAddress(of: call, in: "consent_signatures", signature)
        return try await after(call) { Consent.sign($0, hash: hash, as: signature, from: address, at: call.now) }
    }

    private func revoke(_ call: Call) async throws -> Answer {
        let address = try await sealedAddress(
            of: call, in: "consent_revocations", call.id("consentId", of: Consent.self))
        return try await after(call) { Consent.revoke($0, from: address, at: call.now) }
    }

    private func after(_ call: Call, _ change: (ID<Consent>) -> Query<Int>) async throws -> Answer {
        let (id, vault) = (call.id("consentId", of: Consent.self), try await call.vault())
        do throws(Problem) {
            let (_, consent, signatures) = try await call.run(
                change(id), Consent.one(id, in: call.practiceID), Consent.signatures(of: id, in: call.practiceID))
            return .json(.ok, Consent.Details(record: consent, signatures: try signatures.opened(with: vault)))
        } catch {
            throw Consent.explained(error)
        }
    }

    private func sealedAddress<Kind>(of call: Call, in table: String, _ id: ID<Kind>) async throws -> [UInt8] {
        let address = call.clientAddress(behind: trustedProxies)
        return try await call.vault().seal(address, at: Place(table, "address", id))
    }

    private func page(_ filter: Consent.Filter, _ consents: [Consent.Record], _ call: Call) -> Answer {
        call.page(filter.page, consents) { PageKey($0.requestedAt, $0.id) }
    }
}

extension [Consent.Signature] {
    fileprivate func opened(with vault: Vault) throws(Problem) -> [Consent.Signature] {
        do {
            return try map { signature in
                guard let sealed = signature.sealedAddress else { return signature }
                var opened = signature
                opened.address = try vault.openText(sealed, at: Place("consent_signatures", "address", signature.id))
                return opened
            }
        } catch {
            throw .unexpected
        }
    }
}

extension Consent.Record: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { write(members: &$0) }
    }

    fileprivate func write(members json: inout JSONWriter) {
        json.member("id", id)
        json.member("clientId", clientID)
        json.member("clientName", clientName)
        json.member("coupleId", coupleID)
        json.member("confidentiality", confidentiality)
        json.member("documentId", documentID)
        json.member("kind", kind)
        json.member("number", number)
        json.member("title", title)
        json.member("textHash", textHash)
        json.member("state", state.rawValue)
        json.member("requestedAt", requestedAt)
        json.member("signedAt", signedAt)
        json.member("expiresOn", expiresOn)
        json.member("revokedAt", revokedAt)
    }
}

extension Consent.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            record.write(members: &json)
            json.member("text", record.text ?? "")
            json.array("signatures", signatures)
            if let awaited = record.awaited { json.array("awaited", awaited) }
        }
    }
}

extension Consent.Signature: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("capacity", capacity)
            json.member("name", name)
            json.member("signedAt", signedAt)
            json.member("revokedAt", revokedAt)
            json.member("address", ifPresent: address)
        }
    }
}
