import JSON
import Postgres
import Practice
import WebAPI

/// The rosters of groups.
struct RosterRoutes: RouteGroup {
    var routes: [Route] {
        [
            // Today's roster is of those who have a seat today, and so is its scope; that of another day goes by a door
            // whose scope is whoever had a seat on any day.
            .get(
                "/v1/groups/{groupId}/roster", "roster.read", of: .group("groupId"), or: .groupHistory("groupId"),
                whenAsked: ["asOf", "knownAt"], read
            ).offering(.json, .csv, .html),
            .get("/v1/rosters", "roster.read", of: .practice, list).offering(.json, .csv, .html),
        ]
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        let view = try call.query { query in Roster.View(&query, at: call.now) }
        let group = call.id("groupId", of: Group.self)
        let form = call.representation
        let (heading, members, practice) = try await call.run(
            Roster.heading(of: group, in: call.practiceID, view),
            Roster.members(.group(group), in: call.practiceID, view),
            Roster.practiceName(for: form, in: call.practiceID))
        let roster = Roster(heading: heading, members: members)
        var hash = Roster.hash(form, "roster", of: group.description, on: heading.day, view)
        let answer: Answer =
            switch form {
            case .csv: .csv(roster.csv, named: "roster-\(heading.day).csv", hashedInto: &hash)
            case .html: roster.page(view, of: practice, hashedInto: &hash)
            default: roster.json(view, hashedInto: &hash)
            }
        return call.answer(answer, hash: hash.text)
    }

    @Sendable private func list(_ call: Call) async throws -> Answer {
        let form = call.representation
        let asked = try call.query { query in
            Rosters(
                program: query.optional("programId", .criterion(Program.self)), view: Roster.View(&query, at: call.now),
                page: form == .json ? query.page() : Page())
        }
        switch form {
        case .csv: return try await asked.stream(as: form, call) { _ in RosterTable() }
        case .html: return try await asked.stream(as: form, call) { RosterPage(asked.view, of: $0) }
        default: return try await asked.page(call)
        }
    }
}

/// What is asked of all groups.
private struct Rosters: Sendable {
    let program: ID<Program>?
    let view: Roster.View
    let page: Page

    /// One page of groups, each with its whole roster.
    func page(_ call: Call) async throws -> Answer {
        let place = try Roster.Place(page)
        let (day, headings, members) = try await call.run(
            Roster.day(in: call.practiceID, view), Roster.headings(of: program, place, in: call.practiceID, view),
            Roster.members(.groups(program: program, place), in: call.practiceID, view))
        let rosters = Roster.gathered(headings, members)
        let next = call.next(page, rosters) { PageKey($0.heading.programName, $0.heading.name, $0.heading.groupID) }
        var hash = hash(.json, on: day)
        let answer = Answer.json { json in
            json.member("asOf", day)
            json.member("knownAt", view.knownAt)
            json.array("items", rosters.prefix(page.limit).map { ListedRoster(roster: $0, day: day) })
            json.member("next", next)
            hash.update(json.bytes)
            json.member("hash", hash.text)
        }
        return call.answer(answer, hash: hash.text)
    }

    /// All groups, written while they come.
    func stream(
        as representation: Representation, _ call: Call, _ make: (_ practiceName: String) -> some RosterForm
    ) async throws -> Answer {
        let practice = call.practiceID
        let (open, day, headings, name) = try await call.open(
            Roster.day(in: practice, view), Roster.headings(of: program, .all, in: practice, view),
            Roster.practiceName(for: representation, in: practice))
        let form = make(name)
        let isOfEverything = open.principal.relation == "any" && program == nil
        let members = Roster.members(
            isOfEverything ? .everything : .groups(program: program, .all), in: practice, view)
        return open.answer(form.fields(on: day), hash: hash(representation, on: day)) { body, transaction in
            var sheets = RosterSheets(headings, form)
            if isOfEverything { try await Roster.plan(in: transaction) }
            for try await member in try await transaction.stream(members) {
                try sheets.write(member)
                if sheets.form.count >= BodyWriter.pieceSize { try await body.write(sheets.form.take()) }
            }
            sheets.end()
            try await sheets.form.end(on: day, &body)
        }
    }

    private func hash(_ form: Representation, on day: Day) -> QueryHash {
        Roster.hash(form, "rosters", of: program?.description ?? "", on: day, view)
    }
}

extension Roster.View {
    fileprivate init(_ query: inout QueryReader, at now: Instant) {
        self.init(asOf: query.optional("asOf", .day(.plans)), knownAt: query.optional("knownAt", .instant), now: now)
        if let knownAt, knownAt > now {
            query.fault(
                "knownAt", "in_the_future", "What will be known is not known yet: this must not lie in the future.")
        }
    }
}

extension Answer {
    fileprivate static func csv(_ table: CSV, named name: String, hashedInto hash: inout QueryHash) -> Answer {
        let answer = csv(table, named: name)
        hash.update(answer.body)
        return answer
    }
}

extension Roster {
    fileprivate func json(_ view: View, hashedInto hash: inout QueryHash) -> Answer {
        .json { json in
            writeMembers(to: &json)
            json.member("asOf", heading.day)
            json.member("knownAt", view.knownAt)
            writeSeats(to: &json)
            hash.update(json.bytes)
            json.member("hash", hash.text)
        }
    }

    fileprivate func page(_ view: View, of practice: String, hashedInto hash: inout QueryHash) -> Answer {
        var html = HTML()
        html.begin(title: heading.name, style: Self.style)
        html.open("main")
        Self.open(heading, "h1", of: practice, in: &html)
        for member in members { member.write(to: &html, heading) }
        Self.close(heading, hasMembers: !members.isEmpty, in: &html)
        Self.beginFooter(on: heading.day, view, in: &html)
        hash.update(html.bytes)
        Self.endFooter(hash: hash.text, in: &html)
        return .html(html, style: Self.style)
    }
}
