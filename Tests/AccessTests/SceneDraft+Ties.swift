import Foundation
import Postgres
import Practice
import TestSupport

extension SceneDraft {
    /// Makes the caller what the tie says.
    func tieCaller(_ seed: inout Seed) {
        switch tie {
        case .treats: seed.careTeam(client.clientID, caller)
        case .treatsUntilToday: seed.careTeam(client.clientID, caller, .untilToday)
        case .treatedUntilYesterday: seed.careTeam(client.clientID, caller, .untilYesterday)
        case .treatsFromTomorrow: seed.careTeam(client.clientID, caller, .fromTomorrow)
        case .treatsThePartner: seed.careTeam(partner.clientID, caller)
        case .treatsTheCouple: seed.careTeam(couple, caller)
        case .treatedTheCoupleUntilYesterday: seed.careTeam(couple, caller, .untilYesterday)
        case .facilitates, .facilitatesAFormerMember, .facilitatesSomeoneWaitlisted: seed.facilitator(group, caller)
        case .facilitatedUntilYesterday: seed.facilitator(group, caller, .untilYesterday)
        case .supervisesTheAuthor: seed.supervision(author, caller)
        case .supervisedTheAuthorUntilYesterday: seed.supervision(author, caller, .untilYesterday)
        case _ where tie.rawValue.hasPrefix("overs"): tieSupervisor(&seed)
        case .isAMember: enroll("active", .still, &seed)
        case .isWaitlisted: enroll("waitlisted", .still, &seed)
        case .wasAMemberUntilYesterday: enroll("completed", .untilYesterday, &seed)
        case .hasLeftCare:
            seed.add(
                """
                update clients set status = 'inactive', version = version + 1
                where practice_id = \(seed.practiceID) and client_id = \(caller.clientID)
                """)
        case _ where tie.isGuardian: tieGuardian(&seed)
        default: break
        }
    }

    /// The caller supervises somebody who works with the scene's people.
    private func tieSupervisor(_ seed: inout Seed) {
        let worker = seed.staff("Walt Worker\(number)", .counselor)
        let hasEnded = [.oversawUntilYesterday, .oversawTheGroupUntilYesterday].contains(tie)
        seed.supervision(worker, caller, hasEnded ? .untilYesterday : .still)
        switch tie {
        case .overseesWhoTreatedUntilYesterday: seed.careTeam(client.clientID, worker, .untilYesterday)
        case .overseesTheCouple: seed.careTeam(couple, worker)
        case .overseesTheGroup, .oversawTheGroupUntilYesterday: seed.facilitator(group, worker)
        default: seed.careTeam(client.clientID, worker)
        }
    }

    private func enroll(_ status: String, _ span: Seed.Span, _ seed: inout Seed) {
        _ = seed.enrollment(of: caller.clientID, in: group, status: status, during: seed.span(span))
    }

    private func tieGuardian(_ seed: inout Seed) {
        let span: Seed.Span = tie == .guardedUntilYesterday ? .untilYesterday : .still
        seed.add(
            """
            insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
            values (\(seed.practiceID), \(seed.id(Guardianship.self)), \(caller.guardianID), \(client.clientID),
                    \(tie.scopes ?? []), \(seed.span(span)))
            """)
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
