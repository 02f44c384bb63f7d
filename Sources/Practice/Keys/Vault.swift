import Crypto
import Foundation

/// What a practice's key is for. Process notes have a key of their own (45 CFR 164.501: kept separate).
public enum KeyPurpose: String, Sendable, Hashable, CaseIterable {
    case record, process
}

/// The one cell of the database to which a sealed text belongs. Moved elsewhere, it does not open.
public struct Place: Sendable, Hashable {
    let table: String
    let column: String
    let row: UUID
    let part: Part?

    /// Which part of a thing that is sealed in parts, and how large the whole is: a part does not open in the place of
    /// another, nor when parts behind it were cut off and the size made to fit.
    struct Part: Sendable, Hashable {
        let number: UInt64
        let whole: UInt64
    }

    /// The place of a column in the row of an id.
    public init<Kind>(_ table: String, _ column: String, _ row: ID<Kind>) {
        self.table = table
        self.column = column
        self.row = row.uuid
        part = nil
    }

    /// The place of a part of what an id names, by its number and by the size of the whole.
    public init<Kind>(_ table: String, _ column: String, _ row: ID<Kind>, part: Int, of whole: Int) {
        self.table = table
        self.column = column
        self.row = row.uuid
        self.part = Part(number: UInt64(clamping: part), whole: UInt64(clamping: whole))
    }
}

/// Seals and opens the free text of one practice (AES-256-GCM).
///
/// A sealed text is an envelope: format 1, version of the key (4 bytes), nonce (12), ciphertext, tag (16). What it
/// authenticates besides: this header, the purpose, the practice and the ``Place``. Nonces are random: a key version
/// is good for 2³² texts (NIST SP 800-38D, 8.3), far above what one practice writes.
public struct Vault: Sendable {
    /// The practice whose texts these are.
    public let practiceID: ID<Practice>
    /// What the key is for.
    public let purpose: KeyPurpose
    private let keys: [UInt32: SymmetricKey]
    private let current: UInt32

    init(practiceID: ID<Practice>, purpose: KeyPurpose, keys: [UInt32: SymmetricKey]) throws(KeyError) {
        guard let current = keys.keys.max() else { throw .noKey }
        self.practiceID = practiceID
        self.purpose = purpose
        self.keys = keys
        self.current = current
    }

    /// Seals bytes for a place, with the newest key.
    public func seal(_ bytes: some DataProtocol, at place: Place) throws(KeyError) -> [UInt8] {
        guard let key = keys[current] else { throw .noKey }
        let header = Self.header(version: current)
        let box: AES.GCM.SealedBox
        do {
            box = try AES.GCM.seal(bytes, using: key, authenticating: associated(header, place))
        } catch { throw .wrongLength }
        return header + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// Seals a text for a place.
    public func seal(_ text: String, at place: Place) throws(KeyError) -> [UInt8] {
        try seal(Array(text.utf8), at: place)
    }

    /// Opens what was sealed for the same place of the same practice.
    public func open(_ sealed: [UInt8], at place: Place) throws(KeyError) -> [UInt8] {
        guard sealed.count >= Self.overhead, sealed[0] == Self.format else { throw .notAuthentic }
        let version = sealed[1...4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        guard let key = keys[version] else { throw .unknownVersion }
        do {
            let box = try AES.GCM.SealedBox(combined: sealed[5...])
            return Array(try AES.GCM.open(box, using: key, authenticating: associated(Array(sealed[..<5]), place)))
        } catch { throw .notAuthentic }
    }

    /// Opens a text.
    public func openText(_ sealed: [UInt8], at place: Place) throws(KeyError) -> String {
        guard let text = String(validating: try open(sealed, at: place), as: UTF8.self) else { throw .notAuthentic }
        return text
    }

    private func associated(_ header: [UInt8], _ place: Place) -> [UInt8] {
        var bytes = header
        for part in [Array(purpose.rawValue.utf8), Array(place.table.utf8), Array(place.column.utf8)] {
            bytes.append(UInt8(truncatingIfNeeded: part.count))
            bytes += part
        }
        withUnsafeBytes(of: practiceID.uuid.uuid) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: place.row.uuid) { bytes.append(contentsOf: $0) }
        // All before this has its length, so no place with a part reads like one without.
        if let part = place.part {
            for number in [part.number, part.whole] {
                withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }

    private static let format: UInt8 = 1
    private static let overhead = 5 + 12 + 16

    private static func header(version: UInt32) -> [UInt8] {
        [format] + withUnsafeBytes(of: version.bigEndian) { Array($0) }
    }
}
