import Crypto
import JSON
import Postgres

/// The end of a practice's chain of seals. Whoever keeps it elsewhere, on paper even, can later show that nothing was cut
/// off: a chain alone cannot know how long it was.
public struct AuditHead: Sendable, Hashable, CustomStringConvertible {
    /// The number of the last seal.
    public let number: Int
    /// Its 32 bytes.
    public let seal: [UInt8]

    /// A head that was read from the database or kept by an operator.
    public init(number: Int, seal: [UInt8]) {
        self.number = number
        self.seal = seal
    }

    /// Reads `number:hexadecimal`, as ``description`` writes it.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), number > 0, let seal = Hex.bytes(parts[1]),
            seal.count == 32
        else { return nil }
        self.init(number: number, seal: seal)
    }

    /// `number:hexadecimal`.
    public var description: String {
        "\(number):" + Hex.text(seal)
    }
}

/// What a seal says about its batch besides the rows themselves.
struct AuditSeal: Sendable, Hashable {
    var practiceID: ID<Practice>
    /// 1 for the first of a practice, then without gaps.
    var number: Int
    var eventCount: Int
    var firstEventID: Int
    var lastEventID: Int
    /// In microseconds since 2000, as `timestamptz` has it: eight bytes that anything can be in.
    var sealedAt: [UInt8]
    /// The seal before; empty for the first.
    var previous: [UInt8]
}

/// Computes a seal: HMAC-SHA256 over what the seal says about its batch, then over each row in id order. The rows go
/// through it one by one.
///
/// Every value is preceded by its length, or by −1 where there is none, so that no two contents give the same bytes.
struct AuditSealing {
    private var code: HMAC<SHA256>

    init(_ seal: AuditSeal, _ keys: ServerKeys) {
        code = keys.auditSeal.running()
        var bytes = Array("cairn audit seal 1".utf8)
        bytes.append(bigEndian: Int32(truncatingIfNeeded: seal.previous.count))
        bytes += seal.previous
        seal.practiceID.encode(into: &bytes)
        for number in [seal.number, seal.eventCount, seal.firstEventID, seal.lastEventID] {
            bytes.append(bigEndian: Int64(number))
        }
        bytes.append(bigEndian: Int32(truncatingIfNeeded: seal.sealedAt.count))
        bytes += seal.sealedAt
        code.update(data: bytes)
    }

    mutating func add(_ row: AuditRow) {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: Int32(truncatingIfNeeded: row.columns.count))
        for column in row.columns {
            bytes.append(bigEndian: Int32(truncatingIfNeeded: column?.count ?? -1))
            if let column { bytes += column }
        }
        code.update(data: bytes)
    }

    func finish() -> [UInt8] { Array(code.finalize()) }
}

/// One audit row as it is sealed: each column in PostgreSQL's binary form, whatever is in it.
struct AuditRow: Sendable, Hashable {
    let columns: [[UInt8]?]

    /// Every column of `audit_events` but `practice_id`, which the seal covers, and `seal_number`, which is the seal's.
    static let columns: SQL = """
        array[int8send(e.audit_event_id), timestamptz_send(e.at), uuid_send(e.request_id), e.proof, \
        uuid_send(e.account_id), uuid_send(e.sign_in_id), textsend(e.role), textsend(e.relation), \
        textsend(e.action), textsend(e.kind), uuid_send(e.resource_id), array_send(e.client_ids), textsend(e.outcome)]
        """

    /// Whether the server that has these keys asked for the row.
    func isProven(by keys: ServerKeys) -> Bool {
        guard columns.count > 3, let requestID = columns[2], let proof = columns[3] else { return false }
        return keys.auditProof(of: requestID) == proof
    }
}
