import JSON
import Postgres
import Practice
import WebAPI

extension Inquiry {
    /// A program for which somebody seems eligible, with its groups that take people and have a seat, the likeliest first.
    struct Suggestion: Sendable {
        let programID: ID<Program>
        let program: String
        let isPreferred: Bool
        /// Whether the birth date was known; without it the kind of the inquiry decides.
        let isAgeKnown: Bool
        let minimumAge: Int?
        let maximumAge: Int?
        var groups: [Seat] = []
    }

    /// A group that has a seat.
    struct Seat: Sendable {
        let id: ID<Group>
        let name: String
        let phase: String?
        let track: String?
        let isPreferredTrack: Bool
        let isOpen: Bool
        let startsOn: Day
        let days: MeetingDays
        let meetsAt: LocalTime
        let timeZone: String
        let place: String?
        let capacity: Int
        let seats: Int
    }
}

/// What could be offered to who asks.
struct SuggestionRoutes: RouteGroup {
    var routes: [Route] {
        [.get("/v1/inquiries/{inquiryId}/suggestions", "inquiry.read", of: .inquiry("inquiryId"), suggest)]
    }

    private func suggest(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let suggestions = try await call.run(Inquiry.suggestions(call.id("inquiryId")))
        return .list(suggestions)
    }
}

extension Inquiry.Suggestion: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.object("program") { json in
                json.member("id", programID)
                json.member("name", program)
                json.member("minimumAge", minimumAge)
                json.member("maximumAge", maximumAge)
            }
            json.member("preferred", isPreferred)
            json.member("ageKnown", isAgeKnown)
            json.array("groups", groups)
        }
    }
}

extension Inquiry.Seat: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("phase", phase)
            json.member("track", track)
            json.member("preferredTrack", isPreferredTrack)
            json.member("open", isOpen)
            json.member("startsOn", startsOn)
            json.member("recurrence", days)
            json.member("weekday", days.weekly?.weekday.isoNumber)
            json.member("meetsAt", meetsAt)
            json.member("timeZone", timeZone)
            json.member("place", place)
            json.member("capacity", capacity)
            json.member("seats", seats)
        }
    }
}
