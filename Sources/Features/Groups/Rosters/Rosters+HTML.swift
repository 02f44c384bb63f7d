import Practice
import WebAPI

/// The roster to be printed, or read on a phone. On paper each sheet says whose it is, that it is confidential and which page
/// it is, and has a column to sign in.
extension Roster {
    static let style = HTML.Style(
        """
        :root{color-scheme:light}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:72rem;padding:1rem;background:#fff;color:#000;font:1rem/1.4 system-ui,sans-serif}
        h1{margin:0;font-size:1.5rem;line-height:1.2}
        h2{margin:0;font-size:1.35rem;line-height:1.2}
        .title{margin-bottom:1.2rem}
        .path{margin:.2rem 0 .8rem}
        .facts{display:flex;flex-wrap:wrap;gap:.4rem 2rem;margin:0 0 1rem;padding:.5rem 0;border-block:1px solid #000}
        .facts dt{font-size:.8rem}
        .facts dd{margin:0;font-weight:600}
        table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
        caption{padding:0 0 .4rem;text-align:left;font-size:.9em}
        th,td{padding:.35rem .6rem .35rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #999}
        thead th{font-size:.8rem;border-bottom:2px solid #000;vertical-align:bottom}
        tbody th{font-weight:600}
        .mark{display:inline-block;font-weight:700;border:1px solid #000;border-radius:.2rem;padding:0 .3rem}
        .masked th{font-weight:400;font-style:italic}
        .empty{font-style:italic}
        .owner{display:flex;justify-content:space-between;gap:1rem;margin:0 0 .5rem;font-size:.85rem}
        .owner strong{text-transform:uppercase;letter-spacing:.06em}
        .sign{display:none}
        section+section{margin-top:2.5rem}
        footer{margin-top:1.5rem;padding-top:.5rem;border-top:1px solid #000;font-size:.8rem;overflow-wrap:anywhere}
        footer p{margin:0}
        code{font-family:ui-monospace,monospace}
        @media screen and (max-width:44rem){
        table,caption,tbody,tr,th,td{display:block}
        thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        tbody tr{padding:.6rem 0;border-bottom:1px solid #000}
        th,td{border:0;padding:.1rem 0}
        tbody th{font-size:1.1rem}
        td::before{content:attr(data-label);display:inline-block;width:8rem;font-size:.85rem;color:#333}
        td:empty{display:none}
        }
        @media print{
        @page{margin:14mm;@bottom-left{content:"Confidential";font:8pt sans-serif}
        @bottom-right{content:"Page " counter(page) " of " counter(pages);font:8pt sans-serif}}
        body{max-width:none;padding:0;font-size:9.5pt}
        h1,h2{font-size:14pt}
        th,td{padding:.18rem .5rem .18rem 0}
        thead{display:table-header-group}
        .sign{display:table-cell;width:34mm}
        td.sign{border-left:1px solid #999;height:9mm}
        tr{break-inside:avoid}
        section+section{margin:0;break-before:page}
        .title{margin-bottom:.4rem;font-size:10pt;font-weight:400}
        }
        """)

    private static let labels = [
        "Name", "Age", "Status", "Since", "Attendance", "Homework", "Consents", "Contact",
    ]

    /// One group, under a heading of its own rank: the page's, or one of many.
    static func open(_ heading: Heading, _ rank: StaticString, of practice: String, in html: inout HTML) {
        html.open("section")
        html.element("p", ["class": "owner"]) { html in
            html.element("span", practice)
            html.element("strong", "Confidential")
        }
        html.element(rank, heading.name)
        let path = [heading.programName, heading.track, heading.phase].compactMap(\.self)
        html.element("p", ["class": "path"], path.joined(separator: " · "))
        html.element("dl", ["class": "facts"]) { html in
            html.fact("Seats taken", "\(heading.seats.taken) of \(heading.capacity)" + percent(heading.fill.rate))
            html.fact("Waitlist", "\(heading.seats.waitlisted)")
            let names = heading.facilitators.map { facilitator in
                facilitator.name + (Self.roles[facilitator.role].map { " (\($0))" } ?? "")
            }
            html.fact("Facilitators", names.isEmpty ? "none" : names.joined(separator: ", "))
        }
        html.open("table", ["role": "table"])
        html.element("caption", "Members of \(heading.name) on \(heading.day)")
        html.element("thead", ["role": "rowgroup"]) { html in
            html.element("tr", ["role": "row"]) { html in
                for column in labels { html.element("th", ["scope": "col", "role": "columnheader"], column) }
                html.element("th", ["scope": "col", "role": "columnheader", "class": "sign"], "Signature")
            }
        }
        html.open("tbody", ["role": "rowgroup"])
    }

