import Practice

/// A table as RFC 4180 writes it: a header, rows ended by CR LF, quotes where they are needed.
///
/// A cell that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, tab or CR) gets an apostrophe
/// in front: it then shows as the text it is (OWASP, CSV injection).
public struct CSV: Sendable {
    /// U+FEFF in UTF-8.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private(set) var bytes: [UInt8] = []

    /// How many bytes are there to be taken.
    public var count: Int { bytes.count }
    private var isRowEmpty = true

    /// Begins a table with the names of its columns.
    public init(columns: [String]) {
        row { row in for column in columns { row.cell(column) } }
    }

    /// Adds a row; the closure adds its cells.
    public mutating func row(_ cells: (inout CSV) -> Void) {
        isRowEmpty = true
        cells(&self)
        bytes.append(contentsOf: [0x0D, 0x0A])
    }

    /// Adds a row of these cells, a nil as an empty one: for tables that are small. Long ones are written cell by cell.
    public mutating func row(cells: [(any CustomStringConvertible)?]) {
        row { row in
            for cell in cells {
                if let cell { row.cell(cell) } else { row.cell(nil as String?) }
            }
        }
    }

    /// Takes the rows written so far away, to be sent while others are written.
    public mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Adds a cell to the row; nil is an empty one.
    public mutating func cell(_ value: (some CustomStringConvertible)?) {
        if let number = value as? Int { return cell(number) }
        cell(value?.description)
    }

    /// Adds a cell of text.
    public mutating func cell(_ text: String?) {
        separate()
        guard let text else { return }
        let wrote: Void? = text.utf8.withContiguousStorageIfAvailable { append($0) }
        if wrote == nil { Array(text.utf8).withUnsafeBufferPointer { append($0) } }
    }

    /// Adds a cell of a whole number, which is never taken for a formula.
    public mutating func cell(_ number: Int?) {
        separate()
        guard let number else { return }
        if 0..<10 ~= number { return bytes.append(UInt8(ascii: "0") + UInt8(number)) }
        bytes.append(contentsOf: number.description.utf8)
    }

    /// Adds a cell of a day.
    public mutating func cell(_ day: Day?) {
        separate()
        day?.append(to: &bytes)
    }

    /// Adds a cell of an id.
    public mutating func cell<Kind>(_ id: ID<Kind>?) {
        separate()
        id?.append(to: &bytes)
    }

    private mutating func separate() {
        if !isRowEmpty { bytes.append(UInt8(ascii: ",")) }
        isRowEmpty = false
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        var (quotes, needsQuotes) = (false, false)
        for byte in text where byte < 0x2D {
            if byte == 0x22 { quotes = true }
            if byte == 0x22 || byte == 0x2C || byte == 0x0D || byte == 0x0A { needsQuotes = true }
        }
        if needsQuotes { bytes.append(0x22) }
        if let first = text.first, Self.isFormula(first) { bytes.append(UInt8(ascii: "'")) }
        if quotes {
            for byte in text {
                if byte == 0x22 { bytes.append(0x22) }
                bytes.append(byte)
            }
        } else {
            bytes.append(contentsOf: text)
        }
        if needsQuotes { bytes.append(0x22) }
    }

    /// What a formula begins with: `=`, `+`, `-`, `@`, tab, CR.
    private static func isFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D: true
        default: false
        }
    }
}
