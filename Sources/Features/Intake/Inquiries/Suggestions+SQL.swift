import Postgres
import Practice

extension Inquiry {
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
