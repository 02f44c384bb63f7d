import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Features

/// The roster of one group: who is in it, how old, since when, and how they are doing.
@Suite struct RosterTests {
    @Test func `a facilitator reads the roster, in order of names, with what this group was given`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.dueYesterday(house.groupHomework, submitted: 1)
            let roster = try await world.roster(house, as: house.facilitator)
            #expect(roster.status == 200)
            let hash = try #require(roster["hash"].text)
            #expect(roster.headers["etag"] == "\"\(hash)\"")
            #expect(roster.headers["vary"] == "Accept, Accept-Encoding")
            #expect(
                roster.text == """
                    {"group":{"id":"\(house.group)","name":"Tuesday",\
                    "program":{"id":"\(house.program)","name":"SABR"},"track":null,"phase":"Education","capacity":12,\
                    "seatsTaken":2,"fillRate":0.1667,"waitlistLength":0},\
                    "facilitators":[{"id":"\(house.facilitator.accountID)","name":"Fay Flores","role":"facilitator"}],\
                    "asOf":"2026-01-05","knownAt":null,"members":[\
                    {"clientId":"\(house.client.clientID)","enrollmentId":"\(house.enrollment)","givenName":"Adam",\
                    "preferredName":null,"familyName":"Archer","age":39,"status":"active","enrolledSince":"2025-12-06",\
                    "phase":"Education","attendance":{"attended":1,"meetings":1,"rate":1.0},\
                    "homework":{"done":1,"due":1},"consents":{"status":"in_force","missing":[]},\
                    "safeContactMark":true},\
                    {"clientId":"\(house.loner.clientID)","enrollmentId":"\(house.lonerEnrollment)","givenName":"Dan",\
                    "preferredName":null,"familyName":"Dorsey","age":46,"status":"active","enrolledSince":"2025-12-06",\
                    "phase":"Education","attendance":{"attended":0,"meetings":0,"rate":null},\
                    "homework":{"done":0,"due":1},"consents":{"status":"in_force","missing":[]},\
                    "safeContactMark":true}],"hash":"\(hash)"}
                    """)
        }
    }

    @Test func `homework that is not due, withdrawn, or not of this group is not counted`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.dueYesterday([house.homework], submitted: 0)
            try await world.dueYesterday(house.groupHomework, submitted: 0)
            try await world.superuser(
                """
                update homework set state = 'withdrawn', version = version + 1
                where homework_id = \(house.groupHomework[1])
                """)
            let members = try await world.roster(house, as: house.intake)["members"].asArray
            #expect(members.map { $0["homework"]?["due"] } == [1, 0])
        }
    }

    @Test func `who was excused counts for nothing, who came in any way has attended`() async throws {
        try await withWorld { world in
            let house = world.mesa
            for (minute, mark) in ["late", "left_early", "remote", "absent", "excused"].enumerated() {
                try await world.mark(mark, house.loner, in: house, at: minute)
            }
            let member = try await world.roster(house, as: house.facilitator)["members"].asArray.last
            #expect(member?["attendance"]?["attended"] == 3)
            #expect(member?["attendance"]?["meetings"] == 4)
            #expect(member?["attendance"]?["rate"] == .number(JSONNumber(unchecked: "0.75")))
        }
    }

    @Test func `what the practice, the age and the program ask for is missing until it is in force`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.seed(house) { seed in
                for kind in ["group", "parents", "safety"] { _ = seed.consentDocument(kind) }
                seed.packet("group", ["group"], required: ["group"])
                seed.packet("adult", ["treatment"], required: ["treatment"])
                seed.packet("minor", ["parents"], required: ["parents"])
                seed.add(
                    """
                    update programs set consents = '{safety}', version = version + 1
                    where practice_id = \(house.id)
                    """)
                for kind in ["group", "safety"] { _ = seed.consent(kind, of: house.client, isSigned: true) }
            }
            let adults = try await world.roster(house, as: house.facilitator)["members"].asArray
            #expect(
                adults.map { $0["consents"]?["missing"]?.asArray } == [
                    ["treatment"], ["group", "safety", "treatment"],
                ])
            let minors = try await world.request(
                .get, "/v1/groups/\(house.valorGroup)/roster", as: house.facilitator)["members"].asArray
            #expect(minors.map { $0["consents"]?["missing"]?.asArray } == [["group", "parents", "safety"]])
            #expect(minors.first?["consents"]?["status"] == "missing")

            try await world.superuser(
                "update consents set state = 'revoked', revoked_at = \(world.clock.now), version = version + 1 where kind = 'group'"
            )
            let later = try await world.roster(house, as: house.facilitator)["members"].asArray
            #expect(later[0]["consents"]?["missing"]?.asArray == ["group", "treatment"])
            let before = try await world.roster(house, "?knownAt=2026-01-05T15:00:00Z", as: house.facilitator)
            #expect(before["members"].asArray.isEmpty)
        }
    }

    @Test func `the mark on safe contact goes only where everything is safe, and says nothing more`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.superuser(
                """
                update client_contacts set safe_channels = '{phone,text,email}', voicemail_allowed = true
                where client_id = \(house.client.clientID)
                """)
            let roster = try await world.roster(house, as: house.facilitator)
            #expect(roster["members"].asArray.map { $0["safeContactMark"] } == [false, true])
            #expect(!roster.text.contains("480-555"))
            for lacking in [
                "safe_channels = '{phone,text}'", "safe_channels = '{phone,email}'", "safe_channels = '{text,email}'",
                "voicemail_allowed = false", "safe_times = '{monday 18:00-21:00}'",
            ] as [SQL] {
                try await world.superuser(
                    """
                    update client_contacts set safe_channels = '{phone,text,email}', voicemail_allowed = true, safe_times = '{}'
                    where client_id = \(house.client.clientID)
                    """)
                try await world.superuser(
                    "update client_contacts set \(lacking) where client_id = \(house.client.clientID)")
                let marks = try await world.roster(house, as: house.facilitator)["members"].asArray
                #expect(marks.map { $0["safeContactMark"] } == [true, true])
            }
            // Of whom nothing is known, nothing is safe.
            try await world.superuser("delete from client_contacts where client_id = \(house.client.clientID)")
            let unknown = try await world.roster(house, as: house.facilitator)["members"].asArray
            #expect(unknown.map { $0["safeContactMark"] } == [true, true])
        }
    }

    @Test func `seats that are offered are taken while the offer stands, and who waits is counted`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (offered, _) = try await world.seed(house) { seed in
                (
                    seed.enrollment(of: house.partner, in: house.group, status: "offered"),
                    seed.enrollment(of: house.minor, in: house.group, status: "waitlisted")
                )
            }
            for (expires, taken) in [(60, 3), (-60, 2)] {
                try await world.superuser(
                    """
                    update enrollments set version = version + 1,
                        offer_expires_at = \(world.clock.now + .seconds(expires)) where enrollment_id = \(offered)
                    """)
                let group = try await world.roster(house, as: house.facilitator)["group"]
                #expect(group["seatsTaken"] == .number(JSONNumber(unchecked: "\(taken)")))
                #expect(group["waitlistLength"] == 1)
            }
        }
    }

    @Test func `the roster as a table, in which no name becomes a formula`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.rename(
                house.loner, "family_name = '=cmd()', given_name = 'Da\"n, Jr', preferred_name = '-2'")
            let answer = try await world.roster(house, as: house.facilitator, accepting: "text/csv")
            #expect(answer.headers["content-type"] == "text/csv; charset=utf-8; header=present")
            #expect(answer.headers["content-disposition"] == "attachment; filename=\"roster-2026-01-05.csv\"")
            #expect(
                answer.table == """
                    Program,Group,Track,Phase,Family name,Given name,Preferred name,Age,Status,Enrolled since,\
                    Meetings attended,Meetings,Attendance rate,Homework done,Homework due,Consents,Missing consents,\
                    Safe contact,Masked,Client id,Enrollment id,Group id\r
                    SABR,Tuesday,,Education,'=cmd(),"Da""n, Jr",'-2,46,active,2025-12-06,0,0,,0,0,in force,,heed,,\
                    \(house.loner.clientID),\(house.lonerEnrollment),\(house.group)\r
                    SABR,Tuesday,,Education,Archer,Adam,,39,active,2025-12-06,1,1,1.0,0,0,in force,,heed,,\
                    \(house.client.clientID),\(house.enrollment),\(house.group)\r\n
                    """)
        }
    }

    @Test func `the roster as a page, in which no name becomes markup and nothing runs`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.rename(
                house.loner, "family_name = '<script>alert(1)</script>', preferred_name = '\" onload=\"x'")
            let answer = try await world.roster(house, as: house.facilitator, accepting: "text/html")
            #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
            #expect(answer.headers["content-security-policy"]?.contains("style-src 'sha256-") == true)
            #expect(answer.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
            #expect(answer.text.hasPrefix("<!doctype html><html lang=\"en\">"))
            #expect(answer.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;, Dan “&quot; onload=&quot;x”"))
            #expect(!answer.text.contains("<script"))
            #expect(answer.text.contains("<caption>Members of Tuesday on 2026-01-05</caption>"))
            let etag = try #require(answer.headers["etag"]?.filter { $0 != "\"" })
            #expect(answer.text.contains("SHA-256: <code>\(etag)</code>"))
            #expect(answer.text.contains("<span>Mesa Healing</span><strong>Confidential</strong></p>"))
            #expect(answer.text.contains("<th scope=\"col\" role=\"columnheader\" class=\"sign\">Signature</th>"))
            #expect(answer.text.contains("Page \" counter(page) \" of \" counter(pages)"))
            #expect(answer.text.ranges(of: "Check the chart first").count == 2)
        }
    }

    @Test func `the same question and the same data give the same bytes, and another fact another hash`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let first = try await world.roster(house, as: house.facilitator)
            try await world.advance(by: .seconds(30))
            let second = try await world.roster(house, as: house.intake)
            #expect(first.body == second.body)
            let tag = try #require(first.headers["etag"])
            let unchanged = try await world.request(
                .get, "/v1/groups/\(house.group)/roster", as: house.facilitator,
                headers: ["If-None-Match": "\"x\", \(tag)"])
            #expect(unchanged.status == 304 && unchanged.body.isEmpty && unchanged.headers["etag"] == tag)
            let tags = try await ["application/json", "text/csv", "text/html"].asyncMap {
                try await world.roster(house, as: house.facilitator, accepting: $0).headers["etag"]
            }
            #expect(Set(tags).count == 3)
            let plain = try await world.roster(house, as: house.facilitator, accepting: "text/csv;bom=no")
            #expect(plain.text.hasPrefix("Program,Group,"))
            #expect(plain.headers["etag"] == tags[1].map { $0.dropLast() + "-plain\"" })

            try await world.mark("absent", house.loner, in: house)
            let changed = try await world.request(
                .get, "/v1/groups/\(house.group)/roster", as: house.facilitator, headers: ["If-None-Match": tag])
            #expect(changed.status == 200)
            #expect(changed["hash"] != first["hash"])
        }
    }

    @Test func `who does not lead or oversee the group sees no roster, and it is there`() async throws {
        try await withWorld { world in
            let house = world.mesa
            for query in ["", "?asOf=2026-01-04", "?knownAt=2026-01-04T00:00:00Z"] {
                #expect(try await world.roster(house, query, as: house.admin).status == 200)
                for stranger in [house.newcomer, house.counselor, house.supervisor, world.tempe.facilitator] {
                    let refused = try await world.roster(house, query, as: stranger)
                    let missing = try await world.request(.get, "/v1/groups/nothing/roster\(query)", as: stranger)
                    #expect(refused.status == 404)
                    #expect(refused.withoutRequestID == missing.withoutRequestID)
                }
                for person in [house.client, house.partner, house.guardian, house.auditor] {
                    #expect(try await world.roster(house, query, as: person).status == 403)
                }
                #expect(try await world.request(.get, "/v1/groups/\(house.group)/roster\(query)").status == 401)
            }
        }
    }

    @Test func `parameters that mean nothing are refused, all at once`() async throws {
        try await withWorld { world in
            let house = world.mesa
            #expect(try await world.roster(house, "?limit=3", as: house.admin).faults == ["/limit unknown_parameter"])
            let answer = try await world.roster(house, "?asOf=2026-02-30&knownAt=2026-01-05T16:00:01Z", as: house.admin)
            #expect(answer.status == 400)
            #expect(answer.faults == ["/asOf not_a_day", "/knownAt in_the_future"])
        }
    }

    @Test func `the audit names the door that was taken, and the one that refused`() async throws {
        try await withWorld { world in
            let house = world.mesa
            for person in [house.facilitator, house.newcomer] {
                for query in ["", "?asOf=2026-01-04", "?%61sOf=2026-01-04", "?knownAt=2026-01-04T00:00:00Z"] {
                    _ = try await world.roster(house, query, as: person)
                }
            }
            let audit = try await world.database.superuser.pipeline(
                Query<[String]>.rows(
                    "select kind || ' ' || outcome from audit_events where action = 'roster.read' order by audit_event_id"
                ) { try $0.next() })
            let kinds = ["group", "group_history", "group_history", "group_history"]
            #expect(audit == kinds.map { "\($0) allowed" } + kinds.map { "\($0) not_found" })
        }
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async throws -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
