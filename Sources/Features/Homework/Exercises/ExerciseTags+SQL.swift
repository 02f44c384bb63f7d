import Postgres
import Practice

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
            ), unknown as materialized (\(unknown(in: practice))
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

    /// Of what kinds something is named that the practice does not have.
    private func unknown(in practice: ID<Practice>) -> SQL {
        """
        select exists (select unnest(\(programs)) except select program_id from programs
                       where practice_id = \(practice)) as programs,
            exists (select unnest(\(tracks)) except select track_id from tracks
                    where practice_id = \(practice)) as tracks,
            exists (select unnest(\(phases)) except select phase_id from phases
                    where practice_id = \(practice)) as phases
        """
    }
}
