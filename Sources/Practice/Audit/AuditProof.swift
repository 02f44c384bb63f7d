import Crypto
import Foundation

extension ServerKeys {
    /// What shows the auditor that a request came through this server: 16 bytes of HMAC-SHA256 over its id.
    public func auditProof(of requestID: UUID) -> [UInt8] {
        auditProof(of: withUnsafeBytes(of: requestID.uuid) { Array($0) })
    }

    /// The same for the 16 bytes of a request's id.
    func auditProof(of requestID: [UInt8]) -> [UInt8] {
        Array(auditProof.code(for: requestID).prefix(16))
    }
}
