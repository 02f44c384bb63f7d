import Foundation
import Postgres
import Practice
import TestSupport

/// The ties of people, and what hangs on them, as rows.
extension Seed {
    mutating func careTeam(_ client: ID<Client>, _ staff: Person, _ span: Span = .still) {
        add(
            """
            insert into care_team_memberships (practice_id, membership_id, client_id, account_id, during)
            values (\(practiceID), \(id(CareTeamMembership.self)), \(client), \(staff.accountID), \(self.span(span)))
            """)
    }

    mutating func careTeam(_ couple: ID<Couple>, _ staff: Person, _ span: Span = .still) {
        add(
            """
            insert into care_team_memberships (practice_id, membership_id, couple_id, account_id, during)
            values (\(practiceID), \(id(CareTeamMembership.self)), \(couple), \(staff.accountID), \(self.span(span)))
            """)
    }

    mutating func facilitator(_ group: ID<Group>, _ staff: Person, _ span: Span = .still) {
        add(
            """
            insert into group_facilitators (practice_id, group_id, account_id, during)
            values (\(practiceID), \(group), \(staff.accountID), \(self.span(span)))
            """)
    }

    mutating func supervision(_ supervisee: Person, _ supervisor: Person, _ span: Span = .still) {
        add(
            """
            insert into supervisions (practice_id, supervisor_id, supervisee_id, during)
            values (\(practiceID), \(supervisor.accountID), \(supervisee.accountID), \(self.span(span)))
            """)
    }

    mutating func guardianship(
        _ guardian: ID<Guardian>?, of client: Person, _ scopes: [String]?, _ span: Span
    ) {
        add(
            """
            insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
            values (\(practiceID), \(id(Guardianship.self)), \(guardian), \(client.clientID), \(scopes ?? []),
                    \(self.span(span)))
            """)
    }

    /// A place in a group that was recorded by mistake: nothing is believed of it any more.
    mutating func mistakenEnrollment(of person: Person, in group: ID<Group>) {
        add(
            """
            insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at, was_mistake)
            values (\(practiceID), \(id(Enrollment.self)), \(group), \(person.clientID), \(now), true)
            """)
    }

    /// Makes a chart inactive.
    mutating func closeChart(of person: Person) {
        add(
            """
            update clients set status = 'inactive', version = version + 1
            where practice_id = \(practiceID) and client_id = \(person.clientID)
            """)
    }

    /// An account that is a guardian besides.
    mutating func guardianRow(_ guardian: ID<Guardian>, of person: Person) {
        add(
            """
            insert into guardians (practice_id, guardian_id, name, email, account_id, created_at)
            values (\(practiceID), \(guardian), \(person.name), \(person.email), \(person.accountID), \(now))
            """)
    }

    /// An account that has worked here, or does.
    mutating func staffRow(of person: Person) {
        add(
            """
            insert into staff (practice_id, account_id) values (\(practiceID), \(person.accountID))
            on conflict do nothing
            """)
    }

    /// Ends a couple yesterday.
    mutating func end(_ couple: ID<Couple>) {
        for table in ["couples", "couple_members"] as [String] {
            let version: SQL = table == "couples" ? ", version = 2" : ""
            add(
                """
                update \(.identifier(table)) set during = \(span(.untilYesterday))\(version)
                where practice_id = \(practiceID) and couple_id = \(couple)
                """)
        }
    }

    /// A couple of long ago.
    mutating func formerCouple(_ first: Person, _ second: Person) -> ID<Couple> {
        let coupleID: ID<Couple> = id()
        add(
            """
            insert into couples (practice_id, couple_id, during, created_at)
            values (\(practiceID), \(coupleID), '[2020-01-01,2021-01-01)', \(now))
            """)
        for (seat, person) in [first, second].enumerated() {
            add(
                """
                insert into couple_members (practice_id, couple_id, seat, client_id, during)
                values (\(practiceID), \(coupleID), \(seat + 1), \(person.clientID), '[2020-01-01,2021-01-01)')
                """)
        }
        return coupleID
    }

