import Crypto
import Foundation
import FoundationXML
import JSON
import Testing

@testable import Charts

@Suite struct ChartTests {
    @Test func `a chart is XML, says what it is, and has its figures in words`() throws {
        let chart = chart(
            [
                LinePanel(
                    "Fill rate", .share, labels: ["2025-12", "2026-01"],
                    series: [.init("SABR", [0.5, 0.625]), .init("Valor", [nil, 1])],
                    footings: [.init("SABR", ["12", "14"])]),
                BarPanel("Waiting", labels: ["2025-12", "2026-01"], counts: [0, 3]),
                FunnelPanel(
                    "Recovery", of: 8,
                    steps: [.init("began", 8, isCompletion: false), .init("completed", 2, isCompletion: true)]),
            ])
        let read = try Read(chart.svg)
        #expect(read.root["role"] == "img" && read.root["aria-labelledby"] == "chart-title chart-description")
        #expect(read.ids.isSuperset(of: ["chart-title", "chart-description"]))
        #expect(
            read.texts["desc"] == [
                "Fill rate. SABR: 2025-12 50 %, 2026-01 63 %. Valor: 2025-12 none, 2026-01 100 %. SABR: 12, 14. "
                    + "Waiting: 2025-12 0, 2026-01 3. Recovery: began 8 (100 %), completed 2 (25 %)."
            ])
        #expect(read.texts["title"] == ["Groups"])
        #expect(Set(read.elements).isDisjoint(with: ["script", "image", "a", "foreignObject", "use", "animate"]))
        #expect(chart.svg == chart.svg)
    }

    @Test func `shares side by side have bars as long as they are, and none of nothing`() throws {
        let chart = chart([
            SharePanel(
                "Done", rows: [.init("Tuesday", 3, of: 4), .init("Friday", 0, of: 2), .init("Sunday", 0, of: 0)]),
            SharePanel("Nobody", rows: []),
        ])
        #expect(
            chart.description
                == "Done: Tuesday 3 of 4 (75 %), Friday 0 of 2 (0 %), Sunday 0 of 0. Nobody: nothing to show.")
        let read = try Read(chart.svg)
        // The ground of the picture and of the hatching, and one bar.
        #expect(read.elements.filter { $0 == "rect" }.count == 3)
        #expect(read.texts["text"]?.contains("3 of 4 (75 %)") == true)
    }

    @Test func `what people have named stays text, whatever is in it`() throws {
        let name = "A & B <script>\"x\"</script> 'é' \u{0}\u{1B}\u{FFFE} end"
        let chart = chart([
            LinePanel(name, .count, labels: [name], series: [.init(name, [1])]),
            FunnelPanel(name, of: 1, steps: [.init(name, 1, isCompletion: false)]),
            SharePanel(name, rows: [.init(name, 1, of: 1)]),
        ])
        let read = try Read(chart.svg)
        #expect(!read.elements.contains("script"))
        #expect(read.texts["text"]?.contains("A & B <script>\"x\"</script> 'é' \u{FFFD}\u{FFFD}\u{FFFD} end") == true)
    }

    @Test func `without figures a chart says so`() throws {
        let chart = chart([
            LinePanel("Rate", .share, labels: [], series: []),
            LinePanel("Gaps", .share, labels: ["a", "b"], series: [.init("x", [nil, nil])]),
            BarPanel("Waiting", labels: [], counts: []), FunnelPanel("Way", of: 0, steps: []),
        ])
        let read = try Read(chart.svg)
        #expect(
            chart.description
                == "Rate: nothing to show. Gaps: nothing to show. Waiting: nothing to show. Way: nobody yet.")
        #expect(read.texts["text"]?.filter { $0 == "Nothing to show." }.count == 3)
        #expect(!read.elements.contains("path"))
    }

    @Test func `one point is a mark without a line, and a gap parts a line`() throws {
        let one = try Read(chart([LinePanel("One", .count, labels: ["a"], series: [.init("x", [0])])]).svg)
        #expect(one.elements.filter { $0 == "circle" }.count == 2)
        #expect(!one.elements.contains("path"))
        let parted = try Read(
            chart([
                LinePanel("Two", .count, labels: ["a", "b", "c", "d", "e"], series: [.init("x", [1, 2, nil, 4, 3])])
            ]).svg)
        #expect(parted.elements.filter { $0 == "path" }.count == 2)
        #expect(parted.elements.filter { $0 == "circle" }.count == 5)
    }

    @Test func `everything lies inside the picture, with many lines and long names too`() throws {
        let labels = (1...262).map { "2021-01-\($0)" }
        let series = (0..<7).map { line in
            LinePanel.Series(
                String(repeating: "Wide ", count: 24), labels.indices.map { Double(($0 * (line + 3)) % 97) * 1_000 })
        }
        let read = try Read(
            chart([
                LinePanel("Many", .count, labels: labels, series: series),
                BarPanel("Bars", labels: labels, counts: labels.indices.map { $0 * 7 }),
            ]).svg)
        let box = try #require(read.root["viewBox"]?.split(separator: " ").compactMap { Double($0) })
        #expect(box.count == 4 && read.numbers.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= max(box[2], box[3]) })
    }

    @Test(arguments: [
        (0.0, ChartUnit.count, [0.0, 1]), (3, .count, [0, 1, 2, 3]), (12, .count, [0, 5, 10, 15]),
        (1_000_000, .count, [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]),
        (0.2, .share, [0, 0.25, 0.5, 0.75, 1]),
        (1.3, .share, [0, 0.5, 1, 1.5]), (.nan, .share, [0, 0.25, 0.5, 0.75, 1]),
    ])
    func `an axis has round numbers`(_ highest: Double, _ unit: ChartUnit, _ ticks: [Double]) {
        #expect(ChartTicks(upTo: highest, unit).values == ticks)
    }

    @Test(arguments: [(0.05, "0.1"), (-0.04, "0"), (12, "12"), (-3.25, "-3.3"), (.infinity, "0")])
    func `numbers are written to a tenth`(_ number: Double, _ text: String) {
        #expect(SVGWriter.number(number) == text)
    }

    @Test func `the one style that a browser applies is the chart's own`() {
        let hash = Data(SHA256.hash(data: Data(ChartStyle.text.utf8))).base64EncodedString()
        let plain = hash.replacing("+", with: "-").replacing("/", with: "_")
        #expect(Chart.contentSecurityPolicy.contains("'sha256-\(plain)'"))
    }

    private func chart(_ panels: [any ChartPanel]) -> Chart { Chart(title: "Groups", panels: panels) }
}

/// A document as an XML parser reads it.
private final class Read: NSObject, XMLParserDelegate {
    private(set) var root: [String: String] = [:]
    private(set) var ids: Set<String> = []
    private(set) var elements: [String] = []
    private(set) var texts: [String: [String]] = [:]
    private(set) var numbers: [Double] = []
    private var open: [(name: String, text: String)] = []

    init(_ document: [UInt8]) throws {
        super.init()
        let parser = XMLParser(data: Data(document))
        parser.delegate = self
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    }

    func parser(
        _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
        attributes: [String: String]
    ) {
        if elements.isEmpty { root = attributes }
        elements.append(name)
        if let id = attributes["id"] { ids.insert(id) }
        for place in ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy"] {
            if let number = attributes[place].flatMap(Double.init) { numbers.append(number) }
        }
        open.append((name, ""))
    }

    func parser(_: XMLParser, foundCharacters text: String) {
        if !open.isEmpty { open[open.count - 1].text += text }
    }

    func parser(_: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?) {
        if let (name, text) = open.popLast() { texts[name, default: []].append(text) }
    }
}
