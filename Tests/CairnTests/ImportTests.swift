import Foundation
import Postgres
import Practice
import TestSupport
import Testing

@testable import Cairn

@Suite struct ImportTests {
    private func line(
        _ id: String, _ given: String, _ family: String, born: String = "1990-01-02", phone: String? = nil,
        number: (String, String)? = nil, more: String = ""
    ) -> String {
        let telecom = phone.map { #","telecom":[{"system":"phone","value":"\#($0)"}]"# } ?? ""
        let identifier =
            number.map {
                #","identifier":[{"type":{"coding":[{"code":"MR"}]},"system":"\#($0.0)","value":"\#($0.1)"}]"#
            } ?? ""
        return #"{"resourceType":"Patient","id":"\#(id)","name":[{"family":"\#(family)","given":["\#(given)"]}],"#
            + #""birthDate":"\#(born)"\#(telecom)\#(identifier)\#(more)}"#
    }

    private func run(
        _ lines: [String], _ hands: Operator, _ practice: ID<Practice>, isTrial: Bool = false
    ) async throws -> ClientImport.Report {
        try await withFile(lines.joined(separator: "\n")) { path in
            try await ClientImport(hands: hands, practice: practice, path: path, keepsGood: false, isTrial: isTrial)
                .run()
        }
    }

    @Test func `who is in the way of an import every time ends it in one sentence, with the lines`() async throws {
        try await withPractice { hands, practice, superuser in
            _ = try await superuser.pipeline(
                Query.run(
                    """
                    create function others_at_once() returns trigger language plpgsql as $$
                    begin raise exception 'could not serialize access' using errcode = '40001'; end $$
                    """),
                Query.run(
                    """
                    create trigger others before insert on clients for each row when (new.family_name = 'Boone')
                        execute function others_at_once()
                    """))
            let lines = [line("1", "Ann", "Abel"), line("2", "Bo", "Boone")]
            let refusal = try await #require(throws: Refusal.self) { _ = try await run(lines, hands, practice) }
            #expect(refusal.description.contains("between line 1 and line 2"), "\(refusal)")
            #expect(refusal.description.contains("Nothing of the file was kept"))
            #expect(!refusal.description.contains("40001") && !refusal.description.contains("PostgresError"))
            let kept = try await superuser.pipeline(Query.row("select count(*) from clients") { try $0.next(Int.self) })
            #expect(kept == 0)
        }
    }

    @Test func `no command shows an error of the database as it is`() {
        let refused = { (state: String, code: String?) in
            PostgresError(.server(.init(sqlState: state, constraint: "clients_pkey", raisedCode: code)))
        }
        let codes: [PostgresError.Code] = [
            .connectionLost(sent: true), .connectionLost(sent: false), .connectionFailed, .poolTimeout, .poolFull,
            .timedOut, .closed, .cancelled, .noRow, .misuse("protocol"),
        ]
        let states = ["40001", "40P01", "55P03", "53300", "53100", "57P01", "28P01", "42501", "23505", "XX000"]
        let errors =
            states.map { refused($0, nil) } + [refused("PC409", "group_full")] + codes.map { PostgresError($0) }
        for error in errors {
            let plain = Refusal.plain(error)
            #expect(plain is Refusal, "\(error)")
            #expect("\(plain)".hasSuffix(".") || "\(plain)".hasSuffix("?"), "\(plain)")
            #expect(!"\(plain)".contains("PostgresError") && !"\(plain)".contains("server("), "\(plain)")
        }
        let other = Refusal("No.")
        #expect(Refusal.plain(other) as? Refusal == other)
    }

    /// A chart that was made by hand, before any import.
    private func chart(
        _ given: String, _ family: String, phone: String, _ practice: ID<Practice>, _ superuser: PostgresClient
    ) async throws -> ID<Client> {
        let id: ID<Client> = Surroundings.live.id()
        let made = Surroundings.live.now() - .seconds(3_600)
        _ = try await superuser.pipeline(
            Query.run(
                """
                insert into clients (practice_id, client_id, given_name, family_name, birth_date, created_at)
                values (\(practice), \(id), \(given), \(family), '1990-01-02', \(made))
                """),
            Query.run(
                """
                insert into client_contacts (practice_id, client_id, phone) values (\(practice), \(id), \(phone))
                """))
        return id
    }

    private func numbers(of id: ID<Client>, _ superuser: PostgresClient) async throws -> [String] {
        try await superuser.pipeline(
            Query.rows("select value from client_identifiers where client_id = \(id) order by 1") { try $0.next() })
    }

    @Test func `who is surely known is linked, who is like somebody gets a chart and is proposed`() async throws {
        try await withPractice { hands, practice, superuser in
            let jose = try await chart("José", "Núñez", phone: "(480) 555-0111", practice, superuser)
            let ann = try await chart("Ann", "Lee", phone: "480-555-0122", practice, superuser)
            let lines = [
                line("1", "Jose", "Nunez", phone: "+1 480 555 0111", number: ("urn:old", "7")),
                line("2", "Anne", "Lee", phone: "480-555-0122"), line("3", "Ann", "Lee"),
                line("4", "Zoe", "Zuber", phone: "480-555-0122"),
            ]
            let trial = try await run(lines, hands, practice, isTrial: true)
            #expect(try await numbers(of: jose, superuser) == [])
            let first = try await run(lines, hands, practice)
            #expect(first.counts == "3 new, 1 linked, 0 changed, 0 unchanged, 0 refused")
            #expect(trial.counts == first.counts && trial.likely == first.likely)
            #expect(try await numbers(of: jose, superuser) == ["1", "7"])
            #expect(try await numbers(of: ann, superuser) == [])
            let pairs = try await superuser.pipeline(
                Query.rows(
                    """
                    select array_to_string(array(select c.given_name from clients c
                        where c.client_id in (d.client_id, d.other_id) order by c.created_at, c.given_name), '+')
                        || ' ' || array_to_string(d.reasons, '+')
                    from possible_duplicates d order by 1
                    """
                ) { try $0.next(String.self) })
            #expect(pairs == ["Ann+Ann birthDate", "Ann+Anne birthDate", "Ann+Anne birthDate+phone"])
            #expect(first.likely == 2)

            let second = try await run(lines, hands, practice)
            #expect(second.counts == "0 new, 0 linked, 0 changed, 4 unchanged, 0 refused" && second.likely == 0)
        }
    }

    @Test func `two who could be meant, or another number of the same system, link nobody`() async throws {
        try await withPractice { hands, practice, superuser in
            let twins = [
                try await chart("Ann", "Lee", phone: "480-555-0122", practice, superuser),
                try await chart("Ann", "Lee", phone: "480-555-0122", practice, superuser),
            ]
            let one = try await chart("Bo", "Ray", phone: "480-555-0133", practice, superuser)
            let report = try await run(
                [
                    line("1", "Ann", "Lee", phone: "480-555-0122"),
                    line("2", "Bo", "Ray", phone: "480-555-0133", number: ("urn:old", "7")),
                    line("3", "Bo", "Ray", phone: "480-555-0133", number: ("urn:old", "8")),
                ], hands, practice)
            #expect(report.counts == "2 new, 1 linked, 0 changed, 0 unchanged, 0 refused")
            for twin in twins { #expect(try await numbers(of: twin, superuser) == []) }
            #expect(try await numbers(of: one, superuser) == ["2", "7"])
            let later = try await run(
                [line("4", "Bo", "Ray", phone: "480-555-0133", number: ("urn:old", "9"))], hands, practice)
            #expect(later.counts == "1 new, 0 linked, 0 changed, 0 unchanged, 0 refused" && later.likely == 1)
        }
    }

    @Test func `of who is known, gaps are filled, and what somebody wrote or took out stays`() async throws {
        try await withPractice { hands, practice, superuser in
            let before = [line("1", "Ann", "Lee", phone: "480-555-0122")]
            #expect(try await run(before, hands, practice).added == 1)
            _ = try await superuser.pipeline(
                Query.run("set local session_replication_role = replica"),
                Query.run("update client_contacts set phone = null"),
                Query.run("update clients set given_name = 'Annie', version = version + 1"))
            let more = #","gender":"female","maritalStatus":{"coding":[{"code":"M"}]},"deceasedDateTime":"2026-01-01""#
            let after = [line("1", "Ann", "Lee", phone: "480-555-0199", number: ("urn:old", "7"), more: more)]
            #expect(
                try await run(after, hands, practice).counts == "0 new, 0 linked, 1 changed, 0 unchanged, 0 refused")
            #expect(
                try await run(after, hands, practice).counts == "0 new, 0 linked, 0 changed, 1 unchanged, 0 refused")
            let chart = try await superuser.pipeline(
                Query.row(
                    """
                    select given_name, sex, marital_status, status, died_on::text, phone
                    from clients join client_contacts using (practice_id, client_id)
                    """
                ) { row in
                    var words: [String?] = []
                    for _ in 0..<6 { words.append(try row.next(String?.self)) }
                    return words
                })
            #expect(chart == ["Annie", "female", "married", "deceased", "2026-01-01", nil])
        }
    }

