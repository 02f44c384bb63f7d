/// Follows a chain of seals and the rows under each: rows go in one after the other, findings come out, and nothing else
/// is kept than the seal it is at.
struct AuditChain {
    private let practice: ID<Practice>
    private let keys: ServerKeys
    private let remembered: AuditHead?
    private(set) var summary = AuditSummary()
    private var expected = 1
    private var isRememberedMet = false
    /// What lies before the next seal is missing and has been told.
    private var isBroken = false
    private var current: Current = .none

    /// A row of the audit with its seal, where it has one; a seal without rows; or a row without a seal.
    struct Line: Sendable {
        var sealNumber: Int?
        var seal: AuditSeal?
        /// The code that the database has for the seal.
        var code: [UInt8]?
        var eventID: Int?
        var row: AuditRow
    }

    private enum Current {
        case none
        case sealed(AuditSeal, code: [UInt8], AuditSealing, rows: Int)
        case orphaned(number: Int, rows: Int)

        var number: Int? {
            switch self {
            case .none: nil
            case .sealed(let seal, _, _, _): seal.number
            case .orphaned(let number, _): number
            }
        }
    }

    init(_ practice: ID<Practice>, _ keys: ServerKeys, remembered: AuditHead?) {
        self.practice = practice
        self.keys = keys
        self.remembered = remembered
    }

    /// Takes the next line: by seal number, then by id, rows without a seal last.
    mutating func take(_ line: Line) -> [AuditFinding] {
        var findings: [AuditFinding] = []
        if line.sealNumber != current.number {
            findings += close()
            if let number = line.sealNumber { findings += open(number, line) }
        }
        if let eventID = line.eventID {
            add(line)
            if !line.row.isProven(by: keys) { findings.append(.rowNotAsked(event: eventID)) }
        }
        summary.findings += findings.count
        return findings
    }

    /// Ends the chain.
    mutating func finish() -> [AuditFinding] {
        var findings = close()
        if let remembered, !isRememberedMet { findings.append(.chainCut(remembered: remembered.number)) }
        summary.findings += findings.count
        return findings
    }

    private mutating func open(_ number: Int, _ line: Line) -> [AuditFinding] {
        var findings: [AuditFinding] = []
        if number > expected {
            findings.append(.sealsMissing(expected...(number - 1)))
            isBroken = true
        }
        let follows = number >= expected
        expected = number == .max ? number : number + 1
        guard let seal = line.seal, let code = line.code else {
            current = .orphaned(number: number, rows: 0)
            isBroken = true
            return findings
        }
        if !follows || (!isBroken && seal.previous != (summary.head?.seal ?? [])) {
            findings.append(.sealUnlinked(seal: number))
        }
        isBroken = false
        if let remembered, remembered.number == number {
            isRememberedMet = true
            if remembered.seal != code { findings.append(.chainRewritten(remembered: number)) }
        }
        current = .sealed(seal, code: code, AuditSealing(seal, keys), rows: 0)
        summary.seals += 1
        summary.head = AuditHead(number: number, seal: code)
        return findings
    }

    private mutating func add(_ line: Line) {
        summary.events += 1
        switch current {
        case .none: summary.unsealed += 1
        case .sealed(let seal, let code, var sealing, let rows):
            sealing.add(line.row)
            current = .sealed(seal, code: code, sealing, rows: rows + 1)
        case .orphaned(let number, let rows): current = .orphaned(number: number, rows: rows + 1)
        }
    }

    private mutating func close() -> [AuditFinding] {
        defer { current = .none }
        switch current {
        case .none: return []
        case .orphaned(let number, let rows): return [.rowsWithoutTheirSeal(seal: number, rows: rows)]
        case .sealed(let seal, let code, let sealing, let rows):
            guard rows == seal.eventCount, sealing.finish() == code else {
                return [.sealBroken(seal: seal.number, rows: rows, rowsSealed: seal.eventCount)]
            }
            return []
        }
    }
}
