import Features
import JSON
import Postgres
import Practice

extension DemoScene {
    /// A program with its tracks and phases, each phase of a track asking for the one before; the phases in the order of
    /// the path.
    mutating func program(_ path: DemoPath) -> (id: ID<Program>, phases: [ID<Phase>]) {
        let program: ID<Program> = id()
        add(
            """
            insert into programs
                (practice_id, program_id, name, description, published, minimum_age, maximum_age, consents, created_at)
            values (\(practiceID), \(program), \(path.name), \(path.description), true, \(path.ages.lowerBound),
                    \(path.ages.upperBound), \(path.consents), \(at(day: -DemoScene.yearAgo)))
            """)
        let phases = path.tracks.enumerated().flatMap { track(of: program, $1, $0 + 1) }
        return (program, phases)
    }

    private mutating func track(of program: ID<Program>, _ track: DemoPath.Track, _ position: Int) -> [ID<Phase>] {
        let trackID: ID<Track> = id()
        add(
            """
            insert into tracks (practice_id, track_id, program_id, name, description, position)
            values (\(practiceID), \(trackID), \(program), \(track.name), \(track.description), \(position))
            """)
        var phases: [ID<Phase>] = []
        for (index, phase) in track.phases.enumerated() {
            let phaseID: ID<Phase> = id()
            add(
                """
                insert into phases
                    (practice_id, phase_id, program_id, track_id, name, description, exit_criteria, position)
                values (\(practiceID), \(phaseID), \(program), \(trackID), \(phase.name), \(phase.description),
                        \(phase.exitCriteria), \(index + 1))
                """)
            if let before = phases.last {
                add(
                    """
                    insert into phase_prerequisites (practice_id, phase_id, requires_id)
                    values (\(practiceID), \(phaseID), \(before))
                    """)
            }
            phases.append(phaseID)
        }
        return phases
    }

    mutating func group(_ plan: DemoGroup, in program: ID<Program>, phase: ID<Phase>?) -> ID<Group> {
        let group: ID<Group> = id()
        add(
            """
            insert into groups
                (practice_id, group_id, program_id, name, phase_id, capacity, starts_on, recurrence,
                 meets_at, telehealth, time_zone, place, created_at)
            values (\(practiceID), \(group), \(program), \(plan.name), \(phase), \(plan.capacity),
                    \(day(-plan.opens)), \(plan.recurrence), \(plan.time)::text::time, \(plan.isTelehealth), \(zone.name), \(plan.place), \(at(day: plan.opens)))
            """)
        return group
    }

    /// Puts somebody at the head of a group from so many days ago on, until so many days ago, or for good.
    mutating func lead(
        _ group: ID<Group>, _ facilitator: ID<Account>, as role: String = "facilitator",
        since: Int = DemoScene.yearAgo, until: Int? = nil
    ) {
        add(
            """
            insert into group_facilitators (practice_id, group_id, account_id, role, during)
            values (\(practiceID), \(group), \(facilitator), \(role),
                    daterange(\(day(since)), \(until.map { day($0) })))
            """)
    }

    mutating func closure(_ name: String, _ days: ClosedRange<Day>) {
        closures.append(days)
        add(
            """
            insert into closures (practice_id, closure_id, name, during)
            values (\(practiceID), \(id(Closure.self)), \(name),
                    daterange(\(days.lowerBound), \(days.upperBound), '[]'))
            """)
    }

    /// Homework of one client, due once.
    mutating func homework(
        _ exercise: Library.Exercise, for client: ID<Client>, by counselor: ID<Account>, dueInDays days: Int
    ) {
        let (assignment, dueOn) = (id(Assignment.self), today.adding(days: days))
        let schedule: JSONValue = [
            "repeats": "once", "startsOn": .text(today.description), "dueOn": .text(dueOn.description),
            "dueTime": "20:00", "timeZone": "America/Phoenix",
        ]
        add(
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, client_id, assigned_by, assigned_at, schedule)
            values (\(practiceID), \(assignment), \(exercise.version), \(client), \(counselor), \(now),
                    \(JSONB(bytes: schedule.bytes)))
            """)
        add(
            """
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, occurrence, title, opens_at,
                 due_at)
            values (\(practiceID), \(id(Homework.self)), \(assignment), \(exercise.version), \(client), 1,
                    \(exercise.title), \(now), (\(dueOn) + time '20:00') at time zone 'America/Phoenix')
            """)
    }
}

/// The exercises of a demo practice, by title.
struct Library {
    typealias Exercise = (version: ID<ExerciseVersion>, title: String)

    private let versions: [String: ID<ExerciseVersion>]

    init(_ exercises: [ExerciseLibrary.Shipped]) {
        versions = Dictionary(exercises.map { ($0.title, $0.version) }) { $1 }
    }

    func exercise(_ title: String) throws -> Exercise {
        guard let version = versions[title] else { throw DemoFault("No exercise of the library is named \(title).") }
        return (version, title)
    }
}
