import Postgres
import Practice

extension Seed {
    /// A program that clients may read about.
    public mutating func program(_ name: String) -> ID<Program> {
        let programID: ID<Program> = id()
        add(
            """
            insert into programs (practice_id, program_id, name, description, published, created_at)
            values (\(practiceID), \(programID), \(name), 'A program.', true, \(now))
            """)
        return programID
    }

    /// A group that meets on Tuesdays at 18:00, in Phoenix unless it is said otherwise, since 60 days.
    public mutating func group(
        _ name: String, in program: ID<Program>, capacity: Int = 12, facilitatedBy facilitator: Person? = nil,
        timeZone: String = "America/Phoenix"
    ) -> ID<Group> {
        let groupID: ID<Group> = id()
        let since = today.adding(days: -60)
        add(
            """
            insert into phases (practice_id, phase_id, program_id, name, position)
            values (\(practiceID), \(id(Phase.self)), \(program), 'Education', 1)
            on conflict do nothing
            """)
        add(
            """
            insert into groups
                (practice_id, group_id, program_id, name, phase_id, capacity, starts_on, recurrence, meets_at,
                 time_zone, place, created_at)
            select \(practiceID), \(groupID), \(program), \(name), phase_id, \(capacity), \(since),
                    'FREQ=WEEKLY;BYDAY=TU', '18:00', \(timeZone), 'Mesa', \(now)
            from phases where practice_id = \(practiceID) and program_id = \(program) and name = 'Education'
            """)
        if let facilitator {
            add(
                """
                insert into group_facilitators (practice_id, group_id, account_id, during)
                values (\(practiceID), \(groupID), \(facilitator.accountID), daterange(\(since), null))
                """)
        }
        return groupID
    }

    /// Enrolls a client in a group since 30 days.
    public mutating func enrollment(
        of client: Person, in group: ID<Group>, status: String = "active"
    ) -> ID<Enrollment> {
        enrollment(
            of: client.clientID, in: group, status: status, during: "daterange(\(today.adding(days: -30)), null)")
    }

    /// An episode that the practice has heard of just now: of one status from its first day on, or with a seat until the
    /// day on which it ended with that status.
    public mutating func enrollment(
        of client: ID<Client>, in group: ID<Group>, status: String, during: SQL
    ) -> ID<Enrollment> {
        let enrollmentID: ID<Enrollment> = id()
        add(
            """
            insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at, waiting_since)
            values (\(practiceID), \(enrollmentID), \(group), \(client), \(now),
                    case when \(status)::text in ('waitlisted', 'offered') then \(now)::timestamptz end)
            """)
        add(
            """
            insert into enrollment_spans
                (practice_id, span_id, enrollment_id, group_id, client_id, status, during, recorded)
            select \(practiceID), uuid_v7(\(now)), \(enrollmentID), \(group), \(client), s.status, s.during,
                   tstzrange(\(now), null)
            from (select \(during) as d) t, lateral (values
                (case when upper_inf(d) then \(status)::text else 'active' end, d),
                (\(status)::text, case when not upper_inf(d) then daterange(upper(d), null) end)) s (status, during)
            where s.during is not null
            """)
        return enrollmentID
    }

    /// A meeting of a group, last Tuesday at 18:00 in Phoenix.
    public mutating func meeting(of group: ID<Group>, attendedBy clients: [Person], recordedBy: Person) -> ID<Meeting> {
        let meetingID: ID<Meeting> = id()
        let start = now - .seconds(6 * 86_400 - 9 * 3_600)
        add(
            """
            insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
            values (\(practiceID), \(meetingID), \(group), \(start), 90)
            """)
        for client in clients {
            add(
                """
                insert into attendance
                    (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
                values (\(practiceID), \(meetingID), \(client.clientID), \(group), 'present', \(start),
                        \(recordedBy.accountID))
                """)
        }
        return meetingID
    }
}
