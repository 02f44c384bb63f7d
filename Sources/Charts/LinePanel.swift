/// Lines over periods or times, one for each series, each with its own dashes and marks; below the axis their names, with where each has come to.
public struct LinePanel: ChartPanel {
    /// One line.
    public struct Series: Sendable {
        let name: String
        let values: [Double?]

        /// One value for each label of the panel; nil where there is none, and the line has a gap.
        public init(_ name: String, _ values: [Double?]) {
            self.name = name
            self.values = values
        }
    }

    /// What stands below the axis, in columns under the labels: how many a figure is of.
    public struct Footing: Sendable {
        let name: String
        let texts: [String]

        public init(_ name: String, _ texts: [String]) {
            self.name = name
            self.texts = texts
        }
    }

    let heading: String
    let unit: ChartUnit
    let labels: [String]
    let positions: [Double]?
    let series: [Series]
    let footings: [Footing]

    /// Takes up to five series; those after them are in the words only.
    ///
    /// - Parameter positions: where the labels stand on the axis, from the least to the greatest; side by side without.
    public init(
        _ heading: String, _ unit: ChartUnit, labels: [String], at positions: [Double]? = nil, series: [Series],
        footings: [Footing] = []
    ) {
        self.heading = heading
        self.unit = unit
        self.labels = labels
        self.positions = positions
        self.series = series
        self.footings = footings
    }

    public var height: Double {
        262 + 20 * Double(drawn.count) + (footings.isEmpty ? 0 : 8 + 17 * Double(footings.count))
    }

    public var words: String {
        guard !labels.isEmpty, series.contains(where: { $0.values.contains { $0 != nil } }) else {
            return "\(heading): nothing to show."
        }
        let lines = series.map { line in
            let figures = zip(labels, line.values).map { label, value in
                "\(label) \(value.map(unit.text) ?? "none")"
            }
            return "\(line.name): \(figures.joined(separator: ", "))."
        }
        let notes = footings.map { "\($0.name): \($0.texts.joined(separator: ", "))." }
        return (["\(heading)."] + lines + notes).joined(separator: " ")
    }

    public func draw(into svg: inout SVGWriter, at top: Double) {
        svg.label(heading, 16, top + 20, "heading")
        let plot = ChartPlot(
            labels: labels, positions: positions, ticks: ChartTicks(upTo: highest ?? 0, unit), unit: unit,
            top: top + 36,
            height: 180, left: footings.isEmpty ? 54 : 102)
        guard plot.drawAxes(into: &svg, hasData: highest != nil) else { return }
        for (index, line) in drawn.enumerated() { draw(line, number: index, on: plot, into: &svg) }
        drawNames(on: plot, into: &svg)
        guard !footings.isEmpty else { return }
        for (row, footing) in footings.enumerated() {
            let y = plot.bottom + 50 + 20 * Double(drawn.count) + 17 * Double(row)
            svg.label(footing.name.shortened(to: 13), 16, y, "quiet")
            for (index, text) in footing.texts.enumerated() where plot.isLabelled(index) {
                svg.label(text, plot.x(index), y, "quiet", anchor: "middle")
            }
        }
    }

    private var drawn: ArraySlice<Series> { series.prefix(ChartStyle.seriesCount) }
    private var highest: Double? { drawn.flatMap(\.values).compactMap(\.self).max() }

    private func draw(_ line: Series, number: Int, on plot: ChartPlot, into svg: inout SVGWriter) {
        for run in runs(of: line) where run.count > 1 {
            let path = run.enumerated().map { step, point in
                "\(step == 0 ? "M" : "L")\(SVGWriter.number(plot.x(point.index))) \(SVGWriter.number(plot.y(point.value)))"
            }
            svg.element("path", ["d": path.joined(), "class": "line c\(number) d\(number)"])
        }
        for (index, value) in line.values.enumerated() where index < labels.count {
            if let value { ChartMark.draw(number, at: (plot.x(index), plot.y(value)), into: &svg) }
        }
    }

    /// The stretches of a line between its gaps.
    private func runs(of line: Series) -> [[(index: Int, value: Double)]] {
        line.values.prefix(labels.count).enumerated()
            .split { $0.element == nil }
            .map { run in run.compactMap { point in point.element.map { (point.offset, $0) } } }
    }

    /// The names, each with its mark and its last figure.
    private func drawNames(on plot: ChartPlot, into svg: inout SVGWriter) {
        for (number, line) in drawn.enumerated() {
            let y = plot.bottom + 42 + 20 * Double(number)
            let last = line.values.prefix(labels.count).compactMap(\.self).last
            ChartMark.draw(number, at: (24, y), into: &svg)
            svg.label("\(line.name.shortened(to: 44)) \(last.map(unit.text) ?? "")", 36, y + 4)
        }
    }
}

/// The sign at the points of a line: no two series have the same.
enum ChartMark {
    static func draw(_ number: Int, at point: (x: Double, y: Double), into svg: inout SVGWriter) {
        let (x, y, style) = (point.x, point.y, "mark c\(number)")
        switch number {
        case 0: svg.element("circle", ["cx": text(x), "cy": text(y), "r": "4", "class": style])
        case 1: svg.box(x - 3.6, y - 3.6, 7.2, 7.2, style)
        case 2:
            svg.element("path", ["d": polygon([(x, y - 5), (x + 4.6, y + 3.6), (x - 4.6, y + 3.6)]), "class": style])
        case 3: svg.element("path", ["d": polygon([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)]), "class": style])
        default:
            svg.line(from: (x - 4, y - 4), to: (x + 4, y + 4), style)
            svg.line(from: (x - 4, y + 4), to: (x + 4, y - 4), style)
        }
    }

    private static func polygon(_ points: [(Double, Double)]) -> String {
        "M" + points.map { "\(text($0.0)) \(text($0.1))" }.joined(separator: "L") + "Z"
    }

    private static func text(_ value: Double) -> String { SVGWriter.number(value) }
}
