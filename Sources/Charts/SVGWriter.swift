import Practice

/// Writes SVG 1.1 as text: elements and their attributes, each escaped as XML 1.0 wants it, in the order in which they are
/// given, so that the same chart has the same bytes.
public struct SVGWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(16_384) }

    /// An element with text inside, or with nothing.
    mutating func element(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, text: String? = nil)
    {
        begin(name, attributes)
        guard let text else { return append("/>") }
        append(">")
        escape(text)
        end(name)
    }

    /// An element with elements inside.
    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, _ body: (inout SVGWriter) -> Void
    ) {
        begin(name, attributes)
        append(">\n")
        body(&self)
        end(name)
    }

    /// An element around a text that is ours, as it is.
    mutating func raw(_ name: StaticString, _ text: String) {
        begin(name, [:])
        append(">")
        bytes.append(contentsOf: text.utf8)
        end(name)
    }

    /// Text at a place; `anchor` is start, middle or end.
    mutating func label(
        _ text: String, _ x: Double, _ y: Double, _ style: String = "label", anchor: String = "start"
    ) {
        element(
            "text", ["x": Self.number(x), "y": Self.number(y), "class": style, "text-anchor": anchor], text: text)
    }

    mutating func line(from a: (x: Double, y: Double), to b: (x: Double, y: Double), _ style: String) {
        element(
            "line",
            [
                "x1": Self.number(a.x), "y1": Self.number(a.y), "x2": Self.number(b.x), "y2": Self.number(b.y),
                "class": style,
            ])
    }

    mutating func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) {
        element(
            "rect",
            [
                "x": Self.number(x), "y": Self.number(y), "width": Self.number(max(width, 0)),
                "height": Self.number(max(height, 0)), "class": style,
            ])
    }

    /// A number to a tenth, without an exponent and without a needless zero.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let (whole, part) = (abs(tenths) / 10, abs(tenths) % 10)
        return (tenths < 0 ? "-" : "") + "\(whole)" + (part == 0 ? "" : ".\(part)")
    }

    private mutating func begin(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
        append("<")
        append(name)
        for (attribute, value) in attributes {
            append(" ")
            append(attribute)
            append("=\"")
            escape(value)
            append("\"")
        }
    }

    private mutating func end(_ name: StaticString) {
        append("</")
        append(name)
        append(">\n")
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// What has a meaning in XML is written as an entity, and what XML 1.0 has no place for as U+FFFD.
    private mutating func escape(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append("&amp;")
            case "<": append("&lt;")
            case ">": append("&gt;")
            case "\"": append("&quot;")
            case "'": append("&apos;")
            case "\t", "\n", "\r": append(" ")
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": append("\u{FFFD}")
            default: bytes.append(contentsOf: String(scalar).utf8)
            }
        }
    }
}
