/// A picture of figures as SVG, for those who see it and for those who have it read to them: a title and a description with
/// all figures in plain words, no script, nothing fetched, the same bytes for the same figures.
public struct Chart: Sendable {
    /// What the chart is of.
    public var title: String
    /// What the figures mean, in a line or two.
    public var notes: [String]
    /// The pictures, one below the other.
    public var panels: [any ChartPanel]

    /// How wide a chart is in its own units: about as wide as a telephone is in points, so that on one its letters are as
    /// large as others. It grows to the room it is given, up to a page.
    static let width = 440.0
    /// How many letters of a note there is room for in a line.
    private static let lineLength = 64

    /// Makes a chart.
    public init(title: String, notes: [String] = [], panels: [any ChartPanel]) {
        self.title = title
        self.notes = notes
        self.panels = panels
    }

    /// The chart as an SVG document.
    public var svg: [UInt8] {
        let lines = notes.flatMap { $0.lines(of: Self.lineLength) }
        let head = 44 + 18 * Double(lines.count)
        let height = panels.reduce(head) { $0 + $1.height } + 12
        var svg = SVGWriter()
        svg.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 440 \(SVGWriter.number(height))",
                "preserveAspectRatio": "xMidYMin", "role": "img",
                "aria-labelledby": "chart-title chart-description",
            ]
        ) { svg in
            svg.element("title", ["id": "chart-title"], text: title)
            svg.element("desc", ["id": "chart-description"], text: description)
            svg.raw("style", ChartStyle.text)
            svg.element("defs", [:]) { $0.hatching() }
            svg.box(0, 0, Self.width, height, "ground")
            svg.label(title, 16, 30, "title")
            for (index, line) in lines.enumerated() { svg.label(line, 16, 52 + 18 * Double(index), "quiet") }
            var top = head
            for panel in panels {
                panel.draw(into: &svg, at: top)
                top += panel.height
            }
        }
        return svg.bytes
    }

    /// What its document may do in a browser: show itself, with its own style, and run nothing.
    public static var contentSecurityPolicy: String { ChartStyle.contentSecurityPolicy }

    /// All of it in words.
    public var description: String { (notes + panels.map(\.words)).joined(separator: " ") }
}

/// One picture of a chart.
public protocol ChartPanel: Sendable {
    /// How high it is.
    var height: Double { get }
    /// Its figures in plain words.
    var words: String { get }
    /// Draws it, its upper edge at `top`.
    func draw(into svg: inout SVGWriter, at top: Double)
}

/// What a chart's figures are.
public enum ChartUnit: Sendable {
    /// 1 is all of it, and is written as 100 %.
    case share
    /// So many.
    case count

    func text(_ value: Double) -> String {
        switch self {
        case .share: SVGWriter.number((value * 100).rounded()) + " %"
        case .count: SVGWriter.number(value)
        }
    }
}

extension SVGWriter {
    fileprivate mutating func hatching() {
        element(
            "pattern",
            [
                "id": "hatch", "width": "7", "height": "7", "patternUnits": "userSpaceOnUse",
                "patternTransform": "rotate(45)",
            ]
        ) { svg in
            svg.box(0, 0, 7, 7, "ground")
            svg.line(from: (2, 0), to: (2, 7), "thread")
        }
    }
}

extension String {
    /// At most so many characters, the last an ellipsis where some were left out.
    func shortened(to count: Int) -> String {
        self.count <= count ? self : prefix(count - 1).trimmingSuffix(while: \.isWhitespace) + "…"
    }
}

extension String {
    /// The same in lines of at most so many characters, parted between words.
    fileprivate func lines(of length: Int) -> [String] {
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, last.count + word.count < length {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isDropped(last) { text.removeLast() }
        return String(text)
    }
}
