/// Things side by side, each with a bar as long as its share: done of due, taken of seats.
public struct SharePanel: ChartPanel {
    /// One of them.
    public struct Row: Sendable {
        let name: String
        let part: Int
        let whole: Int

        /// A share of `whole`; of nothing there is no bar.
        public init(_ name: String, _ part: Int, of whole: Int) {
            self.name = name
            self.part = part
            self.whole = whole
        }

        var share: Double? { whole > 0 ? min(Double(part) / Double(whole), 1) : nil }
        var figure: String { "\(part) of \(whole)" + (share.map { " (\(ChartUnit.share.text($0)))" } ?? "") }
    }

    let heading: String
    let rows: [Row]

    /// Makes the panel, its rows from the top down.
    public init(_ heading: String, rows: [Row]) {
        self.heading = heading
        self.rows = rows
    }

    public var height: Double { 44 + 46 * Double(max(rows.count, 1)) }

    public var words: String {
        guard !rows.isEmpty else { return "\(heading): nothing to show." }
        return "\(heading): " + rows.map { "\($0.name) \($0.figure)" }.joined(separator: ", ") + "."
    }

    public func draw(into svg: inout SVGWriter, at top: Double) {
        svg.label(heading, 16, top + 20, "heading")
        let left = 16.0
        guard !rows.isEmpty else { return svg.label("Nothing to show.", left, top + 48, "quiet") }
        for (index, row) in rows.enumerated() {
            let (y, width) = (top + 50 + 46 * Double(index), 290 * (row.share ?? 0))
            svg.label(row.name.shortened(to: 56), left, y - 5)
            if width > 0 { svg.box(left, y, width, 21, "bar") }
            svg.label(row.figure, left + width + 10, y + 15)
        }
        svg.line(from: (left, top + 28), to: (left, top + 34 + 46 * Double(rows.count)), "axis")
    }
}
