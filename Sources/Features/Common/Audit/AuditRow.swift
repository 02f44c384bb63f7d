import Practice
import WebAPI

import struct Foundation.UUID

/// What the database needs to write a row of the audit: its id, and the proof that it is ours.
struct AuditRow: Sendable {
    let id: UUID
    let proof: [UInt8]
}

extension Call {
    /// For a row that the database adds to the audit beside the request's own: a new one each time.
    func newAuditRow() -> AuditRow {
        let id = surroundings.newID()
        return AuditRow(id: id, proof: keys.auditProof(of: id))
    }

    /// For the request's own row.
    var auditRow: AuditRow { AuditRow(id: requestID, proof: proof) }
}
