import Foundation
import TestSupport
import Testing

/// A rule that the database judges is a word of SQL (decision 0052): its body stands in one file, and statements name it.
@Suite struct WordTests {
    @Test(arguments: Word.all)
    func `the body of a word stands in one place`(word: Word) throws {
        let found = try Self.texts().filter { try $0.text.contains(word.body) }.map(\.path)
        #expect(found.contains(word.home), "\(word.name): what is looked for is not the body any more")
        #expect(Set(found).subtracting([word.home]).sorted() == word.exceptions.keys.sorted(), "\(word.name)")
    }

    /// Words that are read from a row are `PostgresWord`s, which throw at one that is not there.
    @Test(arguments: [
        #"rawValue: *try [a-z]+\.next"#, #"rawValue:[^\n]*\) *\?\?"#,
        #"\.next\([^()]*\)\)?(\?? *\?\? *\[\]\))?\.(compactMap|flatMap)\( *[A-Z][A-Za-z.]*\.init *\)"#,
        #"switch try [a-z]+\.next\("#,
    ])
    func `no word of the database becomes another`(pattern: String) throws {
        let regex = try Regex(pattern)
        let found = try Source.all(in: "Sources", ending: ".swift").filter { $0.text.contains(regex) }.map(\.path)
        #expect(found == [])
    }

    @Test(arguments: [
        (#"rawValue: *try [a-z]+\.next"#, "let state = State(rawValue: try row.next()) ?? .received"),
        (#"rawValue:[^\n]*\) *\?\?"#, "let state = State(rawValue: text) ?? .received"),
        (
            #"\.next\([^()]*\)\)?(\?? *\?\? *\[\]\))?\.(compactMap|flatMap)\( *[A-Z][A-Za-z.]*\.init *\)"#,
            "try row.next([String].self).compactMap(Client.Channel.init)"
        ),
        (
            #"\.next\([^()]*\)\)?(\?? *\?\? *\[\]\))?\.(compactMap|flatMap)\( *[A-Z][A-Za-z.]*\.init *\)"#,
            "(try row.next([String]?.self) ?? []).compactMap(SafeTimes.Span.init)"
        ),
    ])
    func `what is looked for would be found`(pattern: String, text: String) throws {
        #expect(text.contains(try Regex(pattern)))
    }

    /// All routines and all of Swift, without comments, each blank and line break one blank.
    private static func texts() throws -> [(path: String, text: String)] {
        let sources =
            try Source.all(in: "Migrations/routines", ending: ".sql") + Source.all(in: "Sources", ending: ".swift")
        return sources.map { source in
            let code = source.path.hasSuffix(".sql") ? source.text.replacing(/--[^\n]*/, with: "") : source.text
            return (source.path, code.replacing(/\s+/, with: " "))
        }
    }
}

/// A word, the file of its body, and what its body is known by.
struct Word: Sendable, CustomTestStringConvertible {
    let name: String
    let home: String
    /// In the text without comments and line breaks.
    let pattern: String
    /// Files that say it all the same, and why.
    var exceptions: [String: String] = [:]

    var testDescription: String { name }
    var body: Regex<AnyRegexOutput> {
        get throws { try Regex(pattern) }
    }

    private init(_ name: String, in home: String, _ pattern: String, except exceptions: [String: String] = [:]) {
        self.name = name
        self.home = "Migrations/routines/" + home
        self.pattern = pattern
        self.exceptions = exceptions
    }

    static let all = people + seats + homework + inquiries

    private static let people = [
        Word("comes of age", in: "words.sql", #"18 years|\b18 \* interval"#),
        Word("age on a day", in: "words.sql", #"from age\("#),
        Word("consent ends on", in: "consents/words.sql", #"by_guardians (then|and (not )?(\w+\.)?(is_under|comes))"#),
        Word(
            "is staff", in: "access/settings.sql",
            #"'\{(client,guardian|guardian,client)\}'|\('client', 'guardian'\)|\('guardian', 'client'\)"#),
    ]

    private static let seats = [
        Word(
            "has a seat", in: "enrollment/words.sql", #"in \(([^()]*, )?'(active', 'paused|paused', 'active)'"#),
        Word("an enrollment has ended", in: "enrollment/words.sql", #"in \('completed', 'withdrawn', 'transferred'\)"#),
        Word(
            "an offer stands", in: "enrollment/offers.sql",
            #"offer_expires_at (>|<)|coalesce\(expires_at > at, true\)"#),
        Word(
            "takes a seat", in: "enrollment/offers.sql",
            #"has_seat\((\w+\.)?status\) or \(?(\w+\.)?status = 'offered'"#),
        Word("has a seat or an offer", in: "enrollment/words.sql", #"= 'offered' or (public\.)?has_seat"#),
        Word("what may follow in an enrollment", in: "enrollment/lines.sql", #"when 'paused' then next in"#),
        Word("an offer ends", in: "enrollment/offers.sql", #"make_interval\(days => (\w+\.)?(offer_)?days\)"#),
        Word("first meeting on", in: "groups/days.sql", #"min\(\(\w+\.starts_at at time zone"#),
    ]

    private static let homework = [
        Word("late from", in: "homework/lateness.sql", #"coalesce\((\w+\.)?late_at, (\w+\.)?due_at\)"#),
        Word(
            "first handed in", in: "homework/lateness.sql",
            #"coalesce\((\w+\.)?first_submitted_at, (\w+\.)?submitted_at"#),
        Word(
            "outstanding", in: "homework/words.sql", #"in \('assigned', 'draft', 'returned'\)"#),
        Word("done", in: "homework/words.sql", #"in \('(submitted', 'reviewed|reviewed', 'submitted)'\)"#),
        Word("untouched", in: "homework/words.sql", #"state = 'assigned' and (\w+\.)?submissions = 0"#),
        Word("closed", in: "homework/lateness.sql", #"state <> 'returned' and"#),
        Word(
            "what may follow in homework", in: "homework/steps.sql",
            #"then '(already_(submitted|reviewed|returned)|not_submitted)'|= 'withdrawn' then 'withdrawn'"#),
        Word(
            "a key is turned", in: "access/relations.sql", #"shared_at is not null"#,
            except: [
                "Sources/Features/Homework/Doing/HomeworkDoing+SQL.swift":
                    "Turning a key asks whether this one is turned already, in whatever state the piece is."
            ]),
        Word(
            "both keys are turned", in: "access/relations.sql",
            #"key_is_turned\(\w+\) and (access\.)?key_is_turned\(\w+\)"#),
    ]

    private static let inquiries = [
        Word("an inquiry waits", in: "intake/words.sql", #"in \('received', 'screening', 'offered', 'waitlisted'\)"#),
        Word("what may follow in an inquiry", in: "intake/words.sql", #"when 'screening' then (next|new\.state) in"#),
    ]
}