    /// Ends a group; says so where nobody is in it.
    static func close(_ heading: Heading, hasMembers: Bool, in html: inout HTML) {
        for status in heading.maskedStatuses {
            html.element("tr", ["class": "masked", "role": "row"]) { html in
                html.element("th", ["scope": "row", "role": "rowheader"], "Not shown to you")
                html.cell("Age", "")
                html.cell("Status", status)
                for column in labels.dropFirst(3) { html.cell(column, "") }
                html.element("td", ["role": "cell", "class": "sign"], "")
            }
        }
        html.close("tbody")
        html.close("table")
        if !hasMembers && heading.maskedStatuses.isEmpty {
            html.element("p", ["class": "empty"], "Nobody has a seat on this day.")
        }
        html.close("section")
    }

    /// What day and what knowledge the page is of, up to the hash of all that stands before it.
    static func beginFooter(on day: Day, _ view: View, in html: inout HTML) {
        html.open("footer")
        html.open("p")
        html.text("As of \(day), as known ")
        html.text(view.knownAt.map { "at \($0)" } ?? "when it was printed")
        html.text(". SHA-256: ")
    }

    static func endFooter(hash: String, in html: inout HTML) {
        html.element("code", hash)
        html.close("p")
        html.close("footer")
        html.close("main")
        html.end()
    }

    private static let roles = ["co_facilitator": "co-facilitator", "substitute": "substitute"]

    fileprivate static func percent(_ rate: Double?) -> String {
        rate.map { " (\(Int(($0 * 100).rounded())) %)" } ?? ""
    }
}

extension Roster.Member {
    func write(to html: inout HTML, _ heading: Roster.Heading) {
        html.element("tr", ["role": "row"]) { html in
            let preferred = preferredName.map { " “\($0)”" } ?? ""
            html.element(
                "th", ["scope": "row", "role": "rowheader"],
                [familyName, givenName].compactMap(\.ifAny).joined(separator: ", ") + preferred)
            html.cell("Age", birthDate.map { Self.words(for: $0.ages(on: heading.day)) } ?? "")
            html.cell("Status", status)
            html.cell("Since", since.description)
            html.cell(
                "Attendance", attendance.whole == 0 ? "no meetings" : attendance.text + Roster.percent(attendance.rate))
            html.cell("Homework", homework.whole == 0 ? "none due" : homework.text)
            html.cell(
                "Consents", missingConsents.isEmpty ? "in force" : "missing: " + missingConsents.joined(separator: ", ")
            )
            html.element("td", ["role": "cell", "data-label": "Contact"]) { html in
                if heedsSafeContact { html.element("span", ["class": "mark"], "Check the chart first") }
            }
            html.element("td", ["role": "cell", "class": "sign"], "")
        }
    }
}

extension Roster.Member {
    /// Of who was born in a year or a month, both ages that it may be.
    private static func words(for ages: ClosedRange<Int>) -> String {
        ages.count == 1 ? "\(ages.lowerBound)" : "\(ages.lowerBound) or \(ages.upperBound)"
    }
}

extension Roster.Tally {
    fileprivate var text: String { "\(part) of \(whole)" }
}

extension HTML {
    fileprivate mutating func fact(_ name: String, _ value: String) {
        element("div") { html in
            html.element("dt", name)
            html.element("dd", value)
        }
    }

    fileprivate mutating func cell(_ label: String, _ value: String) {
        element("td", ["role": "cell", "data-label": label], value)
    }
}