    @Test func `a line whose numbers are two people's is refused by its number`() async throws {
        try await withPractice { hands, practice, superuser in
            let people = [
                line("1", "Ann", "Lee", number: ("urn:a", "1")), line("2", "Bo", "Ray", number: ("urn:b", "2")),
            ]
            #expect(try await run(people, hands, practice).added == 2)
            let type = #""type":{"coding":[{"code":"MR"}]}"#
            let both =
                #","identifier":[{\#(type),"system":"urn:a","value":"1"},{\#(type),"system":"urn:b","value":"2"}]"#
            let report = try await run(["", line("9", "Cy", "Fox", more: both)], hands, practice)
            #expect(report.bad.map(\.line) == [2])
            #expect(report.bad.first?.reason == "its identifiers are those of several clients")
        }
    }

    @Test func `an address that is none is left out, the person is taken over, and the line is told`() async throws {
        let email = #","telecom":[{"system":"email","value":"maría del carmen@example.com"}]"#
        try await withPractice { hands, practice, superuser in
            let report = try await run(
                [line("1", "Ann", "Lee"), line("2", "Bo", "Ray", more: email)], hands, practice)
            #expect(report.added == 2 && report.bad.isEmpty)
            #expect(report.warnings.map(\.line) == [2])
            #expect(report.warnings.first?.reason == "telecom.value is not an e-mail address and was left out")
            let count = try await superuser.pipeline(
                Query.row("select count(*) from client_contacts where email is null") { try $0.next(Int.self) })
            #expect(count == 2)
        }
    }

    private static let shared = URL(
        filePath: "../../../shared/data/patients.ndjson", relativeTo: URL(filePath: #filePath)
    ).standardizedFileURL

    @Test(.enabled(if: FileManager.default.fileExists(atPath: shared.path), "The example data lie beside the clone."))
    func `the example data come in whole, and the second time nothing does`() async throws {
        try await withPractice { hands, practice, _ in
            let work = ClientImport(
                hands: hands, practice: practice, path: Self.shared.path, keepsGood: false, isTrial: false)
            let first = try await work.run()
            #expect(first.counts == "200 new, 0 linked, 0 changed, 0 unchanged, 0 refused")
            #expect(first.warnings.map(\.line) == [134, 140, 141, 145])
            let second = try await work.run()
            #expect(second.counts == "0 new, 0 linked, 0 changed, 200 unchanged, 0 refused" && second.likely == 0)
        }
    }
}
