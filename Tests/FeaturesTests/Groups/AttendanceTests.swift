import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Who came: recorded for a whole group at once, corrected without forgetting, and shown to each as far as it is theirs.
@Suite struct AttendanceTests {
    @Test func `marks are recorded together, corrected, and kept for members only`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/meetings/\(house.meeting)/attendance"
            let both = Self.marks([(house.client, "absent"), (house.loner, "late")])
            let recorded = try await world.request(.put, path, as: house.facilitator, json: both)
            #expect(recorded.items.map { $0["mark"] } == ["absent", "late"])
            #expect(recorded.items.map { $0["recordedAt"] } == ["2026-01-05T16:00:00Z", "2026-01-05T16:00:00Z"])
            #expect(recorded.items.allSatisfy { $0["recordedBy"]?["name"] == "Fay Flores" })
            let stranger = try await world.request(
                .put, path, as: house.facilitator,
                json: Self.marks([(house.client, "present"), (house.partner, "present")]))
            #expect(stranger.faults == ["/marks/1/clientId no_such_client"])
            let outsider = try await world.request(
                .put, path, as: house.intake, json: Self.marks([(house.client, "present"), (house.partner, "present")]))
            #expect(outsider.faults == ["/marks/1/clientId not_a_member"])
            #expect(
                try await world.request(.get, path, as: house.intake).items.map { $0["mark"] } == ["absent", "late"])
            let twice = try await world.request(
                .put, path, as: house.facilitator,
                json: Self.marks([(house.client, "present"), (house.client, "absent")]))
            #expect(twice.faults == ["/marks/1/clientId duplicate"])
            let roster = try await world.request(.get, "/v1/groups/\(house.group)/roster", as: house.facilitator)
            #expect(
                roster["members"].asArray.map { $0["attendance"] } == [
                    ["attended": 0, "meetings": 1, "rate": .number(JSONNumber(unchecked: "0.0"))],
                    ["attended": 1, "meetings": 1, "rate": .number(JSONNumber(unchecked: "1.0"))],
                ])
        }
    }

    @Test func `who was late or left early has times, within the meeting and not in the future`() async throws {
        try await withWorld { world in
            let house = world.mesa
            // The meeting was on the 31st, 01:00 to 02:30.
            let path = "/v1/meetings/\(house.meeting)/attendance"
            func put(_ mark: JSONValue) async throws -> TestAnswer {
                try await world.request(.put, path, as: house.facilitator, json: ["marks": [mark]])
            }
            let adam = JSONValue.text("\(house.client.clientID)")
            let start = try await world.request(.get, "/v1/meetings/\(house.meeting)", as: house.facilitator)
            #expect(start["startsAt"] == "2025-12-31T01:00:00Z")
            let noted = try await put([
                "clientId": adam, "mark": "left_early", "arrivedAt": "2025-12-31T01:10:00Z",
                "leftAt": "2025-12-31T02:30:00Z",
            ])
            #expect(noted.items[0]["arrivedAt"] == "2025-12-31T01:10:00Z")
            #expect(noted.items[0]["leftAt"] == "2025-12-31T02:30:00Z")
            for (member, instant) in [
                ("arrivedAt", "2025-12-31T00:59:59Z"), ("arrivedAt", "2025-12-31T02:30:00Z"),
                ("leftAt", "2025-12-31T01:00:00Z"), ("leftAt", "2025-12-31T02:30:01Z"),
            ] {
                let late: JSONValue = ["clientId": adam, "mark": "late"]
                let refused = try await put(late.with(member, .text(instant)))
                #expect(refused.faults == ["/marks/0/\(member) out_of_range"], "\(instant)")
            }
            let backwards = try await put([
                "clientId": adam, "mark": "late", "arrivedAt": "2025-12-31T01:30:00Z", "leftAt": "2025-12-31T01:20:00Z",
            ])
            #expect(backwards.faults == ["/marks/0/leftAt out_of_range"])
            let present = try await put(["clientId": adam, "mark": "present", "leftAt": "2025-12-31T01:20:00Z"])
            #expect(present.faults == ["/marks/0/leftAt not_with_this_mark"])
            #expect(try await world.request(.get, path, as: house.intake).body == noted.body)
        }
    }

    @Test func `attendance is recorded from one hour before, and a coming arrival not at all`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let made = try await world.request(
                .post, "/v1/groups/\(house.group)/meetings", as: house.facilitator,
                json: ["startsAt": "2026-01-05T17:00:01Z"])
            let path = "\(made.headers["location"] ?? "")/attendance"
            let marks = Self.marks([(house.client, "excused")])
            let early = try await world.request(.put, path, as: house.facilitator, json: marks)
            #expect(early.status == 409 && early.code == "meeting_has_not_begun")
            #expect(try await world.request(.get, path, as: house.facilitator).items.allSatisfy { $0["mark"] == .null })
            try await world.advance(by: .seconds(1))
            #expect(try await world.request(.put, path, as: house.facilitator, json: marks).status == 200)
            let coming = try await world.request(
                .put, path, as: house.facilitator,
                json: [
                    "marks": [
                        [
                            "clientId": .text("\(house.client.clientID)"), "mark": "late",
                            "arrivedAt": "2026-01-05T17:10:00Z",
                        ]
                    ]
                ])
            #expect(coming.faults == ["/marks/0/arrivedAt out_of_range"])
        }
    }

    @Test func `corrections keep what was noted before, by whom and when, even within one instant`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/meetings/\(house.meeting)/attendance"
            func put(_ mark: String, _ person: Person) async throws -> TestAnswer {
                try await world.request(.put, path, as: person, json: Self.marks([(house.client, mark)]))
            }
            #expect(try await put("absent", house.facilitator).items[0]["recordedAt"] == "2026-01-05T16:00:00Z")
            #expect(try await put("excused", house.intake).items[0]["recordedAt"] == "2026-01-05T16:00:00.000001Z")
            // What says nothing new is no correction.
            #expect(try await put("excused", house.facilitator).items[0]["recordedBy"]?["name"] == "Ingrid Ito")
            try await world.advance(by: .seconds(60))
            #expect(try await put("late", house.facilitator).items[0]["recordedAt"] == "2026-01-05T16:01:00Z")
            let history = try await world.request(.get, path + "/history", as: house.facilitator)
            #expect(history.items.map { $0["mark"] } == ["excused", "absent", "present"])
            #expect(
                history.items.map { $0["recordedAt"] } == [
                    "2026-01-05T16:00:00.000001Z", "2026-01-05T16:00:00Z", "2025-12-31T01:00:00Z",
                ])
            #expect(
                history.items.map { $0["correctedAt"] } == [
                    "2026-01-05T16:01:00Z", "2026-01-05T16:00:00.000001Z", "2026-01-05T16:00:00Z",
                ])
            #expect(
                history.items.map { $0["recordedBy"]?["name"] } == ["Ingrid Ito", "Fay Flores", "Fay Flores"])
            var (marks, cursor): ([JSONValue?], String) = ([], "")
            repeat {
                let page = try await world.request(
                    .get, path + "/history?limit=1" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"), as: house.intake)
                marks += page.items.map { $0["mark"] }
                cursor = page["next"].text ?? ""
            } while !cursor.isEmpty
            #expect(marks == ["excused", "absent", "present"])
            for person in [house.counselor, house.newcomer, house.client, world.tempe.facilitator] {
                #expect(try await world.request(.get, path + "/history", as: person).status == 404)
            }
        }
    }

    @Test func `nobody attends a meeting that was cancelled, and strangers see no attendance`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/meetings/\(house.meeting)/attendance"
            let marks = Self.marks([(house.client, "present")])
            for stranger in [house.newcomer, house.counselor, house.intern, world.tempe.facilitator] {
                #expect(try await world.request(.get, path, as: stranger).status == 404)
                #expect(try await world.request(.put, path, as: stranger, json: marks).status == 404)
            }
            #expect(try await world.request(.put, path, as: house.client, json: marks).status == 403)
            try await world.run("delete from attendance where meeting_id = \(house.meeting)")
            let cancelled = try await world.request(
                .patch, "/v1/meetings/\(house.meeting)", as: house.facilitator, json: ["cancelled": true], ifMatch: 1)
            #expect(cancelled.status == 200)
            let refused = try await world.request(.put, path, as: house.facilitator, json: marks)
            #expect(refused.status == 409 && refused.code == "meeting_is_cancelled")
        }
    }

    @Test func `of cancelling a meeting and recording who came, at once, one succeeds`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let marks = Self.marks([(house.client, "present")])
            for minute in 10..<18 {
                let made = try await world.request(
                    .post, "/v1/groups/\(house.group)/meetings", as: house.facilitator,
                    json: ["startsAt": .text("2026-01-05T15:\(minute):00Z")])
                let path = made.headers["location"] ?? ""
                async let recorded = world.request(.put, path + "/attendance", as: house.intake, json: marks)
                async let cancelled = world.request(
                    .patch, path, as: house.facilitator, json: ["cancelled": true], ifMatch: 1)
                let codes = try await [recorded.code, cancelled.code].compactMap(\.self)
                #expect(codes == ["meeting_is_cancelled"] || codes == ["meeting_has_attendance"])
            }
        }
    }

    @Test func `who joined later has no absence before, and who has left is asked about no more`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (late, gone) = try await world.seed(house) { seed in
                let late = try seed.client("Lara Late")
                _ = seed.enrollment(
                    of: late.clientID, in: house.group, status: "active", during: "daterange('2026-01-05', null)")
                let gone = try seed.client("Gus Gone")
                _ = seed.enrollment(
                    of: gone.clientID, in: house.group, status: "withdrawn",
                    during: "daterange('2025-12-01', '2025-12-30')")
                return (late, gone)
            }
            let path = "/v1/meetings/\(house.meeting)/attendance"
            for person in [late, gone] {
                let refused = try await world.request(
                    .put, path, as: house.facilitator, json: Self.marks([(person, "absent")]))
                #expect(refused.faults == ["/marks/0/clientId not_a_member"])
            }
            let names = try await world.request(.get, path, as: house.facilitator).items.map { $0["givenName"] }
            #expect(names == ["Adam", "Dan"])
            let own = try await world.request(.get, "/v1/clients/\(late.clientID)/attendance", as: late)
            #expect(own.items == [] && own["attendance"] == ["attended": 0, "meetings": 0])
        }
    }

    @Test func `a client's own attendance is shown to whom the matrix names, each what is theirs`() async throws {
        try await withWorld { world in
            let house = world.mesa
            _ = try await world.request(
                .put, "/v1/meetings/\(house.meeting)/attendance", as: house.facilitator,
                json: Self.marks([(house.loner, "excused")]))
            let path = "/v1/clients/\(house.client.clientID)/attendance"
            let own = try await world.request(.get, path, as: house.client)
            #expect(own["attendance"] == ["attended": 1, "meetings": 1])
            #expect(
                own.items == [
                    [
                        "meetingId": .text("\(house.meeting)"),
                        "group": ["id": .text("\(house.group)"), "name": "Tuesday"],
                        "startsAt": "2025-12-31T01:00:00Z", "minutes": 90, "mark": "present", "arrivedAt": .null,
                        "leftAt": .null,
                    ]
                ])
            for person in [house.counselor, house.supervisor, house.intake] {
                let seen = try await world.request(.get, path, as: person)
                #expect(seen.items[0]["recordedBy"]?["name"] == "Fay Flores", "\(person.name)")
                #expect(seen.items[0]["recordedAt"] == "2025-12-31T01:00:00Z")
            }
            for person in [house.facilitator, house.intern, house.newcomer, house.partner, house.loner] {
                #expect(try await world.request(.get, path, as: person).status == 404, "\(person.name)")
            }
            #expect(try await world.request(.get, path, as: world.tempe.counselor).status == 404)
            let excused = try await world.request(
                .get, "/v1/clients/\(house.loner.clientID)/attendance", as: house.loner)
            #expect(excused["attendance"] == ["attended": 0, "meetings": 0])
            #expect(excused.items.map { $0["mark"] } == ["excused"])
        }
    }

    @Test func `a guardian sees attendance with that right, and a meeting without a mark counts for nobody`()
        async throws
    {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/clients/\(house.minor.clientID)/attendance"
            for start in ["2026-01-03T01:00:00Z", "2026-01-04T01:00:00Z"] {
                _ = try await world.request(
                    .post, "/v1/groups/\(house.valorGroup)/meetings", as: house.facilitator,
                    json: ["startsAt": .text(start)])
            }
            let seen = try await world.request(.get, path, as: house.guardian)
            #expect(seen.items.map { $0["startsAt"] } == ["2026-01-04T01:00:00Z", "2026-01-03T01:00:00Z"])
            #expect(seen.items.allSatisfy { $0["mark"] == .null && $0["recordedBy"] == nil })
            #expect(seen["attendance"] == ["attended": 0, "meetings": 0])
            let first = try await world.request(.get, path + "?limit=1", as: house.guardian)
            let next = try await world.request(
                .get, path + "?limit=1&cursor=\(first["next"].text ?? "")", as: house.guardian)
            #expect(next.items.map { $0["startsAt"] } == ["2026-01-03T01:00:00Z"] && next["next"] == .null)
            try await world.run(
                """
                update guardianships set scopes = '{homework}', version = version + 1
                where client_id = \(house.minor.clientID)
                """)
            #expect(try await world.request(.get, path, as: house.guardian).status == 404)
        }
    }

    private static func marks(_ marks: [(Person, String)]) -> JSONValue {
        ["marks": .array(marks.map { ["clientId": .text("\($0.0.clientID)"), "mark": .text($0.1)] })]
    }
}
