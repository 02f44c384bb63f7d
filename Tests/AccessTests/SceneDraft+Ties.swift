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
        case .hasLeftCare: seed.closeChart(of: caller)
        case .hasLeftCareAndGuards:
            seed.guardianship(ownGuardian, of: client, tie.scopes, .still)
            seed.closeChart(of: caller)
        case .guardsSomeoneWhoLeft:
            seed.guardianship(ownGuardian, of: client, tie.scopes, .still)
            seed.closeChart(of: client)
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
        seed.mistakenEnrollment(of: client, in: farGroup)
        if let ex = former?.ex { seed.mistakenEnrollment(of: ex, in: group) }
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
