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

    static func suggestions(_ id: ID<Inquiry>) -> Query<[Suggestion]> {
        Query.rows(
            """
            select program_id, program, preferred, age_known, minimum_age, maximum_age, group_id, group_name, phase, track,
                preferred_track, open, starts_on, recurrence, meets_at, time_zone, place, capacity, seats
            from access.inquiry_suggestions(\(id))
            """
        ) { row in
            var suggestion = Suggestion(
                programID: try row.next(), program: try row.next(), isPreferred: try row.next(),
                isAgeKnown: try row.next(), minimumAge: try row.next(), maximumAge: try row.next())
            suggestion.groups = try Seat(&row).map { [$0] } ?? []
            return suggestion
        }.map { rows in
            rows.reduce(into: []) { programs, row in
                if let last = programs.indices.last, programs[last].programID == row.programID {
                    programs[last].groups += row.groups
                } else {
                    programs.append(row)
                }
            }
        }
    }
}

extension Inquiry.Seat {
    /// Nil where no group of the program takes anybody.
    fileprivate init?(_ row: inout Row) throws {
        let (id, name) = (try row.next(ID<Group>?.self), try row.next(String?.self))
        let (phase, track) = (try row.next(String?.self), try row.next(String?.self))
        let (preferred, open) = (try row.next(Bool.self), try row.next(Bool?.self))
        let (startsOn, days) = (try row.next(Day?.self), try row.next(MeetingDays?.self))
        let (meetsAt, zone) = (try row.next(LocalTime?.self), try row.next(String?.self))
        let place = try row.next(String?.self)
        let (capacity, seats) = (try row.next(Int?.self), try row.next(Int?.self))
        guard let id, let name, let open, let startsOn, let days, let meetsAt, let zone, let capacity, let seats
        else { return nil }
        self.init(
            id: id, name: name, phase: phase, track: track, isPreferredTrack: preferred, isOpen: open,
            startsOn: startsOn, days: days, meetsAt: meetsAt, timeZone: zone, place: place, capacity: capacity,
            seats: seats)
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
