import JSON
import Practice
import Testing
import TestSupport

extension World {
    /// Signs the text that was requested.
    func sign(_ consent: ID<Consent>, as person: Person) async throws -> TestAnswer {
        let hash = try await request(.get, "/v1/consents/\(consent)", as: person)["textHash"]
        return try await request(.put, "/v1/consents/\(consent)/signature", as: person, json: ["textHash": hash])
    }

    func revoke(_ consent: ID<Consent>, as person: Person) async throws -> TestAnswer {
        try await request(.put, "/v1/consents/\(consent)/revocation", as: person)
    }

    /// Where a consent stands, as the front desk sees it.
    func state(of consent: ID<Consent>) async throws -> JSONValue {
        try await request(.get, "/v1/consents/\(consent)", as: mesa.intake)["state"]
    }
}
