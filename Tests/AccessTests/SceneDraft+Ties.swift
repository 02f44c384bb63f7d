import Foundation
import Postgres
import Practice
import TestSupport

extension SceneDraft {
    /// Makes the caller what the tie says.
    func tieCaller(_ seed: inout Seed) {
        if let ownGuardian, role != .guardian { seed.guardianRow(ownGuardian, of: caller) }
        switch tie {
        case .treats: seed.careTeam(client.clientID, caller)
        case .treatsUntilToday: seed.careTeam(client.clientID, caller, .untilToday)
        case .treatedUntilYesterday: seed.careTeam(client.clientID, caller, .untilYesterday)
        case .treatsFromTomorrow: seed.careTeam(client.clientID, caller, .fromTomorrow)
        case .treatsThePartner: seed.careTeam(partner.clientID, caller)
        case .treatsTheCouple: seed.careTeam(couple, caller)
        case .treatedTheCoupleUntilYesterday: seed.careTeam(couple, caller, .untilYesterday)
        case .treatsTheCoupleFromTomorrow: seed.careTeam(couple, caller, .fromTomorrow)
        case .treatsACoupleThatEnded:
            seed.careTeam(couple, caller)
            seed.end(couple)
        case .facilitatedUntilYesterday: seed.facilitator(group, caller, .untilYesterday)
        case .facilitatesFromTomorrow: seed.facilitator(group, caller, .fromTomorrow)
        case .facilitatesAnotherGroup: if let otherGroup { seed.facilitator(otherGroup, caller) }
        case .isAMemberOfAnotherGroup: if let otherGroup { _ = enroll(caller, as: .active, in: otherGroup, &seed) }
        case .guardsThePartner: seed.guardianship(ownGuardian, of: partner, tie.scopes, .still)
        case .supervisesTheAuthor: seed.supervision(author, caller)
        case .supervisedTheAuthorUntilYesterday: seed.supervision(author, caller, .untilYesterday)
        case .supervisesTheAuthorFromTomorrow: seed.supervision(author, caller, .fromTomorrow)
        case .sharedInACoupleThatEnded: seed.end(couple)
        case _ where tie.rawValue.hasPrefix("overs"): tieSupervisor(&seed)
        case .hasLeftCare:
            seed.add(
                """
                update clients set status = 'inactive', version = version + 1
                where practice_id = \(seed.practiceID) and client_id = \(caller.clientID)
                """)
        case _ where tie.isGuardian: seed.guardianship(ownGuardian, of: client, tie.scopes, guardianSpan)
        case _ where tie.isTiedInAllWays: tieInEveryWay(&seed)
        case _ where tie.leadsTheGroup: seed.facilitator(group, caller)
        default: if let place = tie.ownPlace { _ = enroll(caller, as: place, &seed) }
        }
    }

    /// What lies beside the scene: another group, and what was before.
    func elsewhere(_ seed: inout Seed) {
        if let otherGroup {
            seed.facilitator(otherGroup, colleague)
            let isLedOrOverseen = [.facilitatesAnotherGroup, .overseesAnotherGroup].contains(tie)
            if isLedOrOverseen { _ = enroll(partner, as: .active, in: otherGroup, &seed) }
        }
        guard Scene.isFull(tie, role), let otherGroup else { return }
        _ = enroll(client, as: .active, in: otherGroup, &seed)
        _ = seed.meeting(of: otherGroup, attendedBy: [client], recordedBy: author)
    }

    /// Gives somebody a place in the group, or in another.
    func enroll(
        _ person: Person, as place: Tie.Place, in group: ID<Group>? = nil, _ seed: inout Seed
    ) -> ID<Enrollment> {
        let (status, span): (String, Seed.Span) =
            switch place {
            case .active: ("active", .still)
            case .paused: ("paused", .still)
            case .former: ("completed", .untilYesterday)
            case .future: ("active", .fromTomorrow)
            case .waitlisted: ("waitlisted", .still)
            case .offered: ("offered", .still)
            }
        return seed.enrollment(of: person.clientID, in: group ?? self.group, status: status, during: seed.span(span))
    }

    private var guardianSpan: Seed.Span {
        switch tie {
        case .guardedUntilYesterday: .untilYesterday
        case .guardsFromTomorrow: .fromTomorrow
        default: .still
        }
    }

    /// The caller supervises somebody who works with the scene's people; either of it may have ended, or begin tomorrow.
    private func tieSupervisor(_ seed: inout Seed) {
        let worker = seed.staff("Walt Worker\(number)", .counselor)
        let supervision: Seed.Span =
            switch tie {
            case .oversawUntilYesterday, .oversawTheCoupleUntilYesterday, .oversawTheGroupUntilYesterday,
                .oversawWhoTreatedUntilYesterday, .oversawWhoLedUntilYesterday:
                .untilYesterday
            case .overseesFromTomorrow, .overseesTheCoupleFromTomorrow, .overseesTheGroupFromTomorrow: .fromTomorrow
            default: .still
            }
        seed.supervision(worker, caller, supervision)
        switch tie {
        case .overseesWhoTreatedUntilYesterday, .oversawWhoTreatedUntilYesterday:
            seed.careTeam(client.clientID, worker, .untilYesterday)
        case .overseesWhoTreatsFromTomorrow: seed.careTeam(client.clientID, worker, .fromTomorrow)
        case .overseesTheCouple, .oversawTheCoupleUntilYesterday, .overseesTheCoupleFromTomorrow:
            seed.careTeam(couple, worker)
        case .overseesWhoTreatedTheCoupleUntilYesterday: seed.careTeam(couple, worker, .untilYesterday)
        case .overseesWhoTreatsTheCoupleFromTomorrow: seed.careTeam(couple, worker, .fromTomorrow)
        case .overseesTheGroup, .oversawTheGroupUntilYesterday, .overseesTheGroupFromTomorrow:
            seed.facilitator(group, worker)
        case .overseesAnotherGroup: if let otherGroup { seed.facilitator(otherGroup, worker) }
        case .overseesWhoLedUntilYesterday, .oversawWhoLedUntilYesterday:
            seed.facilitator(group, worker, .untilYesterday)
        case .overseesWhoLeadsFromTomorrow: seed.facilitator(group, worker, .fromTomorrow)
        default: seed.careTeam(client.clientID, worker)
        }
    }

    /// Whatever the role is, and even where no screen would let anybody be tied so: past the triggers that forbid it.
    private func tieInEveryWay(_ seed: inout Seed) {
        let worker = seed.staff("Walt Worker\(number)", .counselor)
        seed.add("select from set_config('session_replication_role', 'replica', true)")
        seed.careTeam(client.clientID, caller)
        seed.careTeam(couple, caller)
        seed.facilitator(group, caller)
        seed.careTeam(client.clientID, worker)
        seed.careTeam(couple, worker)
        seed.facilitator(group, worker)
        seed.supervision(worker, caller)
        seed.supervision(author, caller)
        seed.guardianship(ownGuardian, of: client, tie.scopes, .still)
        seed.add("select from set_config('session_replication_role', 'origin', true)")
    }
}

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
