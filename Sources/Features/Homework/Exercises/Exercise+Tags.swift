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

extension Exercise.Tags {
    /// Of `exercises e`.
    static let columns: SQL = """
        \(column("program_id")), \(column("track_id")), \(column("phase_id"))
        """

    private static func column(_ kind: SQL) -> SQL {
        """
        array(select t.\(kind) from exercise_tags t
              where t.practice_id = e.practice_id and t.exercise_id = e.exercise_id and t.\(kind) is not null
              order by t.\(kind))
        """
    }

    /// Puts these tags in the place of those that there are.
    func set(_ exercise: ID<Exercise>, of practice: ID<Practice>, ifVersion: Int) -> Query<Exercise.Tagged> {
        .row(
            """
            with target as materialized (
                select e.version <> \(ifVersion) as is_stale from exercises e
                where e.practice_id = \(practice) and e.exercise_id = \(exercise)
                for no key update
            ), unknown as materialized (
                select exists (select unnest(\(programs)) except select program_id from programs
                               where practice_id = \(practice)) as programs,
                    exists (select unnest(\(tracks)) except select track_id from tracks
                            where practice_id = \(practice)) as tracks,
                    exists (select unnest(\(phases)) except select phase_id from phases
                            where practice_id = \(practice)) as phases
            ), changed as (
                update exercises e set version = e.version + 1
                from target t, unknown u
                where e.practice_id = \(practice) and e.exercise_id = \(exercise)
                  and not (t.is_stale or u.programs or u.tracks or u.phases)
                returning e.author_id
            ), removed as (
                delete from exercise_tags t using changed
                where t.practice_id = \(practice) and t.exercise_id = \(exercise)
                  and t.tag_id <> all (\(programs) || \(tracks) || \(phases))
            ), added as (
                insert into exercise_tags
                    (practice_id, exercise_id, tag_id, author_id, program_id, track_id, phase_id)
                select \(practice), \(exercise), coalesce(n.program_id, n.track_id, n.phase_id), c.author_id,
                    n.program_id, n.track_id, n.phase_id
                from changed c, (
                    select id as program_id, null::uuid as track_id, null::uuid as phase_id from unnest(\(programs)) id
                    union select null, id, null from unnest(\(tracks)) id
                    union select null, null, id from unnest(\(phases)) id) n
                on conflict (practice_id, exercise_id, tag_id) do nothing
            )
            select t.is_stale, u.programs, u.tracks, u.phases from target t, unknown u
            """
        ) { row in
            Exercise.Tagged(
                isStale: try row.next(), unknownPrograms: try row.next(), unknownTracks: try row.next(),
                unknownPhases: try row.next())
        }
    }
}
