import HTTPTypes
import Testing

@testable import WebAPI

@Suite struct HTMLTests {
    @Test func `texts and attributes are escaped, and markup is ours alone`() {
        var html = HTML()
        html.element("p", ["class": #"a" onclick="x"#]) { html in
            html.text("<b>Ann & 'Bob'</b>")
            html.element("em", "a < b")
        }
        #expect(
            String(decoding: html.bytes, as: UTF8.self) == """
                <p class="a&quot; onclick=&quot;x">&lt;b&gt;Ann &amp; &#39;Bob&#39;&lt;/b&gt;<em>a &lt; b</em></p>
                """)
    }

    @Test func `a page allows its own style and nothing else`() {
        let style = HTML.Style("p{}")
        var html = HTML()
        html.begin(title: "A & B", style: style)
        html.end()
        #expect(
            String(decoding: html.bytes, as: UTF8.self) == """
                <!doctype html><html lang="en"><head><meta charset="utf-8">\
                <meta name="viewport" content="width=device-width, initial-scale=1"><title>A &amp; B</title>\
                <style>p{}</style></head><body></body></html>\n
                """)
        let answer = Answer.html(html, style: style)
        // printf 'p{}' | openssl sha256 -binary | base64
        #expect(
            answer.headers[.contentSecurityPolicy] == """
                default-src 'none'; style-src 'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='; base-uri 'none'; form-action 'none'; \
                frame-ancestors 'none'
                """)
    }
}
