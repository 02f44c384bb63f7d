import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Marks that are taken back, and what was recorded of people who were never there.
@Suite struct AttendanceClearingTests {
    @Test func `a mark is cleared as it was seen, and what it said stays in the history`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let all = "/v1/meetings/\(house.meeting)/attendance"
            let path = "\(all)/\(house.client.clientID)"
            let seen = try await world.request(.get, path, as: house.facilitator)
            #expect(seen["mark"] == "present" && seen.version == 1)
            #expect(try await world.request(.delete, path, as: house.facilitator).status == 428)
            #expect(try await world.request(.delete, path, as: house.facilitator, ifMatch: 2).status == 412)
            let cleared = try await world.request(.delete, path, as: house.intake, ifMatch: 1)
            #expect(cleared.status == 204)
            let unmarked = try await world.request(.get, path, as: house.facilitator)
            #expect(unmarked["mark"] == .null && unmarked["version"] == .null)
            #expect(try await world.request(.delete, path, as: house.intake, ifMatch: 1).status == 404)
            let history = try await world.request(.get, all + "/history", as: house.facilitator)
            #expect(history.items.map { $0["mark"] } == ["present"])
            #expect(history.items.first?["recordedBy"]?["name"] == "Fay Flores")
            #expect(history.items.first?["clearedBy"]?["name"] == "Ingrid Ito")
            #expect(history.items.first?["correctedAt"] == "2026-01-05T16:00:00Z")
            let own = try await world.request(
                .get, "/v1/clients/\(house.client.clientID)/attendance", as: house.counselor)
            #expect(own.items.map { $0["mark"] } == [.null], "\(own.text)")

