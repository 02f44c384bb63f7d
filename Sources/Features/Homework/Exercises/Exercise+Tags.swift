import JSON
import Postgres
import Practice
import WebAPI

extension Exercise {
    /// For which programs, tracks and phases an exercise is meant.
    struct Tags: Sendable {
        var programs: [ID<Program>]
        var tracks: [ID<Track>]
        var phases: [ID<Phase>]

        init(_ body: inout JSONObjectReader) {
            programs = body.required("programIds", .array(0...50, of: .id()))
            tracks = body.required("trackIds", .array(0...50, of: .id()))
            phases = body.required("phaseIds", .array(0...50, of: .id()))
        }

        init(_ row: inout Row) throws(PostgresError) {
            programs = try row.next()
            tracks = try row.next()
            phases = try row.next()
        }

        func write(membersTo json: inout JSONWriter) {
            json.array("programIds", programs)
            json.array("trackIds", tracks)
            json.array("phaseIds", phases)
        }
    }

    /// What setting tags came to.
    struct Tagged: Sendable {
        var isStale: Bool
        var unknownPrograms: Bool
        var unknownTracks: Bool
        var unknownPhases: Bool

        /// What the caller is told where nothing was changed; nil where all is well.
        var problem: Problem? {
            if isStale { return .stale }
            let faults = [
                unknownPrograms ? Self.unknown("programIds", "program") : nil,
                unknownTracks ? Self.unknown("trackIds", "track") : nil,
                unknownPhases ? Self.unknown("phaseIds", "phase") : nil,
            ].compactMap(\.self)
            return faults.isEmpty ? nil : .invalid(faults)
        }

        private static func unknown(_ member: String, _ kind: String) -> FieldFault {
            FieldFault("/\(member)", "unknown", "The practice has no such \(kind).")
        }
    }
}
