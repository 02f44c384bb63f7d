import HTTPTypes
import JSON
import Practice
import WebAPI

/// A form in which all rosters are written, group by group, while their members come from the database.
protocol RosterForm: Sendable {
    /// How many bytes are there to be taken.
    var count: Int { get }
    func fields(on day: Day) -> HTTPFields
    mutating func begin()
    mutating func begin(_ heading: Roster.Heading)
    mutating func write(_ member: Roster.Member, _ heading: Roster.Heading)
    mutating func end(_ heading: Roster.Heading)
    mutating func take() -> [UInt8]
    mutating func end(on day: Day, _ body: inout BodyWriter) async throws
}

/// Puts members under the headings of their groups, in whose order they come; a group without members has its place too.
struct RosterSheets<Form: RosterForm> {
    var form: Form
    private let headings: [Roster.Heading]
    private let ranks: [ID<Group>: Int]
    private var place = 0
    private var isBegun = false

    init(_ headings: [Roster.Heading], _ form: Form) {
        self.headings = headings
        self.form = form
        ranks = Dictionary(headings.enumerated().map { ($1.groupID, $0) }) { first, _ in first }
        self.form.begin()
    }

    /// - Throws: when the groups were changed since they were read: no roster is better than one under a wrong name.
    mutating func write(_ member: Roster.Member) throws {
        guard let rank = ranks[member.groupID], rank >= place else { throw GroupsHaveChanged() }
        while place < rank { endGroup() }
        beginGroup()
        form.write(member, headings[rank])
    }

    mutating func end() {
        while place < headings.count { endGroup() }
    }

    private mutating func beginGroup() {
        if !isBegun { form.begin(headings[place]) }
        isBegun = true
    }

    private mutating func endGroup() {
        beginGroup()
        form.end(headings[place])
        place += 1
        isBegun = false
    }
}

struct GroupsHaveChanged: Error {}

/// One table of all seats.
struct RosterTable: RosterForm {
    private var table = CSV(columns: Roster.columns)

    var count: Int { table.count }

    func fields(on day: Day) -> HTTPFields {
        Answer.csvFields("rosters-\(day).csv")
    }

    mutating func begin() {}

    mutating func begin(_ heading: Roster.Heading) {}

    mutating func write(_ member: Roster.Member, _ heading: Roster.Heading) { member.write(to: &table, heading) }

    mutating func end(_ heading: Roster.Heading) { heading.writeMasked(to: &table) }

    mutating func take() -> [UInt8] { table.take() }

    mutating func end(on day: Day, _ body: inout BodyWriter) async throws { try await body.write(table.take()) }
}

/// One page, a sheet for each group.
struct RosterPage: RosterForm {
    private let view: Roster.View
    private let practice: String
    private var html = HTML()
    private var hasMembers = false

    init(_ view: Roster.View, of practice: String) {
        self.view = view
        self.practice = practice
    }

    var count: Int { html.count }

    func fields(on day: Day) -> HTTPFields { Answer.htmlFields(Roster.style) }

    mutating func begin() {
        html.begin(title: "Rosters", style: Roster.style)
        html.open("main")
        html.element("h1", ["class": "title"], "Rosters")
    }

    mutating func begin(_ heading: Roster.Heading) {
        Roster.open(heading, "h2", of: practice, in: &html)
        hasMembers = false
    }

    mutating func write(_ member: Roster.Member, _ heading: Roster.Heading) {
        member.write(to: &html, heading)
        hasMembers = true
    }

    mutating func end(_ heading: Roster.Heading) { Roster.close(heading, hasMembers: hasMembers, in: &html) }

    mutating func take() -> [UInt8] { html.take() }

    /// The hash stands in the page, and is of all that stands before it.
    mutating func end(on day: Day, _ body: inout BodyWriter) async throws {
        Roster.beginFooter(on: day, view, in: &html)
        try await body.write(html.take())
        Roster.endFooter(hash: body.seal(), in: &html)
        try await body.write(html.take())
    }
}
