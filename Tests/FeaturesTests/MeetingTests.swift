import Postgres
import Practice
import TestSupport
import Testing

/// When a group meets, and who came.
@Suite struct MeetingTests {
    @Test func `a facilitator plans a meeting, once at one time`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/groups/\(house.group)/meetings"
            let start: JSONValue = ["startsAt": "2026-01-07T01:00:00Z"]
            let made = try await world.request(.post, path, as: house.facilitator, json: start)
            #expect(made.status == 201 && made["minutes"] == 90)
            #expect(
                try await world.request(.post, path, as: house.facilitator, json: start).faults == ["/startsAt taken"])
            #expect(try await world.request(.get, path, as: house.client).items.count == 2)
            for stranger in [house.partner, world.tempe.facilitator] {
                #expect(try await world.request(.get, path, as: stranger).status == 404)
            }
            #expect(try await world.request(.post, path, as: house.newcomer, json: start).status == 404)
        }
    }

    @Test func `marks are recorded together, corrected, and kept for members only`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/meetings/\(house.meeting)/attendance"
            let both = Self.marks([(house.client, "absent"), (house.loner, "late")])
            let recorded = try await world.request(.put, path, as: house.facilitator, json: both)
            #expect(recorded.items.map { $0["mark"] } == ["absent", "late"])
            #expect(recorded.items.map { $0["recordedAt"] } == ["2026-01-05T16:00:00Z", "2026-01-05T16:00:00Z"])
            let stranger = try await world.request(
                .put, path, as: house.facilitator,
                json: Self.marks([(house.client, "present"), (house.partner, "present")]))
            #expect(stranger.faults == ["/marks/1/clientId not_a_member"])
            #expect(
                try await world.request(.get, path, as: house.intake).items.map { $0["mark"] } == ["absent", "late"])
            let twice = try await world.request(
                .put, path, as: house.facilitator,
                json: Self.marks([(house.client, "present"), (house.client, "absent")]))
            #expect(twice.faults == ["/marks/1/clientId duplicate"])
            let roster = try await world.request(.get, "/v1/groups/\(house.group)/roster", as: house.facilitator)
            #expect(
                roster["members"].asArray.map { $0["attendance"] } == [
                    ["attended": 0, "meetings": 1], ["attended": 1, "meetings": 1],
                ])
        }
    }

    @Test func `nobody attends a meeting that was cancelled, and strangers see no attendance`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let path = "/v1/meetings/\(house.meeting)/attendance"
            let marks = Self.marks([(house.client, "present")])
            for stranger in [house.newcomer, world.tempe.facilitator] {
                #expect(try await world.request(.get, path, as: stranger).status == 404)
                #expect(try await world.request(.put, path, as: stranger, json: marks).status == 404)
            }
            try await world.run("update meetings set cancelled = true, version = 2 where meeting_id = \(house.meeting)")
            let refused = try await world.request(.put, path, as: house.facilitator, json: marks)
            #expect(refused.status == 409 && refused.code == "meeting_is_cancelled")
        }
    }

    private static func marks(_ marks: [(Person, String)]) -> JSONValue {
        ["marks": .array(marks.map { ["clientId": .text("\($0.0.clientID)"), "mark": .text($0.1)] })]
    }
}

extension JSONValue {
    /// The elements of an array.
    var asArray: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
