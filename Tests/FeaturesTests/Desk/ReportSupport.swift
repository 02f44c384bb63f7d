import Postgres
import Practice
import TestSupport

@testable import Features

/// A program of two phases, whose members can be counted on one's fingers. Today is 2026-01-05.
///
/// | | episode |
/// |---|---|
/// | Amy | first group from 10 January, completed on 1 April; third from 20 April |
/// | Bob | first from 15 January, withdrew on 20 February |
/// | Ivy | first from 1 February, completed on 1 March; third from 5 March, withdrew on 20 March |
/// | Dee | first from 1 August, transferred on 10 September to the second |
/// | Cal | first from 1 November, paused since 20 December |
/// | Hal | waited for the first from 1 November, got an offer on the 10th and took it on the 12th |
/// | Jon | was offered a seat in the third on 5 December and took it on the same day |
/// | Gus | was offered a seat in the second on 10 December, and let it pass |
/// | Eve | waits for the first since 1 December |
/// | Flo | has an offer of the second since 3 January, until the 10th |
struct ReportScene: Sendable {
    let program: ID<Program>
    /// Of the phase One, with four seats; Fay leads it.
    let first: ID<Group>
    /// Of the phase One, with three seats; Ian leads it, whom Susan supervises.
    let second: ID<Group>
    /// Of the phase Two, with five seats; nobody leads it.
    let third: ID<Group>
    let one: ID<Phase>
    let two: ID<Phase>

    init(_ seed: inout Seed, in house: House) throws {
        program = seed.program("Steps")
        first = seed.group("First", in: program, capacity: 4, facilitatedBy: house.facilitator)
        second = seed.group("Second", in: program, capacity: 3, facilitatedBy: house.intern)
        third = seed.group("Third", in: program, capacity: 5)
        (one, two) = (seed.id(), seed.id())
        addPhases(&seed)
        try addEpisodes(&seed)
    }

    private func addPhases(_ seed: inout Seed) {
        for (phase, name, position) in [(one, "One", 1), (two, "Two", 2)] {
            seed.add(
                """
                insert into phases (practice_id, phase_id, program_id, name, position)
                values (\(seed.practiceID), \(phase), \(program), \(name), \(position))
                """)
        }
        for (group, phase) in [(first, one), (second, one), (third, two)] {
            seed.add(
                """
                update groups set phase_id = \(phase), starts_on = '2025-01-01', version = version + 1
                where practice_id = \(seed.practiceID) and group_id = \(group)
                """)
        }
        seed.add(
            "delete from phases where practice_id = \(seed.practiceID) and program_id = \(program) and name = 'Education'"
        )
    }

    private func addEpisodes(_ seed: inout Seed) throws {
        var people: [String: ID<Client>] = [:]
        for name in ["Amy", "Bob", "Cal", "Dee", "Eve", "Flo", "Gus", "Hal", "Ivy", "Jon"] {
            people[name] = try seed.client("\(name) Stepper", born: "1980-05-01").clientID
        }
        func episode(_ name: String, _ group: ID<Group>, _ steps: KeyValuePairs<String, String>) {
            if let client = people[name] { seed.episode(of: client, in: group, steps) }
        }
        episode("Amy", first, ["active": "2025-01-10", "completed": "2025-04-01"])
        episode("Amy", third, ["active": "2025-04-20"])
        episode("Bob", first, ["active": "2025-01-15", "withdrawn": "2025-02-20"])
        episode("Ivy", first, ["active": "2025-02-01", "completed": "2025-03-01"])
        episode("Ivy", third, ["active": "2025-03-05", "withdrawn": "2025-03-20"])
        episode("Dee", first, ["active": "2025-08-01", "transferred": "2025-09-10"])
        episode("Dee", second, ["active": "2025-09-10"])
        episode("Cal", first, ["active": "2025-11-01", "paused": "2025-12-20"])
        episode("Hal", first, ["waitlisted": "2025-11-01", "offered": "2025-11-10", "active": "2025-11-12"])
        episode("Jon", third, ["offered": "2025-12-05", "active": "2025-12-05"])
        episode("Gus", second, ["offered": "2025-12-10", "withdrawn": "2025-12-17"])
        episode("Eve", first, ["waitlisted": "2025-12-01"])
        episode("Flo", second, ["offered": "2026-01-03"])
        addMeetings(people, &seed)
    }

    /// Two meetings of the first group, one of which begins in the old year in Phoenix and in the new in Greenwich; one of
    /// the second; one that was cancelled, and one in which nobody is marked.
    private func addMeetings(_ people: [String: ID<Client>], _ seed: inout Seed) {
        for (group, start, isCancelled, marks) in [
            (first, "2025-12-02T18:00:00-07:00", false, ["Cal": "present", "Hal": "late"]),
            (first, "2025-12-31T23:30:00-07:00", false, ["Cal": "excused", "Hal": "absent"]),
            (second, "2026-01-02T18:00:00-07:00", false, ["Dee": "remote"]),
            (first, "2025-12-09T18:00:00-07:00", true, ["Cal": "absent"]),
            (first, "2025-12-16T18:00:00-07:00", false, [:]),
        ] {
            let meeting: ID<Meeting> = seed.id()
            seed.add(
                """
                insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes, cancelled)
                values (\(seed.practiceID), \(meeting), \(group), \(start)::text::timestamptz, 90, \(isCancelled))
                """)
            for (name, mark) in marks.sorted(by: { $0.key < $1.key }) {
                seed.add(
                    """
                    insert into attendance
                        (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
                    select \(seed.practiceID), \(meeting), \(people[name]), \(group), \(mark),
                        \(start)::text::timestamptz, account_id
                    from staff where practice_id = \(seed.practiceID) limit 1
                    """)
            }
        }
    }
}

extension Seed {
    /// An episode whose steps were written down on their days, at noon: what was believed before each is kept.
    mutating func episode(of client: ID<Client>, in group: ID<Group>, _ steps: KeyValuePairs<String, String>) {
        let enrollment: ID<Enrollment> = id()
        let (statuses, days) = (steps.map(\.key), steps.map(\.value))
        let offer = statuses.last == "offered" ? days.last : nil
        add(
            """
            insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at, offer_expires_at)
            values (\(practiceID), \(enrollment), \(group), \(client), \(days[0])::text::timestamptz,
                    \(offer)::text::timestamptz + interval '7 days 12 hours')
            """)
        add(
            """
            with steps as (
                select n, status, day::date as day, day::timestamptz + interval '12 hours' + n * interval '1 minute' as noted,
                    lead(day::date) over (order by n) as next,
                    lead(day::timestamptz) over (order by n) + interval '12 hours' + (n + 1) * interval '1 minute' as revised
                from unnest(\(statuses), \(days)) with ordinality as s (status, day, n))
            insert into enrollment_spans
                (practice_id, span_id, enrollment_id, group_id, client_id, status, during, recorded)
            select \(practiceID), gen_random_uuid(), \(enrollment), \(group), \(client), status, during, recorded
            from steps, lateral (values
                (daterange(day, null), tstzrange(noted, revised)),
                (case when next > day then daterange(day, next) end, tstzrange(revised, null))) s (during, recorded)
            where during is not null
            """)
    }
}

func withScene(_ body: @Sendable (World, ReportScene) async throws -> Void) async throws {
    try await withWorld { world in
        let scene = try await world.seed(world.mesa) { try ReportScene(&$0, in: world.mesa) }
        try await body(world, scene)
    }
}
