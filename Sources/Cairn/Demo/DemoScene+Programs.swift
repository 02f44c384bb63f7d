import Features
import Postgres
import Practice

extension DemoScene {
    mutating func program(_ name: String, _ description: String, ages: ClosedRange<Int>) -> ID<Program> {
        let program: ID<Program> = id()
        add(
            """
            insert into programs
                (practice_id, program_id, name, description, published, minimum_age, maximum_age, created_at)
            values (\(practiceID), \(program), \(name), \(description), true, \(ages.lowerBound), \(ages.upperBound),
                    \(now))
            """)
        return program
    }

    mutating func group(
        _ name: String, in program: ID<Program>, phase: String?, track: String?, weekday: Int, at time: String,
        ledBy facilitator: ID<Account>
    ) -> ID<Group> {
        let group: ID<Group> = id()
        var phaseID: ID<Phase>?
        if let phase, let track { phaseID = self.phase(phase, track, of: program) }
        add(
            """
            insert into groups
                (practice_id, group_id, program_id, name, phase_id, capacity, starts_on, weekday, meets_at,
                 time_zone, place, created_at)
            values (\(practiceID), \(group), \(program), \(name), \(phaseID), 12, \(day(60)), \(weekday),
                    \(time)::text::time, 'America/Phoenix', 'Mesa', \(now))
            """)
        add(
            """
            insert into group_facilitators (practice_id, group_id, account_id, during)
            values (\(practiceID), \(group), \(facilitator), daterange(\(day(60)), null))
            """)
        return group
    }

    private mutating func phase(_ name: String, _ track: String, of program: ID<Program>) -> ID<Phase> {
        let (trackID, phaseID) = (id(Track.self), id(Phase.self))
        add(
            """
            insert into tracks (practice_id, track_id, program_id, name, position)
            values (\(practiceID), \(trackID), \(program), \(track), 1)
            """)
        add(
            """
            insert into phases (practice_id, phase_id, program_id, track_id, name, position)
            values (\(practiceID), \(phaseID), \(program), \(trackID), \(name), 1)
            """)
        return phaseID
    }

    mutating func enrollment(of client: ID<Client>, in group: ID<Group>) {
        let enrollment: ID<Enrollment> = id()
        add(
            """
            insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at)
            values (\(practiceID), \(enrollment), \(group), \(client), \(now))
            """)
        add(
            """
            insert into enrollment_spans
                (practice_id, span_id, enrollment_id, group_id, client_id, status, during, recorded)
            values (\(practiceID), uuid_v7(\(now)), \(enrollment), \(group), \(client), 'active',
                    daterange(\(day(45)), null), tstzrange(\(now), null))
            """)
    }

    mutating func meeting(of group: ID<Group>, daysAgo: Int, attendedBy clients: [ID<Client>], _ recorder: ID<Account>)
    {
        let meeting: ID<Meeting> = id()
        let start = now - .seconds(Int64(daysAgo) * 86_400)
        add(
            """
            insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
            values (\(practiceID), \(meeting), \(group), \(start), 90)
            """)
        for client in clients {
            add(
                """
                insert into attendance (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
                values (\(practiceID), \(meeting), \(client), \(group), 'present', \(start), \(recorder))
                """)
        }
    }

    /// Puts the exercises that Cairn ships into the practice's library.
    mutating func library() throws -> Library {
        var library = Library()
        for exercise in try ExerciseLibrary.insert(into: practiceID, at: now, surroundings) {
            add(exercise.query)
            library.versions[exercise.title] = exercise.version
        }
        return library
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

    fileprivate(set) var versions: [String: ID<ExerciseVersion>] = [:]

    func exercise(_ title: String) throws -> Exercise {
        guard let version = versions[title] else { throw Refusal("No exercise of the library is named \(title).") }
        return (version, title)
    }
}
