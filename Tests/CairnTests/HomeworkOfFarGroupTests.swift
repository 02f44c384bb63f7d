import JSON
import Practice
import Testing
import TestSupport

/// Homework that hangs on the meetings of a group in another time zone than the practice.
extension HomeworkAnchorTests {
    @Test func `the evening before a meeting is counted on the calendar of its group`() async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let far = try await world.seed(mesa) { seed in
                let far = seed.group(
                    "Far", in: mesa.program, facilitatedBy: mesa.facilitator, timeZone: "Pacific/Auckland")
                _ = seed.enrollment(of: mesa.client, in: far)
                return far
            }
            // Tuesday the 13th at 18:00 in Auckland, when it is Monday evening at 22:00 in Phoenix.
            let made = try await world.request(
                .post, "/v1/groups/\(far)/meetings", as: mesa.facilitator, json: ["startsAt": "2026-01-13T05:00:00Z"])
            #expect(made.status == 201)
            let id = try await world.give(
                to: "groups/\(far)",
                #""repeats":"beforeMeetings","daysBefore":1,"startsOn":"2026-01-05","dueTime":"20:00""#,
                as: mesa.facilitator)
            #expect(try await world.pieces(of: id, mesa.client) == ["1 2026-01-12 2026-01-13T03:00:00Z assigned"])
        }
    }
}
