import Features
import JSON
import Logging
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn
@testable import Demo

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
            {"resourceType":"Patient","id":"2","name":[{"family":"Two"}],"birthDate":"1990-13"}

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
            // Twelve at work, six in care as before; those who went through the year, and the parents of the young.
            #expect(count == 19 + DemoPeople.inRecovery.count + DemoPeople.partners.count + 2 * DemoPeople.young.count)
            let titles = try await superuser.pipeline(
                Query.row(
                    """
                    select array_agg(title order by title) from exercises join practices using (practice_id)
                    where slug = \(DemoWorld.slug)
                    """
                ) { try $0.next([String].self) })
            #expect(titles == ExerciseLibrary.all.map(\.title).sorted())
        }
    }

    @Test
    func `a new practice has the questionnaires, reasons and exercises that ship, and what it lacks is put in once`()
        async throws
    {
        try await withPractice { hands, practice, superuser in
            let words: Query<[String]> = .row(
                """
                select array(select code from questionnaires q join questionnaire_versions v using (practice_id, code)
                             where v.questionnaire_version_id = q.current_version_id
                             union all select code from inquiry_reasons where in_use order by 1)
                """
            ) { try $0.next() }
            let shipped = (QuestionnaireLibrary.all.map(\.code) + InquiryReasonLibrary.all.map(\.code)).sorted()
            #expect(try await superuser.pipeline(words) == shipped)
            _ = try await superuser.pipeline(
                Query.run("delete from inquiry_reasons where code = 'not_now'"),
                Query.run("update inquiry_reasons set label = 'Too dear' where code = 'cost'"))
            for _ in 1...2 {
                let now = hands.surroundings.now()
                try await hands.client.run(
                    [hands.enter(practice, "seed.run", at: now)]
                        + (try hands.library(for: practice, exercises: nil, at: now)))
            }
            #expect(try await superuser.pipeline(words) == shipped)
            let kept = try await superuser.pipeline(
                Query.row("select label from inquiry_reasons where code = 'cost'") { try $0.next(String.self) })
            #expect(kept == "Too dear")
            let titles = try await superuser.pipeline(
                Query.row("select array_agg(title order by title) from exercises") { try $0.next([String].self) })
            #expect(titles == ExerciseLibrary.all.map(\.title).sorted())
        }
    }

    @Test func `a demo that was made before there were consents gets them, and nothing else`() async throws {
        try await withPractice { hands, _, superuser in
            #expect(try await DemoWorld(hands: hands).seed())
            let demo: SQL = "(select practice_id from practices where slug = \(DemoWorld.slug))"
            _ = try await superuser.pipeline(
                Query.run("set local session_replication_role = replica"),
                Query.run("delete from consent_signatures"), Query.run("delete from consents"),
                Query.run("delete from consent_versions where practice_id = \(demo)"),
                Query.run("delete from consent_documents where practice_id = \(demo)"),
                Query.run(
                    "update consent_packets set kinds = '{}', required = '{}', version = 1 where practice_id = \(demo)")
            )
            let count = Query<[Int]>.row(
                """
                select array[(select count(*) from consent_versions where practice_id = \(demo)),
                    (select count(*) from consent_packets where practice_id = \(demo) and kinds <> '{}'),
                    (select count(*) from clients where practice_id = \(demo))]
                """
            ) { try $0.next() }
            let before = try await superuser.pipeline(count)
            #expect(before[0] == 0 && before[1] == 0)
            #expect(try await DemoWorld(hands: hands).seed() == false)
            #expect(try await superuser.pipeline(count) == [7, 4, before[2]])
        }
    }

    @Test func `a role that the access rules do not bind is refused, and says why`() async throws {
        try await withDatabase { database in
            let server = try await database.server.pipeline(DatabaseExamination.query)
            #expect(server.faults == [])
            let superuser = try await database.superuser.pipeline(DatabaseExamination.query)
            #expect(superuser.faults.count == 1 && superuser.faults[0].contains("is a superuser or has BYPASSRLS"))
            try await PostgresClient.patiently(database.connection("cairn_owner"), logger: quietLogger) { owner in
                let examination = try await owner.pipeline(DatabaseExamination.query)
                #expect(examination.faults.contains { $0.contains("could become cairn_access") })
                #expect(examination.faults.contains { $0.contains("The role cairn_owner owns") })
            }
        }
    }

    @Test func `a new practice asks for consents by the usual rules, in texts of its own`() async throws {
        try await withPractice { _, id, superuser in
            let packets = try await superuser.pipeline(
                Query.rows(
                    """
                    select audience || ' ' || guardians || ' ' || array_to_string(required, ',')
                    from consent_packets where practice_id = \(id) order by audience
                    """
                ) { try $0.next(String.self) })
            #expect(
                packets == [
                    "adult all ", "group all group_confidentiality", "minor all minor_treatment",
                    "partner all couple_confidentiality",
                ])
            let unasked = try await superuser.pipeline(
                Query.row(
                    """
                    select count(*) from consent_packets p, unnest(p.kinds) k
                    where p.practice_id = \(id) and not exists (
                        select from consent_documents d join consent_versions v using (practice_id, document_id)
                        where d.practice_id = p.practice_id and d.kind = k and v.number = 1)
                    """
                ) { try $0.next(Int.self) })
            #expect(unasked == 0)
        }
    }

    @Test func `who nothing else lets in is reset at the terminal, once, and told`() async throws {
        try await withPractice { hands, practice, superuser in
            _ = try await DemoWorld(hands: hands).seed()
            let (id, name, email) = try await superuser.pipeline(
                Query.row(
                    """
                    select a.practice_id, a.name, a.email from accounts a join practices p using (practice_id)
                    where p.slug = \(DemoWorld.slug) and 'owner' = any (a.roles)
                    """
                ) { (try $0.next(ID<Practice>.self), try $0.next(String.self), try $0.next(String.self)) })
            func reset(_ name: String) -> StaffReset {
                StaffReset(
                    practice: id, name: name, takesFactor: true, token: Token(practiceID: id, in: hands.surroundings))
            }
            #expect(try await reset("nobody@example.com").run(hands) == nil)
            let found = reset(email.uppercased())
            #expect(try await found.run(hands) == name)
            let kept = try await superuser.pipeline(
                Query.row(
                    """
                    select concat_ws(' ', i.kind, i.carrier, i.told_at is not null, a.must_reset, (
                        select string_agg(n.kind, ',' order by n.kind) from account_notices n where n.account_id = a.account_id))
                    from invitations i join accounts a using (practice_id, account_id) where i.token_hash = \(found.token.hash)
                    """
                ) { try $0.next(String.self) })
            #expect(kept == "reset terminal t t reset_started,second_factor_removed")
            let opens = try await superuser.pipeline(
                Query.row(
                    "select factor from access.invitation(\(id), \(found.token.hash), \(hands.surroundings.now()))"
                ) { try $0.next(String.self) })
            #expect(opens == "required")
            let audited = try await superuser.pipeline(
                Query.row(
                    "select count(*) from audit_events where action = 'second_factor.remove' and practice_id = \(id)"
                ) { try $0.next(Int.self) })
            #expect(audited == 1)
        }
    }
}
