/// A table as RFC 4180 writes it: a header, rows ended by CR LF, quotes where they are needed.
///
/// A cell that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, tab or CR) gets an apostrophe
/// in front: it then shows as the text it is (OWASP, CSV injection).
public struct CSV: Sendable {
    private(set) var bytes: [UInt8] = []
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

    /// Adds a cell to the row; nil is an empty one.
    public mutating func cell(_ value: (some CustomStringConvertible)?) {
        if !isRowEmpty { bytes.append(UInt8(ascii: ",")) }
        isRowEmpty = false
        guard let value else { return }
        if let number = value as? Int { return bytes.append(contentsOf: number.description.utf8) }
        append(value.description)
    }

    private mutating func append(_ text: String) {
        let isFormula = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A }
        if needsQuotes { bytes.append(0x22) }
        if isFormula { bytes.append(UInt8(ascii: "'")) }
        for byte in text.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        if needsQuotes { bytes.append(0x22) }
    }
}
