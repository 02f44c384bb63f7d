import Crypto
import Foundation
import HTTPTypes

/// Writes HTML to bytes. Names of elements and attributes are ours; every text and every attribute's value is escaped, so
/// that nothing a person is called becomes markup.
public struct HTML: Sendable {
    /// What was written and not taken yet.
    public private(set) var bytes: [UInt8] = []

    /// Begins with nothing.
    public init() {}

    /// How many bytes are there to be taken.
    public var count: Int { bytes.count }

    /// Takes what was written so far away, to be sent while more is written.
    public mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Writes an element; the closure writes what is in it.
    public mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: (inout HTML) -> Void
    ) {
        open(name, attributes)
        content(&self)
        close(name)
    }

    /// Writes an element with a text in it.
    public mutating func element(_ name: StaticString, _ content: String) { element(name, [:], content) }

    /// Writes an element with attributes and a text in it.
    public mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, _ content: String
    ) {
        open(name, attributes)
        text(content)
        close(name)
    }

    /// Writes the start of an element: one that holds more than one function writes, or one that has no end.
    public mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]) {
        bytes.append(UInt8(ascii: "<"))
        word(name)
        for (attribute, value) in attributes {
            bytes.append(UInt8(ascii: " "))
            word(attribute)
            word("=\"")
            text(value)
            word("\"")
        }
        bytes.append(UInt8(ascii: ">"))
    }

    /// Writes the end of an element.
    public mutating func close(_ name: StaticString) {
        word("</")
        word(name)
        bytes.append(UInt8(ascii: ">"))
    }

    /// Writes a text, escaped for elements and for attributes between double quotes.
    public mutating func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): word("&amp;")
            case UInt8(ascii: "<"): word("&lt;")
            case UInt8(ascii: ">"): word("&gt;")
            case UInt8(ascii: "\""): word("&quot;")
            case UInt8(ascii: "'"): word("&#39;")
            default: bytes.append(byte)
            }
        }
    }

    /// Writes markup of our own, as it is.
    public mutating func markup(_ markup: StaticString) { word(markup) }

    private mutating func word(_ word: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }
}

extension HTML {
    /// A page's style sheet, allowed by its hash and by nothing else: the page loads nothing and runs nothing. Only where it
    /// is said may the page send a form, and to where it came from alone.
    public struct Style: Sendable {
        /// The rules.
        public let text: StaticString
        let policy: String

        /// Takes rules, which hold no `</`.
        public init(_ text: StaticString, sendsForms: Bool = false) {
            self.text = text
            let rules = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
            var digest = SHA256()
            digest.update(bufferPointer: rules)
            let hash = Data(digest.finalize()).base64EncodedString()
            policy =
                "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; "
                + "form-action '\(sendsForms ? "self" : "none")'; frame-ancestors 'none'"
        }
    }

    /// Writes the beginning of a page, up to what is in its body.
    public mutating func begin(title: String, language: String = "en", style: Style) {
        word("<!doctype html>")
        open("html", ["lang": language])
        element("head") { html in
            html.open("meta", ["charset": "utf-8"])
            html.open("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
            html.element("title", title)
            html.open("style")
            html.markup(style.text)
            html.close("style")
        }
        open("body")
    }

    /// Writes the end of a page.
    public mutating func end() {
        close("body")
        close("html")
        bytes.append(UInt8(ascii: "\n"))
    }
}

extension Answer {
    /// A page.
    public static func html(_ page: HTML, style: HTML.Style, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status: status, headers: htmlFields(style), body: page.bytes)
    }

    /// The fields of a page, for one whose body is streamed.
    public static func htmlFields(_ style: HTML.Style) -> HTTPFields {
        [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: style.policy]
    }
}
