/// Upright bars over periods, with their figures on top where there is room.
public struct BarPanel: ChartPanel {
    let heading: String
    let labels: [String]
    let counts: [Int]

    /// One count for each label.
    public init(_ heading: String, labels: [String], counts: [Int]) {
        self.heading = heading
        self.labels = labels
        self.counts = counts
    }

    public var height: Double { 176 }

    public var words: String {
        guard !labels.isEmpty else { return "\(heading): nothing to show." }
        return "\(heading): " + zip(labels, counts).map { "\($0) \($1)" }.joined(separator: ", ") + "."
    }

    public func draw(into svg: inout SVGWriter, at top: Double) {
        svg.label(heading, 16, top + 20, "heading")
        let highest = counts.max() ?? 0
        let plot = ChartPlot(
            labels: labels, ticks: ChartTicks(upTo: Double(highest), .count), unit: .count, top: top + 40, height: 90)
        guard plot.drawAxes(into: &svg, hasData: !counts.isEmpty) else { return }
        let width = min(plot.column * 0.64, 44)
        for (index, count) in counts.prefix(labels.count).enumerated() {
            let y = plot.y(Double(count))
            if count > 0 { svg.box(plot.x(index) - width / 2, y, width, plot.bottom - y, "hatched") }
            if plot.column >= 20 { svg.label(String(count), plot.x(index), y - 5, anchor: "middle") }
        }
    }
}