            // What is noted in its place is another mark, in the same instant too.
            let anew = try await world.request(
                .put, all, as: house.facilitator,
                json: ["marks": [["clientId": .text("\(house.client.clientID)"), "mark": "absent"]]])
            #expect(anew.items.first?["mark"] == "absent" && anew.items.first?["version"] == 2)
            #expect(try await world.request(.delete, path, as: house.facilitator, ifMatch: 1).status == 412)
            #expect(try await world.request(.delete, path, as: house.facilitator, ifMatch: 2).status == 204)
            let both = try await world.request(.get, all + "/history", as: house.facilitator)
            #expect(both.items.map { $0["mark"] } == ["absent", "present"])
        }
    }

    @Test func `who may not record a mark does not clear one`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/meetings/\(house.meeting)/attendance/\(house.client.clientID)"
            let stranger = "/v1/meetings/\(house.meeting)/attendance/\(house.partner.clientID)"
            for person in [house.newcomer, house.counselor, house.client, world.tempe.facilitator] {
                let answer = try await world.request(.delete, path, as: person, ifMatch: 1)
                #expect([403, 404].contains(answer.status), "\(person.name)")
            }
            // Who was never there, and who is in no such place, answer alike.
            #expect(try await world.request(.get, stranger, as: house.facilitator).status == 404)
            #expect(try await world.request(.delete, stranger, as: house.facilitator, ifMatch: 1).status == 404)
            #expect(try await world.count("from attendance where meeting_id = \(house.meeting)") == 1)
        }
    }

    @Test func `a mark from before the start hinders nothing: it goes along on its day, and is cleared on another`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (path, marked) = try await world.meetingSoon()
            let later = try await world.request(
                .patch, path, as: house.facilitator, json: ["startsAt": "2026-01-05T20:00:00Z"], ifMatch: 1)
            #expect(later.status == 200, "\(later.text)")
            #expect(try await world.request(.get, marked, as: house.facilitator)["mark"] == "excused")
            let tomorrow = try await world.request(
                .patch, path, as: house.facilitator, json: ["startsAt": "2026-01-06T20:00:00Z"], ifMatch: 2)
            #expect(tomorrow.status == 200, "\(tomorrow.text)")
            #expect(try await world.request(.get, marked, as: house.facilitator)["mark"] == .null)
            let history = try await world.request(.get, path + "/attendance/history", as: house.facilitator)
            #expect(history.items.map { $0["mark"] } == ["excused"])
            #expect(history.items.first?["clearedBy"]?["name"] == "Fay Flores")
        }
    }

    @Test func `a meeting that some took part in stays where it was until the marks are cleared`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (path, marked) = try await world.meetingSoon()
            try await world.advance(by: .seconds(3_600))
            let marks: JSONValue = ["marks": [["clientId": .text("\(house.client.clientID)"), "mark": "late"]]]
            #expect(
                try await world.request(.put, path + "/attendance", as: house.facilitator, json: marks).status == 200)
            for change in [["startsAt": "2026-01-05T20:00:00Z"], ["cancelled": true]] as [JSONValue] {
                let refused = try await world.request(.patch, path, as: house.facilitator, json: change, ifMatch: 1)
                #expect(refused.status == 409 && refused.code == "meeting_has_attendance")
            }
            #expect(try await world.request(.delete, marked, as: house.facilitator, ifMatch: 2).status == 204)
            let cancelled = try await world.request(
                .patch, path, as: house.facilitator, json: ["cancelled": true], ifMatch: 1)
            #expect(cancelled.status == 200)
        }
    }

    @Test func `an episode that was none counts nowhere`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let path = "/v1/enrollments/\(house.enrollment)"
            let roster = "/v1/groups/\(house.group)/roster"
            let client = "/v1/clients/\(house.client.clientID)"
            #expect(try await world.request(.get, roster, as: house.facilitator)["members"].list.count == 2)
            #expect(try await world.request(.get, client, as: house.facilitator).status == 200)
            #expect(try await world.correct(path, to: []).status == 200)

            #expect(try await world.status(of: path) == nil)
            #expect(try await world.request(.get, roster, as: house.facilitator)["members"].list.count == 1)
            // Who led the group leads nobody who was never in it, and sees no mark or homework of theirs.
            #expect(try await world.request(.get, client, as: house.facilitator).status == 404)
            let attendance = try await world.request(
                .get, "/v1/meetings/\(house.meeting)/attendance", as: house.facilitator)
            #expect(attendance.all("clientId") == ["\(house.loner.clientID)"])
            #expect(try await world.request(.get, client + "/attendance", as: house.counselor).items == [])
            let enrollments = try await world.request(.get, client + "/enrollments", as: house.counselor)
            #expect(enrollments.items == [])
            let homework = try await world.request(
                .get, "/v1/groups/\(house.group)/homework", as: house.facilitator)
            #expect(!homework.text.contains("\(house.client.clientID)"))
            #expect(
                try await world.count(
                    """
                    from homework where homework_id = any (\(house.groupHomework))
                        and client_id = \(house.client.clientID) and state = 'withdrawn'
                    """) == 1)
            let report = try await world.request(
                .get, "/v1/reports/attendance?from=2025-12-01&to=2026-01-05", as: house.owner)
            #expect(!report.text.contains("\"present\":1"), "\(report.text)")
            // What it said stays in the history.
            #expect(
                try await world.count(
                    "from attendance_history where client_id = \(house.client.clientID) and mark = 'present'") == 1)
        }
    }

    @Test func `of a meeting that is cancelled before it begins the marks are cleared, and stand in the history`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let (path, _) = try await world.meetingSoon()
            let marks: SQL =
                "from attendance join meetings using (practice_id, meeting_id) where starts_at > \(world.clock.now)"
            #expect(try await world.count(marks) == 1)
            let cancelled = try await world.request(
                .patch, path, as: house.facilitator, json: ["cancelled": true], ifMatch: 1)
            #expect(cancelled.status == 200, "\(cancelled.text)")
            #expect(try await world.count(marks) == 0)
            let history = try await world.request(.get, path + "/attendance/history", as: house.facilitator)
            #expect(history.items.map { $0["mark"] } == ["excused"])
            #expect(history.items.first?["clearedBy"]?["name"] == "Fay Flores")
        }
    }
}

extension World {
    /// A meeting of the group in an hour, for which the client has been excused: its path, and that of the mark.
    fileprivate func meetingSoon() async throws -> (path: String, mark: String) {
        let made = try await request(
            .post, "/v1/groups/\(mesa.group)/meetings", as: mesa.facilitator,
            json: ["startsAt": "2026-01-05T17:00:00Z"])
        let path = try #require(made.headers["location"])
        let excused = try await request(
            .put, path + "/attendance", as: mesa.facilitator,
            json: ["marks": [["clientId": .text("\(mesa.client.clientID)"), "mark": "excused"]]])
        #expect(excused.status == 200, "\(excused.text)")
        return (path, "\(path)/attendance/\(mesa.client.clientID)")
    }
}
