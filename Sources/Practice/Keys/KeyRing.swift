import Crypto
import Foundation
import Synchronization

/// One key of a practice as the database keeps it: sealed with the master key.
public struct WrappedKey: Sendable, Hashable {
    /// What the key is for.
    public let purpose: KeyPurpose
    /// 1 for the first; the highest seals, all open.
    public let version: Int
    /// Nonce, ciphertext and tag.
    public let wrapped: [UInt8]

    /// A key as it was read from the database.
    public init(purpose: KeyPurpose, version: Int, wrapped: [UInt8]) {
        self.purpose = purpose
        self.version = version
        self.wrapped = wrapped
    }
}

/// The practices' keys, unwrapped once and then kept in memory.
public final class KeyRing: Sendable {
    private let keys: ServerKeys
    private let vaults = Mutex<[ID<Practice>: [KeyPurpose: Vault]]>([:])
    private let load: @Sendable (ID<Practice>) async throws -> [WrappedKey]

    /// A ring that asks `load` for the keys of a practice that it has not met yet.
    public init(keys: ServerKeys, load: @escaping @Sendable (ID<Practice>) async throws -> [WrappedKey]) {
        self.keys = keys
        self.load = load
    }

    /// The vault of a practice. Throws ``KeyError/noKey`` where there is no such practice, and what `load` throws.
    public func vault(of practice: ID<Practice>, for purpose: KeyPurpose = .record) async throws -> Vault {
        if let vault = vaults.withLock({ $0[practice]?[purpose] }) { return vault }
        let opened = try open(await load(practice), of: practice)
        guard let vault = opened[purpose] else { throw KeyError.noKey }
        vaults.withLock { $0[practice] = opened }
        return vault
    }

    /// The first keys of a new practice, one for each purpose: to be inserted in the transaction that creates it.
    public func firstKeys(of practice: ID<Practice>) throws(KeyError) -> [WrappedKey] {
        try KeyPurpose.allCases.map { purpose throws(KeyError) in
            try wrap(SymmetricKey(size: .bits256), of: practice, for: purpose, version: 1)
        }
    }

    /// Forgets a practice's keys, so that the next use loads them again: after a new version was made.
    public func forget(_ practice: ID<Practice>) {
        vaults.withLock { $0[practice] = nil }
    }

    private func wrap(
        _ key: SymmetricKey, of practice: ID<Practice>, for purpose: KeyPurpose, version: Int
    ) throws(KeyError) -> WrappedKey {
        let place = Self.associated(practice, purpose, version)
        do {
            let box = try AES.GCM.seal(
                key.withUnsafeBytes { Array($0) }, using: keys.wrapping, authenticating: place)
            let wrapped = Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
            return WrappedKey(purpose: purpose, version: version, wrapped: wrapped)
        } catch { throw .wrongLength }
    }

    private func open(
        _ wrapped: [WrappedKey], of practice: ID<Practice>
    ) throws(KeyError) -> [KeyPurpose: Vault] {
        var versions: [KeyPurpose: [UInt32: SymmetricKey]] = [:]
        for key in wrapped {
            guard let version = UInt32(exactly: key.version) else { throw .unknownVersion }
            do {
                let box = try AES.GCM.SealedBox(combined: key.wrapped)
                let place = Self.associated(practice, key.purpose, key.version)
                let bytes = try AES.GCM.open(box, using: keys.wrapping, authenticating: place)
                versions[key.purpose, default: [:]][version] = SymmetricKey(data: bytes)
            } catch { throw .notAuthentic }
        }
        var vaults: [KeyPurpose: Vault] = [:]
        for (purpose, keys) in versions {
            vaults[purpose] = try Vault(practiceID: practice, purpose: purpose, keys: keys)
        }
        return vaults
    }

    private static func associated(_ practice: ID<Practice>, _ purpose: KeyPurpose, _ version: Int) -> [UInt8] {
        Array("practice_keys/\(practice)/\(purpose.rawValue)/\(version)".utf8)
    }
}
