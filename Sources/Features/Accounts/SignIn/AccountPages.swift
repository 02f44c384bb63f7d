import HTTPTypes
import Practice
import WebAPI

/// The pages to which letters about one's sign-in lead: `/email-changes/TOKEN` and `/account`. They say nothing of the
/// practice, of care or of anybody's name, load nothing, and work without scripts. Reading one changes nothing, since
/// mail filters follow links too.
struct AccountPages: RouteGroup {
    private let changes: EmailChangeRoutes

    init(_ settings: FeatureSettings) { changes = EmailChangeRoutes(settings) }

    var routes: [Route] {
        [
            .publicGet("/account", account).offering(.html),
            .publicGet("/email-changes/{token}", read).offering(.html),
            .publicPost("/email-changes/{token}", bodyLimit: 1_024, confirm).offering(.html),
        ]
    }

    private func account(_ call: Call) async throws -> Answer {
        page("Message", "Something about your sign-in has changed") { html in
            html.element("p", "What it was stands under \u{201C}notices\u{201D} when you sign in, the latest first.")
            html.element(
                "p",
                "If you have just changed something yourself, there is nothing to do. If not, set a new password: choose "
                    + "\u{201C}forgotten password\u{201D} where you sign in. That signs out everybody else. Then call us."
            )
        }
    }

    private func read(_ call: Call) async throws -> Answer {
        try await told(call) { () async throws(Problem) in
            let standing = try await changes.found(call) { EmailChange.standing($0, at: call.now) }
            return standing.isOwnSideProved ? confirmed(standing) : asking(standing)
        }
    }

    /// To confirm again is harmless as long as the other address is waited for.
    private func confirm(_ call: Call) async throws -> Answer {
        try await told(call) { () async throws(Problem) in
            confirmed(
                try await changes.found(call) { EmailChange.prove($0, request: call.provenRequest, at: call.now) })
        }
    }

    private func asking(_ standing: EmailChange.Standing) -> Answer {
        page("Confirm", "Confirm this e-mail address") { html in
            html.element(
                "p",
                standing.isNew
                    ? "Somebody asked to sign in with this address from now on."
                    : "Somebody asked to sign in with another address in place of this one.")
            html.element(
                "p",
                "If that was you, confirm it. If not, do nothing: without you nothing changes. The new address and the one of "
                    + "before are both asked.")
            html.element("form", ["method": "post"]) { $0.element("button", "Confirm") }
        }
    }

    private func confirmed(_ standing: EmailChange.Standing) -> Answer {
        guard !(standing.isNewProved && standing.isOldProved) else {
            return page("Done", "Done") { $0.element("p", "From now on, sign in with the new address.") }
        }
        return page("Confirmed", "Thank you") { html in
            html.element(
                "p",
                "This address is confirmed. Now follow the link that went to the other one: until then nothing changes."
            )
        }
    }

    /// What is refused, on a page too.
    private func told(
        _ call: Call, _ work: () async throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        do throws(Problem) { return try await work() } catch {
            let words: (title: String, text: String)
            switch error.status {
            case .notFound:
                words = (
                    "This link leads nowhere any more",
                    "It works for a day, and until the change is made or called off. If you have just confirmed, all is "
                        + "done. If not, ask for the change again."
                )
            case .conflict: words = ("Nothing was changed", error.detail)
            case .tooManyRequests:
                words = ("Please wait", "Too many links were tried from where you are. Try again in some minutes.")
            default: throw error
            }
            var answer = page("Confirm", words.title, status: error.status) { $0.element("p", words.text) }
            for field in error.headers { answer.headers.append(field) }
            return answer
        }
    }

    private func page(
        _ title: String, _ heading: String, status: HTTPResponse.Status = .ok, _ content: (inout HTML) -> Void
    ) -> Answer {
        var html = HTML()
        html.begin(title: title, style: Self.style)
        html.element("main") { html in
            html.element("h1", heading)
            content(&html)
        }
        html.end()
        return .html(html, style: Self.style, status: status)
    }

    private static let style = HTML.Style(
        """
        :root{color-scheme:light dark;--ground:#fbfaf7;--ink:#1d2430;--action:#1b5e73;--on:#fff;--focus:#1d2430}
        @media (prefers-color-scheme:dark){
        :root{--ground:#14181e;--ink:#eceff3;--action:#7cc4d8;--on:#0d1a20;--focus:#ffd24d}
        }
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:1.125rem/1.5 system-ui,sans-serif}
        main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem}
        h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}
        p{margin:0 0 1rem}
        button{min-height:48px;padding:.5rem 1.5rem;border:1px solid var(--action);border-radius:6px;
        background:var(--action);color:var(--on);font:inherit;cursor:pointer}
        button:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
        """, sendsForms: true)
}

extension EmailChange.Standing {
    fileprivate var isNew: Bool { side == "new" }
    fileprivate var isOwnSideProved: Bool { isNew ? isNewProved : isOldProved }
}
