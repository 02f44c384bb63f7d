import Postgres
import Practice
import WebAPI

// A program has few tracks and phases: they come in one answer. Both are shown with their program: what is not published
// shows none to people in care.

extension Track {
    static func list(of program: ID<Program>, in practice: ID<Practice>) -> Query<[Details]> {
        .rows("\(selection(of: program, in: practice)) order by t.position, t.track_id", Details.init)
    }

    static func details(of track: ID<Track>, _ program: ID<Program>, in practice: ID<Practice>) -> Query<Details> {
        .row("\(selection(of: program, in: practice)) and t.track_id = \(track)", Details.init)
    }

    static func insert(
        _ new: New, as track: ID<Track>, of program: ID<Program>, in practice: ID<Practice>
    ) -> Query<Int> {
        .run(
            """
            insert into tracks (practice_id, track_id, program_id, name, description, position)
            select \(practice), \(track), \(program), \(new.name), \(new.description),
                   coalesce(\(new.position), (
                       select max(t.position) from tracks t
                       where t.practice_id = \(practice) and t.program_id = \(program)) + 1, 1)
            """)
    }

    static func update(
        _ change: Change, of track: ID<Track>, _ program: ID<Program>, in practice: ID<Practice>, version: Int
    ) -> Query<Int> {
        var changes = Changes(version: version)
        changes.set("name", change.name)
        changes.set("description", change.description)
        changes.set("position", change.position)
        return .run(
            """
            update tracks set \(changes.sql)
            where practice_id = \(practice) and program_id = \(program) and track_id = \(track)
            """)
    }

    private static func selection(of program: ID<Program>, in practice: ID<Practice>) -> SQL {
        """
        select t.track_id, t.name, t.description, t.position, t.version
        from tracks t join programs p on p.practice_id = t.practice_id and p.program_id = t.program_id
        where t.practice_id = \(practice) and t.program_id = \(program)
        """
    }
}

extension Phase {
    static func list(of program: ID<Program>, in practice: ID<Practice>) -> Query<[Details]> {
        .rows(
            "\(selection(of: program, in: practice)) order by t.position nulls first, f.position, f.phase_id",
            Details.init)
    }

    static func details(of phase: ID<Phase>, _ program: ID<Program>, in practice: ID<Practice>) -> Query<Details> {
        .row("\(selection(of: program, in: practice)) and f.phase_id = \(phase)", Details.init)
    }

    static func insert(
        _ new: New, as phase: ID<Phase>, of program: ID<Program>, in practice: ID<Practice>
    ) -> Query<Int> {
        .run(
            """
            insert into phases (practice_id, phase_id, program_id, track_id, name, description, exit_criteria, position)
            select \(practice), \(phase), \(program), \(new.track), \(new.name), \(new.description),
                   \(new.exitCriteria), coalesce(\(new.position), (
                       select max(f.position) from phases f
                       where f.practice_id = \(practice) and f.program_id = \(program)
                         and f.track_id is not distinct from \(new.track)) + 1, 1)
            """)
    }

    /// Holds the program's row before the phase's, as what asks for phases does after it: two changes at once would else
    /// wait for each other.
    static func update(
        _ change: Change, of phase: ID<Phase>, _ program: ID<Program>, in practice: ID<Practice>, version: Int
    ) -> Query<Int> {
        var changes = Changes(version: version)
        changes.set("description", change.description)
        changes.set("exit_criteria", change.exitCriteria)
        changes.set("position", change.position)
        changes.set("name", change.name)
        return .run(
            """
            update phases f set \(changes.sql)
            from (select p.program_id from programs p
                  where p.practice_id = \(practice) and p.program_id = \(program) for no key update) held
            where f.practice_id = \(practice) and f.program_id = held.program_id and f.phase_id = \(phase)
            """)
    }

    /// What a phase of this program asks for no more; nothing where the phases are not said.
    static func forgo(
        allBut required: [ID<Phase>]?, of phase: ID<Phase>, _ program: ID<Program>, in practice: ID<Practice>
    ) -> Query<Int> {
        .run(
            """
            delete from phase_prerequisites q using phases f
            where q.practice_id = \(practice) and q.phase_id = \(phase) and q.requires_id <> all(\(required))
              and f.practice_id = q.practice_id and f.phase_id = q.phase_id and f.program_id = \(program)
            """)
    }

    /// What a phase of this program asks for from now on.
    static func require(
        _ required: [ID<Phase>]?, of phase: ID<Phase>, _ program: ID<Program>, in practice: ID<Practice>
    ) -> Query<Int> {
        .run(
            """
            insert into phase_prerequisites (practice_id, phase_id, requires_id)
            select f.practice_id, f.phase_id, r.id
            from phases f, (select distinct id from unnest(\(required)) as r (id)) r
            where f.practice_id = \(practice) and f.program_id = \(program) and f.phase_id = \(phase)
              and not exists (select from phase_prerequisites q
                  where q.practice_id = f.practice_id and q.phase_id = f.phase_id and q.requires_id = r.id)
            """)
    }

    private static func selection(of program: ID<Program>, in practice: ID<Practice>) -> SQL {
        """
        select f.phase_id, f.track_id, f.name, f.description, f.exit_criteria, f.position,
               array(select q.requires_id from phase_prerequisites q
                     where q.practice_id = f.practice_id and q.phase_id = f.phase_id order by 1), f.version
        from phases f
            join programs p on p.practice_id = f.practice_id and p.program_id = f.program_id
            left join tracks t on t.practice_id = f.practice_id and t.track_id = f.track_id
        where f.practice_id = \(practice) and f.program_id = \(program)
        """
    }
}

extension Track.Details {
    init(_ row: inout Row) throws {
        id = try row.next()
        name = try row.next()
        description = try row.next()
        position = try row.next()
        version = try row.next()
    }
}

extension Phase.Details {
    init(_ row: inout Row) throws {
        id = try row.next()
        track = try row.next()
        name = try row.next()
        description = try row.next()
        exitCriteria = try row.next()
        position = try row.next()
        requires = try row.next()
        version = try row.next()
    }
}
