import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

@Suite struct ImportFollowingTests {
    @Test func `a record out of use is an inactive chart, and a later file's change of it is followed`() async throws {
        try await ImportUnderTest.with { it in
            let (used, unused) = (person("1", "Ines", "Orr"), person("1", "Ines", "Orr", #""active":false"#))
            try await it.take(unused)
            #expect(try await it.charts() == ["Orr, Ines 1990-01-02 inactive"])
            #expect(try await it.take(unused).unchanged == 1)
            #expect(try await it.take(used).changed == 1)
            #expect(try await it.charts() == ["Orr, Ines 1990-01-02 active"])
            #expect(try await it.take(unused).changed == 1)
            // What somebody decides since is not undone by a file that says what it said before.
            try await it.change("update clients set status = 'active', version = version + 1")
            #expect(try await it.take(unused).unchanged == 1)
            #expect(try await it.charts() == ["Orr, Ines 1990-01-02 active"])
        }
    }

    @Test func `a death of the practice's tomorrow is refused with its line, though it is today elsewhere`()
        async throws
    {
        try await ImportUnderTest.with { it in
            // In Phoenix it is the evening of the 5th, and in Greenwich the 6th.
            let evening = Surroundings.counted(clock: TestClock(try #require(Instant("2026-01-06T03:00:00Z"))))
            let hands = Operator(client: it.hands.client, keys: it.hands.keys, surroundings: evening)
            let then = ImportUnderTest(hands: hands, practice: it.practice, superuser: it.superuser)
            let lines = [
                person("1", "Ann", "Lee", #""deceasedDateTime":"2026-01-05""#),
                person("2", "Bea", "Orr", #""deceasedDateTime":"2026-01-06""#),
            ]
            let report = try await then.take(lines.joined(separator: "\n"), keepsGood: true)
            #expect(report.added == 1 && report.bad.map(\.line) == [2], "\(report.bad)")
            #expect(try await it.charts() == ["Lee, Ann 1990-01-02 deceased"])
        }
    }

    @Test func `what stays open of somebody who is in care no more is told in the report and to the desk`() async throws
    {
        try await ImportUnderTest.with { it in
            let (ann, bea) = (person("1", "Ann", "Lee"), person("2", "Bea", "Orr", born: "1961-05-06"))
            try await it.take(ann + "\n" + bea)
            try await it.change(
                """
                insert into appointments (practice_id, appointment_id, kind, client_id, starts_at, minutes)
                select practice_id, gen_random_uuid(), 'individual', client_id, now() + interval '1 day', 50
                from clients where given_name = 'Ann'
                """)
            func gone(_ line: String) -> String { String(line.dropLast()) + #","active":false}"# }
            let report = try await it.take(gone(ann) + "\n" + gone(bea))
            #expect(report.counts == "0 new, 0 linked, 2 changed, 0 unchanged, 0 refused")
            #expect(
                report.warnings.map { "\($0.line) \($0.reason)" } == [
                    "1 its chart is inactive now, and still open: appointments"
                ])
            #expect(
                report.notes.last
                    == "One chart is inactive now with something still open, which a file cannot end: see GET /v1/tasks."
            )
            #expect(
                try await it.rows("select given_name || ' ' || kind from tasks join clients using (client_id)") == [
                    "Ann closed_with_open_things"
                ])
            #expect(try await it.rows("select 'open' from appointments where cancelled_at is null") == ["open"])
            // To say it again tells nobody again; that it was otherwise ends the question.
            let again = try await it.take(gone(ann) + "\n" + gone(bea))
            #expect(again.unchanged == 2 && again.warnings.isEmpty && again.leftOpen == 0)
            #expect(try await it.take(ann + "\n" + bea).changed == 2)
            #expect(try await it.rows("select kind from tasks where done_at is null") == [])
        }
    }

    @Test func `a record that another replaces closes its chart, and what is open is told`() async throws {
        try await ImportUnderTest.with { it in
            let (anton, rex) = (person("1", "Anton", "Alpha", born: "1950-05-05"), person("6", "Rex", "Two"))
            try await it.take([anton, rex].joined(separator: "\n"))
            try await it.change(
                """
                insert into appointments (practice_id, appointment_id, kind, client_id, starts_at, minutes)
                select practice_id, gen_random_uuid(), 'individual', client_id, now() + interval '1 day', 50
                from clients where given_name = 'Rex'
                """)
            let replacing = person(
                "1", "Anton", "Alpha", born: "1950-05-05",
                #""link":[{"other":{"reference":"Patient/6"},"type":"replaces"}]"#)
            #expect(try await it.take(replacing).leftOpen == 1)
            #expect(try await it.charts().contains("Two, Rex 1990-01-02 inactive"))
            #expect(try await it.rows("select kind from tasks") == ["closed_with_open_things"])
        }
    }

    @Test func `a death is followed, and so is that it was none`() async throws {
        try await ImportUnderTest.with { it in
            let dead = person("1", "Ann", "Lee", #""deceasedDateTime":"2020-03-04""#)
            try await it.take(person("1", "Ann", "Lee"))
            #expect(try await it.take(dead).changed == 1)
            #expect(try await it.rows("select status || ' ' || died_on from clients") == ["deceased 2020-03-04"])
            #expect(try await it.take(person("1", "Ann", "Lee")).unchanged == 1)
            #expect(try await it.take(person("1", "Ann", "Lee", #""deceasedBoolean":false"#)).changed == 1)
            #expect(
                try await it.rows("select status || ' ' || coalesce(died_on::text, 'lives') from clients") == [
                    "active lives"
                ])
        }
    }

    @Test func `what the record says otherwise is followed where the chart still says it`() async throws {
        try await ImportUnderTest.with { it in
            try await it.take(person("1", "Wilma", "Former", born: "1985", #""gender":"female""#))
            let married = person(
                "1", "Wilma", "Present", born: "1985-04-04", #""maritalStatus":{"coding":[{"code":"M"}]}"#)
            #expect(try await it.take(married).changed == 1)
            #expect(try await it.charts() == ["Present, Wilma 1985-04-04 active"])
            #expect(try await it.found("Former") == ["Present, Wilma"])
            #expect(try await it.take(married).unchanged == 1)
            try await it.change(
                "update clients set family_name = 'Own', marital_status = 'widowed', version = version + 1")
            let again = person("1", "Wilma", "Third", born: "1985-04-04", #""maritalStatus":{"coding":[{"code":"D"}]}"#)
            #expect(try await it.take(again).bad.isEmpty)
            #expect(try await it.rows("select family_name || ' ' || marital_status from clients") == ["Own widowed"])
        }
    }

    @Test(arguments: [true, false])
    func `a record that another replaces is a name of that one's chart, in whatever order they come`(
        isFirst: Bool
    ) async throws {
        try await ImportUnderTest.with { it in
            let rex = person(
                "6", "Rex", "Replaced", born: "1970-07-07",
                #""link":[{"other":{"reference":"Patient/7"},"type":"replaced-by"}],"# + number("R-6"))
            let ray = person(
                "7", "Ray", "Between", #""link":[{"other":{"reference":"Patient/1"},"type":"replaced-by"}]"#)
            let anton = person("1", "Anton", "Alpha", born: "1950-05-05")
            let file = (isFirst ? [rex, ray, anton] : [anton, ray, rex]).joined(separator: "\n")
            let first = try await it.take(file)
            #expect(first.counts == "1 new, 2 linked, 0 changed, 0 unchanged, 0 refused")
            #expect(try await it.charts() == ["Alpha, Anton 1950-05-05 active"])
            #expect(try await it.found("replaced") == ["Alpha, Anton"])
            #expect(try await it.found("Between") == ["Alpha, Anton"])
            #expect(try await it.rows("select value from client_identifiers order by 1") == ["1", "6", "7", "R-6"])
            #expect(try await it.take(file).counts == "0 new, 0 linked, 0 changed, 3 unchanged, 0 refused")
        }
    }

    @Test func `a record that has a chart and is replaced is out of use, and the two are proposed`() async throws {
        try await ImportUnderTest.with { it in
            let (anton, rex) = (person("1", "Anton", "Alpha", born: "1950-05-05"), person("6", "Rex", "Two"))
            try await it.take([anton, rex].joined(separator: "\n"))
            // Said by the one that replaces, in a file without the other.
            let replacing = person(
                "1", "Anton", "Alpha", born: "1950-05-05",
                #""link":[{"other":{"reference":"Patient/6"},"type":"replaces"}]"#)
            #expect(try await it.take(replacing).changed == 1)
            #expect(try await it.charts() == ["Alpha, Anton 1950-05-05 active", "Two, Rex 1990-01-02 inactive"])
            #expect(try await it.rows("select array_to_string(reasons, '+') from possible_duplicates") == ["link"])
            try await it.change("update clients set status = 'active', version = version + 1 where family_name = 'Two'")
            #expect(try await it.take(replacing).unchanged == 1)
            #expect(try await it.charts().contains("Two, Rex 1990-01-02 active"))
            // Said by the one that is replaced.
            let replaced = person(
                "6", "Rex", "Two", #""link":[{"other":{"reference":"Patient/1"},"type":"replaced-by"}]"#)
            #expect(try await it.take(replaced).changed == 1)
            #expect(try await it.charts().contains("Two, Rex 1990-01-02 inactive"))
        }
    }

    @Test func `circles are refused, and who is replaced by a stranger has an inactive chart`() async throws {
        try await ImportUnderTest.with { it in
            func replaced(_ id: String, by other: String) -> String {
                person(id, "Ann", "No\(id)", #""link":[{"other":{"reference":"\#(other)"},"type":"replaced-by"}]"#)
            }
            let circle = [
                replaced("1", by: "Patient/2"), replaced("2", by: "Patient/1"), replaced("3", by: "Patient/3"),
            ]
            let refused = try await it.take(circle.joined(separator: "\n"))
            #expect(refused.bad.map(\.line) == [1, 2, 3])
            #expect(Set(refused.bad.map(\.reason)) == ["link leads in a circle of records"])
            let file = [replaced("4", by: "Patient/99"), replaced("5", by: "http://x.example/Patient/4")]
            let lost = try await it.take(file.joined(separator: "\n"))
            #expect(lost.added == 2 && lost.warnings.map(\.line) == [1, 2])
            #expect(try await it.charts() == ["No4, Ann 1990-01-02 inactive", "No5, Ann 1990-01-02 inactive"])
        }
    }

    @Test func `records that refer to each other are kept apart, and proposed as one person's`() async throws {
        try await ImportUnderTest.with { it in
            let file = [
                person("1", "Ann", "Lee", #""link":[{"other":{"reference":"Patient/2"},"type":"seealso"}]"#),
                person("2", "Zoe", "Fox", born: "1960-01-01"),
                person(
                    "3", "Max", "Orr", born: "1970-01-01",
                    #""link":[{"other":{"reference":"RelatedPerson/2"},"type":"refer"}]"#),
            ]
            #expect(try await it.take(file.joined(separator: "\n")).added == 3)
            #expect(try await it.rows("select array_to_string(reasons, '+') from possible_duplicates") == ["link"])
            #expect(
                try await it.rows("select said ->> 'links' from client_identifiers where value = '1'")
                    == [#"[{"type": "seealso", "other": "2"}]"#])
            try await it.change("update possible_duplicates set distinct_at = now()")
            #expect(try await it.take(file.joined(separator: "\n")).unchanged == 3)
            #expect(
                try await it.rows("select 'apart' from possible_duplicates where distinct_at is not null") == ["apart"])
        }
    }

    @Test func `a modifier that nobody knows refuses the line, and nobody's care ends by another system's record`()
        async throws
    {
        try await ImportUnderTest.with { it in
            let modified = person("1", "Mo", "Fied", #""modifierExtension":[{"url":"urn:x","valueBoolean":true}]"#)
            let report = try await it.take(person("2", "Ann", "Lee") + "\n" + modified, keepsGood: true)
            #expect(report.added == 1 && report.bad.map(\.line) == [2])
            #expect(report.bad.first?.reason == "modifierExtension is not known here, and must not be passed over")
            let phone = #""telecom":[{"system":"phone","value":"480-555-0101"}]"#
            try await it.take(person("3", "Cy", "Fox", phone), from: "one")
            try await it.change("update clients set created_at = created_at - interval '1 hour'")
            let linked = try await it.take(person("9", "Cy", "Fox", #""active":false,"# + phone), from: "two")
            #expect(linked.linked == 1)
            #expect(try await it.charts().contains("Fox, Cy 1990-01-02 active"))
        }
    }

    @Test func `records whose charts were merged stay that chart's, and one that goes out of use ends no care`()
        async throws
    {
        try await ImportUnderTest.with { it in
            let (one, two) = (
                person("1", "Ann", "Lee", born: "1990-01-02"), person("2", "Bea", "Orr", born: "1961-05-06")
            )
            #expect(try await it.take(one + "\n" + two).added == 2)
            // What a merge does, as far as an import sees it: the numbers are the survivor's, and so is the name.
            try await it.change(
                """
                update client_identifiers set client_id = (select client_id from clients where given_name = 'Ann')
                """)
            try await it.change(
                "delete from client_contacts where client_id = (select client_id from clients where given_name = 'Bea')"
            )
            try await it.change("delete from clients where given_name = 'Bea'")
            #expect(try await it.take(one + "\n" + two).unchanged == 2)
            let gone = two.dropLast() + #","active":false}"#
            #expect(try await it.take(one + "\n" + gone).bad.isEmpty)
            #expect(try await it.charts() == ["Lee, Ann 1990-01-02 active"])
            let both = String(one.dropLast()) + #","active":false}"# + "\n" + gone
            #expect(try await it.take(both).bad.isEmpty)
            #expect(try await it.charts() == ["Lee, Ann 1990-01-02 inactive"])
        }
    }

    @Test func `a change is followed where the chart says what the record said, and undoes nothing decided since`()
        async throws
    {
        try await ImportUnderTest.with { it in
            func line(_ id: String, _ name: String, _ more: String, _ marital: String = "M") -> String {
                person(id, name, "Lee\(id)", more + #""maritalStatus":{"coding":[{"code":"\#(marital)"}]}"#)
            }
            let dead = #""deceasedBoolean":true,"#
            let used = #""active":true,"#
            try await it.take(
                [line("1", "Ann", ""), line("2", "Bea", dead), line("3", "Cy", used)].joined(separator: "\n"))
            #expect(
                try await it.rows("select given_name || ' ' || status || ' ' || marital_status from clients order by 1")
                    == ["Ann active married", "Bea deceased married", "Cy active married"])
            // She lives, and he has left: a record that says of this what it said before is followed in the rest alone.
            try await it.change(
                "update clients set status = 'active', died_on = null, version = version + 1 where given_name = 'Bea'")
            try await it.change(
                "update clients set status = 'inactive', version = version + 1 where given_name = 'Cy'")
            let next = [line("1", "Ann", "", "D"), line("2", "Bea", dead, "D"), line("3", "Cy", used, "D")]
            #expect(try await it.take(next.joined(separator: "\n")).changed == 3)
            #expect(
                try await it.rows("select given_name || ' ' || status || ' ' || marital_status from clients order by 1")
                    == ["Ann active divorced", "Bea active divorced", "Cy inactive divorced"])
        }
    }
}
