import JSON
import Practice
import Testing
import TestSupport

/// Deaths of two people that become known, are corrected and taken back in any order, while what was said of their couple
/// and of a guardianship changes: the spans are always what was said, up to the first death that stands (decision 0051).
@Suite struct SpanHistoryTests {
    @Test(arguments: 1...UInt64(40))
    func `a span is what was said of it, up to the first death that stands`(number: UInt64) async throws {
        try await withWorld { (world: World) async throws in
            var history = try await SpanHistory(number, in: world)
            for step in 1...24 {
                let said = history.step()
                let answer = try await history.send(said)
                #expect(answer.status < 300, "History \(number), step \(step), \(said): \(answer.text)")
                let (found, expected) = (try await history.found(), history.expected)
                try #require(found == expected, "History \(number), step \(step), \(said): \(history.told)")
            }
        }
    }
}

/// The client and the partner are a couple, and the partner guards a minor.
private struct SpanHistory {
    enum Step {
        case died(Int, Day?)
        case coupleBegins(Day)
        case coupleEnds(Day?)
        case guardianshipLasts(until: Day?)
        case guardianshipEnds
    }

    /// From when, until when it was said to last, and between whom of the three it is.
    struct Said: Equatable {
        var from: Day
        var until: Day?
        let people: [Int]
    }

    private let world: World
    private let people: [Person]
    private let paths: [String]
    private var random: SplitMix
    private var deaths: [Day?] = [nil, nil, nil]
    private var said: [Said]
    /// Whether somebody has ended the guardianship: nobody says anything of it after that.
    private var isEnded = false
    private(set) var told: [Step] = []

    init(_ number: UInt64, in world: World) async throws {
        let house = world.mesa
        self.world = world
        random = SplitMix(state: number)
        people = [house.client, house.partner, house.minor]
        let made = try await world.request(
            .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.owner,
            json: [
                "guardian": ["name": "Pat Drew", "accountId": .text("\(house.partner.accountID)")],
                "scopes": ["schedule"], "from": "2025-12-20",
            ])
        paths = ["/v1/couples/\(house.couple)", try #require(made.headers["location"], "\(made.text)")]
        let couple = try await world.request(.get, paths[0], as: house.intake)
        let from = try #require(couple["from"].text.flatMap(Day.init))
        let guarded = try #require(Day("2025-12-20"))
        said = [Said(from: from, people: [0, 1]), Said(from: guarded, people: [1, 2])]
    }

    /// The first and the last day of both, as they are to be.
    var expected: [[Day?]] {
        said.map { said in
            let ends = ([said.until] + said.people.map { deaths[$0] }).compactMap(\.self)
            return [said.from, ends.min().map { max($0, said.from) }]
        }
    }

    /// What somebody says next, of what the API takes.
    mutating func step() -> Step {
        let (today, shown, guarded) = (Day(daysSince1970: 20_458), expected[0], expected[1])
        let day = today.adding(days: -Int.random(in: 0...40, using: &random))
        let ahead = day.adding(days: 50)
        let whose = Int.random(in: 0...2, using: &random)
        let next: Step
        switch Int.random(in: 0...11, using: &random) {
        case 0 where day <= shown[1] ?? today: next = .coupleBegins(day)
        case 1 where day >= said[0].from && day <= deaths[0...1].compactMap(\.self).min() ?? today:
            next = .coupleEnds(day)
        case 10 where shown[1] == nil: next = .coupleBegins(ahead)
        case 11 where !isEnded && guarded[1].map({ $0 > today }) ?? true:
            next = .guardianshipLasts(
                until: [nil, ahead, max(day, said[1].from.adding(days: 1))].randomElement(using: &random) ?? nil)
        case 2: next = .coupleEnds(nil)
        case 3 where Int.random(in: 0...3, using: &random) == 0: next = .guardianshipEnds
        case 4, 5: next = .died(whose, nil)
        default: next = .died(whose, day)
        }
        apply(next, shown, today)
        told.append(next)
        return next
    }

    private mutating func apply(_ step: Step, _ shown: [Day?], _ today: Day) {
        switch step {
        case .died(let whose, let day): deaths[whose] = day
        case .coupleBegins(let day): said[0].from = day
        // Of what has ended already, no day says nothing new.
        case .coupleEnds(let day): if shown[1] == nil || day != nil { said[0].until = day ?? today }
        case .guardianshipLasts(let day): said[1].until = day
        case .guardianshipEnds: (isEnded, said[1].until) = (true, [said[1].until, today].compactMap(\.self).min())
        }
    }

    func send(_ step: Step) async throws -> TestAnswer {
        let intake = world.mesa.intake
        try await world.advance(by: .seconds(1))
        func seen(_ path: String) async throws -> Int? { try await world.request(.get, path, as: intake).version }
        switch step {
        case .died(let whose, let day):
            return try await world.change(people[whose], ["diedOn": day.map { .text("\($0)") } ?? .null], as: intake)
        case .coupleBegins(let day):
            let version = try await seen(paths[0])
            return try await world.request(
                .patch, paths[0], as: intake, json: ["from": .text("\(day)")], ifMatch: version)
        case .coupleEnds(let day):
            let version = try await seen(paths[0])
            return try await world.request(
                .put, paths[0] + "/ending", as: intake, json: day.map { ["endedOn": .text("\($0)")] } ?? [:],
                ifMatch: version)
        case .guardianshipLasts(let day):
            let version = try await seen(paths[1])
            return try await world.request(
                .patch, paths[1], as: intake, json: ["until": day.map { .text("\($0)") } ?? .null], ifMatch: version)
        case .guardianshipEnds:
            let version = try await seen(paths[1])
            return try await world.request(.delete, paths[1], as: intake, ifMatch: version)
        }
    }

    func found() async throws -> [[Day?]] {
        var found: [[Day?]] = []
        for path in paths {
            let thing = try await world.request(.get, path, as: world.mesa.intake)
            found.append(["from", "until"].map { thing[$0].text.flatMap(Day.init) })
        }
        return found
    }
}
