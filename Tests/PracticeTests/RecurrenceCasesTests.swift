import Crypto
import Foundation
import JSON
import Practice
import Testing

/// Ten thousand random rules over ten years each, and three thousand in other words, as python-dateutil reads them.
/// `Recurrences/generate.py` made the cases and says how.
@Suite struct RecurrenceCasesTests {
    @Test func `ten thousand rules come when an independent library says`() throws {
        let cases = try Self.cases()
        #expect(cases.count == 10_000)
        for line in cases {
            let rule = try line.rule()
            let end = line.first.adding(days: 3652)
            let days = Array(rule.days(from: line.first).prefix { $0.day < end })
            try #require(days.count == line.count, "\(line.text)")
            try #require(line.hash(of: days) == line.digest, "\(line.text)")
            try #require(days.map(\.number) == Array(1...days.count), "\(line.text)")
        }
    }

    @Test func `of rules in other words each that is taken comes when the library says, and no other is taken`() throws
    {
        let cases = try Self.cases("meanings")
        #expect(cases.count == 3_000)
        var taken = 0
        for line in cases {
            let rule: Recurrence
            do {
                rule = try line.rule()
            } catch let refused as FieldFaults {
                let codes = Set(refused.faults.map(\.code))
                #expect(codes.isSubset(of: ["unsupported", "no_occurrence", "before_start"]), "\(line.text)")
                continue
            }
            taken += 1
            let end = line.first.adding(days: 3652)
            let days = Array(rule.days(from: line.first).prefix { $0.day < end })
            try #require(days.count == line.count, "\(line.text) \(line.first)")
            try #require(days.isEmpty || line.hash(of: days) == line.digest, "\(line.text) \(line.first)")
            try #require(
                try Recurrence(rrule: rule.rrule, startsOn: rule.startsOn, dueTime: line.time, in: line.zone) == rule,
                "\(line.text) \(line.first)")
        }
        #expect(taken == 2_199)
    }

    @Test func `a rule has the same days and numbers wherever one begins to look`() throws {
        for line in try Self.cases() {
            let rule = try line.rule()
            let all = Array(rule.days(from: .first).prefix(200))
            for skipped in [1, all.count / 2, all.count - 1] where skipped > 0 {
                var later = rule.days(from: all[skipped - 1].day.adding(days: 1))
                try #require(later.next() == (skipped < all.count ? all[skipped] : nil), "\(line.text) \(skipped)")
            }
            if all.count < 200, let last = all.last {
                try #require(rule.isOver(after: last.day), "\(line.text)")
            }
        }
    }

    @Test func `what is written as an RRULE is read back as the same rule`() throws {
        for line in try Self.cases() {
            let rule = try line.rule()
            let again = try Recurrence(
                rrule: rule.rrule, startsOn: rule.startsOn, dueTime: line.time, in: line.zone)
            try #require(again == rule, "\(line.text)")
        }
    }

    private static func cases(_ name: String = "cases") throws -> [Case] {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "txt"))
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { try Case($0) }
    }
}

private struct Case {
    let text: Substring
    let first: Day
    let time: LocalTime
    let zone: TimeZoneID
    let count: Int
    let digest: Substring

    init(_ line: Substring) throws {
        let words = line.split(separator: " ")
        try #require(words.count == 6)
        text = words[0]
        first = try #require(Day(words[1]))
        time = try #require(LocalTime(words[2]))
        zone = try #require(TimeZoneID(words[3]))
        count = try #require(Int(words[4]))
        digest = words[5]
    }

    func rule() throws -> Recurrence {
        try Recurrence(rrule: text, startsOn: first, dueTime: time, in: zone)
    }

    func hash(of days: [Recurrence.Occurrence]) -> String {
        var text: [UInt8] = []
        for (place, occurrence) in days.enumerated() {
            if place > 0 { text.append(UInt8(ascii: "\n")) }
            zone.instant(on: occurrence.day, at: time).append(to: &text)
        }
        return SHA256.hash(data: text).prefix(8)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
