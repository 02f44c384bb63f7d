/// The rectangle of a panel in which figures are, with its axes.
struct ChartPlot {
    let labels: [String]
    /// Where the labels stand; side by side where nil.
    let positions: [Double]?
    let ticks: ChartTicks
    let unit: ChartUnit
    let top: Double
    let height: Double
    let left: Double

    var right: Double { 424 }
    var bottom: Double { top + height }

    init(
        labels: [String], positions: [Double]? = nil, ticks: ChartTicks, unit: ChartUnit, top: Double, height: Double,
        left: Double = 54
    ) {
        self.labels = labels
        self.positions = positions?.count == labels.count ? positions : nil
        self.ticks = ticks
        self.unit = unit
        self.top = top
        self.height = height
        self.left = left
    }

    /// The middle of a label's column, or its position.
    func x(_ index: Int) -> Double {
        guard let positions, let first = positions.first, let last = positions.last, last > first else {
            return left + (Double(index) + 0.5) * column
        }
        return left + 12 + (right - left - 24) * (positions[index] - first) / (last - first)
    }

    func y(_ value: Double) -> Double { bottom - value / ticks.top * height }

    var column: Double { (right - left) / Double(max(labels.count, 1)) }

    /// As many labels as there is room for, the last always among them.
    func isLabelled(_ index: Int) -> Bool { positions != nil || (labels.count - 1 - index) % stride == 0 }

    private var stride: Int {
        let width = Double(labels.map(\.count).max() ?? 1) * 6.6 + 12
        return max(1, Int((width / column).rounded(.up)))
    }

    /// Draws the axes; without figures it says so, and answers false.
    func drawAxes(into svg: inout SVGWriter, hasData: Bool) -> Bool {
        guard hasData, !labels.isEmpty else {
            svg.line(from: (left, bottom), to: (right, bottom), "axis")
            svg.label("Nothing to show.", (left + right) / 2, top + height / 2, "quiet", anchor: "middle")
            return false
        }
        for tick in ticks.values {
            svg.line(from: (left, y(tick)), to: (right, y(tick)), tick == 0 ? "axis" : "grid")
            svg.label(unit.text(tick), left - 8, y(tick) + 4, "quiet", anchor: "end")
        }
        for (index, label) in labels.enumerated() where isLabelled(index) {
            svg.line(from: (x(index), bottom), to: (x(index), bottom + 5), "axis")
            svg.label(label, x(index), bottom + 20, "quiet", anchor: "middle")
        }
        return true
    }
}
