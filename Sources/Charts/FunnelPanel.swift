/// How many of those who began reached each step of a path: a bar a step, as long as its share.
public struct FunnelPanel: ChartPanel {
    /// One step of the path.
    public struct Step: Sendable {
        let name: String
        let count: Int
        let isCompletion: Bool

        /// A step that is completed is hatched, one that is begun is not.
        public init(_ name: String, _ count: Int, isCompletion: Bool) {
            self.name = name
            self.count = count
            self.isCompletion = isCompletion
        }
    }

    let heading: String
    let whole: Int
    let steps: [Step]

    /// `whole` is what the shares are of.
    public init(_ heading: String, of whole: Int, steps: [Step]) {
        self.heading = heading
        self.whole = whole
        self.steps = steps
    }

    public var height: Double { 44 + 46 * Double(max(steps.count, 1)) }

    public var words: String {
        guard whole > 0, !steps.isEmpty else { return "\(heading): nobody yet." }
        return "\(heading): " + steps.map { "\($0.name) \(figure($0))" }.joined(separator: ", ") + "."
    }

    public func draw(into svg: inout SVGWriter, at top: Double) {
        svg.label(heading, 16, top + 20, "heading")
        let left = 16.0
        guard whole > 0, !steps.isEmpty else {
            return svg.label("Nobody yet.", left, top + 48, "quiet")
        }
        for (index, step) in steps.enumerated() {
            let y = top + 50 + 46 * Double(index)
            let width = 300 * min(Double(step.count) / Double(whole), 1)
            svg.label(step.name.shortened(to: 56), left, y - 5)
            if step.count > 0 { svg.box(left, y, width, 21, step.isCompletion ? "hatched" : "bar") }
            svg.label(figure(step), left + width + 10, y + 15)
        }
        svg.line(from: (left, top + 28), to: (left, top + 34 + 46 * Double(steps.count)), "axis")
    }

    private func figure(_ step: Step) -> String {
        "\(step.count) (\(ChartUnit.share.text(Double(step.count) / Double(whole))))"
    }
}
