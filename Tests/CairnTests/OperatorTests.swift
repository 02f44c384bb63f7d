import Features
import Logging
import Postgres
import Practice
import TestSupport
import Testing

@testable import Cairn

@Suite struct `The operator's commands` {
    @Test func `an import takes everybody over, and the second time nobody`() async throws {
        try await withPractice { hands, practice, superuser in
            let file = try ProductFiles.locate().root + "/deploy/tour-patients.ndjson"
            let work = ClientImport(hands: hands, practice: practice, path: file, keepsGood: false, isTrial: false)
            let first = try await work.run()
            #expect(first.counts == "3 new, 0 linked, 0 changed, 0 unchanged, 0 refused")
            let second = try await work.run()
            #expect(second.counts == "0 new, 0 linked, 0 changed, 3 unchanged, 0 refused")
            let people = try await superuser.pipeline(
                Query.rows(
                    """
                    select c.family_name, c.preferred_name, c.status, c.marital_status, k.phone, k.city
                    from clients c join client_contacts k using (practice_id, client_id) order by 1
                    """
                ) { row in
                    var words: [String?] = []
                    for _ in 0..<6 { words.append(try row.next(String?.self)) }
                    return words
                })
            #expect(
                people == [
                    ["Lindgren", nil, "active", nil, nil, nil], ["Okafor", nil, "deceased", nil, nil, nil],
                    ["Quintero", "Andy", "active", "married", "480-555-0110", "Mesa"],
                ])
        }
    }

    @Test(arguments: [(false, false, 0), (true, false, 2), (true, true, 0)])
    func `of a file with a bad line nothing is kept unless it is wished`(
        _ keepsGood: Bool, _ isTrial: Bool, _ kept: Int
    ) async throws {
        let file = """
            {"resourceType":"Patient","id":"1","name":[{"family":"One","given":["A"]}],"birthDate":"1990-01-01"}
            {"resourceType":"Patient","id":"2","name":[{"family":"Two"}],"birthDate":"1990-01"}

            {"resourceType":"Patient","id":"1","name":[{"family":"Again","given":["B"]}],"birthDate":"1991-01-01"}
            {"resourceType":"Patient","id":"3","name":[{"family":"Three","given":["C"]}],"birthDate":"1992-01-01"}
            """
        try await withPractice { hands, practice, superuser in
            try await withFile(file) { path in
                let work = ClientImport(
                    hands: hands, practice: practice, path: path, keepsGood: keepsGood, isTrial: isTrial)
                let report = try await work.run()
                #expect(report.added == 2)
                #expect(report.bad.map(\.line) == [2, 4])
                #expect(report.bad.last?.reason == "an identifier is that of line 1")
            }
            let count = try await superuser.pipeline(
                Query.row("select count(*) from clients") { try $0.next(Int.self) })
            #expect(count == kept)
        }
    }

    @Test func `the demo is made once, and all in it agrees with the rules of the tables`() async throws {
        try await withPractice { hands, _, superuser in
            #expect(try await DemoWorld(hands: hands).seed())
            #expect(try await DemoWorld(hands: hands).seed() == false)
            let count = try await superuser.pipeline(
                Query.row("select count(*) from accounts where password_hash is not null") { try $0.next(Int.self) })
            #expect(count == 18)
            let titles = try await superuser.pipeline(
                Query.row("select array_agg(title order by title) from exercises") { try $0.next([String].self) })
            #expect(titles == ExerciseLibrary.all.map(\.title).sorted())
        }
    }

    @Test func `a role that the access rules do not bind is refused, and says why`() async throws {
        try await withDatabase { database in
            let server = try await database.server.pipeline(DatabaseExamination.query)
            #expect(server.faults == [])
            let superuser = try await database.superuser.pipeline(DatabaseExamination.query)
            #expect(superuser.faults.count == 1 && superuser.faults[0].contains("is a superuser or has BYPASSRLS"))
            try await PostgresClient.with(database.connection("cairn_owner"), logger: quietLogger) { owner in
                let examination = try await owner.pipeline(DatabaseExamination.query)
                #expect(examination.faults.contains { $0.contains("could become cairn_access") })
                #expect(examination.faults.contains { $0.contains("The role cairn_owner owns") })
            }
        }
    }
}
