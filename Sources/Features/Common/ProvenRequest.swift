import Practice
import WebAPI

import struct Foundation.UUID

/// The id of a request as the audit has it, with the proof that it is ours: where the database writes a row by itself.
struct ProvenRequest: Sendable {
    let id: UUID
    let proof: [UInt8]
}

extension Call {
    /// The request itself.
    var provenRequest: ProvenRequest { ProvenRequest(id: requestID, proof: proof) }

    /// Another one each time: of what the database does beside the request, and writes down by itself.
    func newProvenRequest() -> ProvenRequest {
        let id = surroundings.newID()
        return ProvenRequest(id: id, proof: keys.auditProof(of: id))
    }
}
