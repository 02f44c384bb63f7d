import JSON
import Postgres
import Practice
import WebAPI

extension Track {
    /// A track as the API shows it.
    struct Details: Sendable {
        let id: ID<Track>
        let name: String
        let description: String
        let position: Int
        let version: Int
    }

    struct New: Sendable {
        let name: String
        let description: String
        /// Behind the others, where none is said.
        let position: Int?
    }

    struct Change: Sendable {
        let name: String?
        let description: String?
        let position: Int?
    }

    static let faults: [String: FieldFault] = [
        "tracks_name_is_taken": FieldFault("/name", "taken", "Another track of this program has this name."),
        "tracks_position": FieldFault("/position", "out_of_range", "This must be 1 to 1000."),
    ]
}

extension Phase {
    /// A phase as the API shows it.
    struct Details: Sendable {
        let id: ID<Phase>
        let track: ID<Track>?
        let name: String
        let description: String
        let exitCriteria: String
        let position: Int
        let requires: [ID<Phase>]
        let version: Int
    }

    struct New: Sendable {
        let track: ID<Track>?
        let name: String
        let description: String
        let exitCriteria: String
        /// Behind the others, where none is said.
        let position: Int?
        let requires: [ID<Phase>]
    }

    /// What may be changed of a phase. It stays in its track: what is known of who walked it would not fit any more.
    struct Change: Sendable {
        let name: String?
        let description: String?
        let exitCriteria: String?
        let position: Int?
        let requires: [ID<Phase>]?
    }

    static let faults: [String: FieldFault] = [
        "phases_name_is_taken": FieldFault("/name", "taken", "Another phase of this track has this name."),
        "phases_position": FieldFault("/position", "out_of_range", "This must be 1 to 1000."),
        "phases_practice_id_program_id_track_id_fkey": FieldFault(
            "/trackId", "unknown", "The program has no such track."),
        "prerequisite_is_no_phase_of_the_program": FieldFault(
            "/requires", "unknown", "The program has no such phase."),
        "prerequisite_is_of_another_track": FieldFault(
            "/requires", "other_track", "A phase asks for phases of its own track, or of the whole program."),
        "prerequisite_leads_back": FieldFault(
            "/requires", "leads_back", "The way to a phase must not lead through that phase."),
        "phase_prerequisites_are_other_phases": FieldFault(
            "/requires", "leads_back", "The way to a phase must not lead through that phase."),
    ]
}

extension Track.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("description", description)
            json.member("position", position)
            json.member("version", version)
        }
    }
}

extension Phase.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("trackId", track)
            json.member("name", name)
            json.member("description", description)
            json.member("exitCriteria", exitCriteria)
            json.member("position", position)
            json.array("requires", requires)
            json.member("version", version)
        }
    }
}