    /// Submits a piece of a couple's homework, and turns its key.
    mutating func share(_ homework: ID<Homework>) {
        add(
            """
            update homework set state = 'submitted', submitted_at = \(now), shared_at = \(now), version = version + 1
            where practice_id = \(practiceID) and homework_id = \(homework)
            """)
    }

    /// The same for another day, submitted and its key turned.
    mutating func sharedOccurrence(_ occurrence: Int32, like homework: ID<Homework>) {
        add(
            """
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, couple_id, group_id, occurrence,
                 title, opens_at, due_at, state, submitted_at, shared_at)
            select practice_id, \(id(Homework.self)), assignment_id, exercise_version_id, client_id, couple_id, group_id,
                   \(occurrence), title, opens_at, due_at, 'submitted', \(now), \(now)
            from homework where practice_id = \(practiceID) and homework_id = \(homework)
            """)
    }

    /// The inquiry from which a client came.
    mutating func acceptedInquiry(of client: Person, assignedTo account: ID<Account>) -> ID<Inquiry> {
        let inquiry: ID<Inquiry> = id()
        add(
            """
            insert into inquiries (practice_id, inquiry_id, kind, contact_name, email, message, state, state_since,
                                   received_at, assigned_to, client_id)
            values (\(practiceID), \(inquiry), 'adult', 'Ivan Ilves', 'ivan@example.com', '\\x00', 'accepted', \(now), \(now),
                    \(account), \(client.clientID))
            """)
        return inquiry
    }

    /// Whom an inquiry was assigned to before.
    mutating func pastAssignment(of inquiry: ID<Inquiry>, to person: Person) {
        add(
            """
            insert into inquiry_assignments (practice_id, assignment_id, inquiry_id, account_id, since, until)
            values (\(practiceID), \(id(InquiryAssignment.self)), \(inquiry), \(person.accountID),
                    \(now - .seconds(2 * 86_400)), \(now - .seconds(86_400)))
            """)
    }

    /// A signed note of any kind, with an addendum.
    mutating func note(
        _ author: Person, kind: String, client: ID<Client>? = nil, couple: ID<Couple>? = nil, group: ID<Group>? = nil,
        head: ID<ProgressNote>? = nil
    ) -> ID<ProgressNote> {
        let note: ID<ProgressNote> = id()
        let shared: [UInt8]? = kind == "attendee" ? [0] : nil
        add(
            """
            insert into progress_notes
                (practice_id, note_id, kind, client_id, couple_id, group_id, head_note_id, author_id, held_at, body,
                 shared_body, state, created_at, signed_at, signer_name)
            values (\(practiceID), \(note), \(kind), \(client), \(couple), \(group), \(head), \(author.accountID), \(now),
                    '\\x00', \(shared), 'signed', \(now), \(now), \(author.name))
            """)
        add(
            """
            insert into note_addenda (practice_id, addendum_id, note_id, client_id, couple_id, group_id, author_id, body,
                                      signed_at, signer_name)
            values (\(practiceID), \(id(Addendum.self)), \(note), \(client), \(couple), \(group), \(author.accountID),
                    '\\x00', \(now), \(author.name))
            """)
        return note
    }

    mutating func appointment(_ kind: String, _ column: String, _ unit: UUID, _ attendee: Person) -> UUID {
        let appointment: ID<Appointment> = id()
        add(
            """
            insert into appointments (practice_id, appointment_id, kind, \(.identifier(column)), starts_at, minutes)
            values (\(practiceID), \(appointment), \(kind), \(unit), \(now), 50)
            """)
        add(
            """
            insert into appointment_staff (practice_id, appointment_id, account_id)
            values (\(practiceID), \(appointment), \(attendee.accountID))
            """)
        return appointment.uuid
    }
}
