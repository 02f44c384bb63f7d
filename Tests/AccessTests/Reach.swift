import Foundation
import Practice
import TestSupport

/// What a request may touch, once it is let in: the clients, couples and groups of its scope.
struct Reach: Sendable, Hashable {
    var clients: Set<UUID> = []
    var couples: Set<UUID> = []
    var groups: Set<UUID> = []

    static let nothing = Reach()
    var isEmpty: Bool { self == .nothing }
}

/// The scopes of the stage, by the words of the domain: written down here a second time, as the relations are.
extension Scene {
    /// Who has, had, will have or waits for a place in the scene's group.
    var places: [(client: UUID, place: Tie.Place)] {
        [(client.clientID.uuid, tie.place)] + (tie.ownPlace.map { [(caller.clientID.uuid, $0)] } ?? [])
    }

    /// What a request about a thing may touch.
    func reach(of thing: Thing, by relation: String, resource: String) -> Reach {
        var reach = Reach()
        if thing.isOfClient { reach.clients = [client.clientID.uuid] }
        if thing.isOfCouple { reach.couples = [couple.uuid] }
        if thing.isOfGroup { reach.groups = [group.uuid] }
        switch thing {
        case .client where resource == "couple":
            // Into the charts of partners of today: what is shown of an ex-partner was written down at the end.
            reach = Reach(clients: isCouple ? both : [client.clientID.uuid], couples: [couple.uuid])
            if let former { reach.couples.insert(former.couple.uuid) }
        case .couple where resource == "couple": reach.clients = isCouple ? both : []
        // Whoever reads how a client attended reads of the meetings of that client's groups.
        case .client where resource == "attendance": reach.groups = groupsOfTheClient.union([group.uuid])
        case .couple, .coupleAssignment, .coupleNote, .coupleAppointment: reach.clients = both
        // A roster is of those who have a seat today; another request about a group, of everybody who was ever in it: their
        // attendance and homework stay the group's.
        case .group where resource == "roster": reach.clients = Set(places.filter(\.place.isSeat).map(\.client))
        case .groupHistory: reach.clients = Set(places.filter(\.place.isEverSeat).map(\.client))
        case .group, .meeting: reach.clients = Set(places.map(\.client))
        case .partnersHomework: reach.clients = [partner.clientID.uuid]
        case .groupNote, .groupAssignment: reach.clients = isFull ? both : [client.clientID.uuid]
        case .letter, .acceptedInquiry: reach.clients = [client.clientID.uuid]
        default: break
        }
        // Who merely sits in a group, or whose child does, is shown the group and nobody in it.
        if relation == "enrolled_in" { reach.clients = [caller.clientID.uuid] }
        if relation == "guards_member" { reach.clients = [] }
        return reach
    }

    /// Everything that a relation reaches today, for a list; nil for a relation that needs a thing, or whose rows are those
    /// with the caller's own name on them.
    func reach(by relation: String) -> Reach? {
        let ofClient = Reach(clients: [client.clientID.uuid])
        switch relation {
        case "self": return Reach(clients: [caller.clientID.uuid])
        case "treats": return Reach(clients: treated)
        case "leads_client": return Reach(clients: led)
        case "oversees": return tie.overseesTheClient ? ofClient : .nothing
        case "sees_client":
            return Reach(clients: treated.union(led).union(tie.overseesTheClient ? ofClient.clients : []))
        // Both partners, as long as they are a couple.
        case "treats_couple":
            return tie.isOnTheCouplesCareTeam && isCouple ? Reach(clients: both, couples: [couple.uuid]) : .nothing
        // Everybody who was ever in the groups that the caller leads today.
        case "facilitates":
            return tie == .facilitatesAnotherGroup ? ofOtherGroup : tie.leadsTheGroup ? ofGroup : .nothing
        case "oversees_group":
            return tie == .overseesAnotherGroup ? ofOtherGroup : tie.overseesTheGroupsLeader ? ofGroup : .nothing
        case "reviews":
            return Reach(
                clients: [.counselor, .intern].contains(role) ? treated : [],
                groups: tie == .facilitatesAnotherGroup
                    ? ofOtherGroup.groups : tie.leadsTheGroup ? [group.uuid] : [])
        default: return reachOfPeopleInCare(by: relation)
        }
    }

    private func reachOfPeopleInCare(by relation: String) -> Reach? {
        switch relation {
        case "enrolled_in":
            let groups: Set<UUID> =
                if tie.isTheClient { groupsOfTheClient.union([group.uuid]) } else if tie == .isAMemberOfAnotherGroup {
                    ofOtherGroup.groups
                } else { tie.ownPlace?.isSeat == true ? [group.uuid] : [] }
            return groups.isEmpty ? .nothing : Reach(clients: [caller.clientID.uuid], groups: groups)
        case "guards", "guards:attendance", "guards:schedule", "guards:homework":
            let scope = relation.split(separator: ":").dropFirst().first.map(String.init)
            if tie == .guardsThePartner { return Reach(clients: [partner.clientID.uuid]) }
            let isGiven = scope.map { tie.scopes?.contains($0) == true } ?? true
            return tie.guardsTheClient && isGiven ? Reach(clients: [client.clientID.uuid]) : .nothing
        case "in_care": return tie.isOutOfCare ? .nothing : Reach(clients: [caller.clientID.uuid])
        case "guards_in_care":
            return tie == .guardsSomeoneWhoLeft ? .nothing : reachOfPeopleInCare(by: "guards")
        case "guards_member":
            guard tie.guardsTheClient else { return .nothing }
            return Reach(groups: groupsOfTheClient.union(tie.place.isSeat ? [group.uuid] : []))
        default: return nil
        }
    }

    /// Whether the scene's partners are a couple today.
    private var isCouple: Bool { ![.treatsACoupleThatEnded, .sharedInACoupleThatEnded].contains(tie) }

    private var both: Set<UUID> { [client.clientID.uuid, partner.clientID.uuid] }

    /// The other groups in which the client has a seat.
    private var groupsOfTheClient: Set<UUID> { former == nil ? [] : Set([otherGroup].compactMap { $0?.uuid }) }

    /// The other group, which the caller or somebody whom the caller supervises leads, and who is in it.
    var ofOtherGroup: Reach {
        let isLed = [.facilitatesAnotherGroup, .overseesAnotherGroup].contains(tie)
        return Reach(clients: isLed ? [partner.clientID.uuid] : [], groups: Set([otherGroup].compactMap { $0?.uuid }))
    }

    private var ofGroup: Reach { Reach(clients: Set(places.map(\.client)), groups: [group.uuid]) }

    private var treated: Set<UUID> {
        if tie == .treatsThePartner { return [partner.clientID.uuid] }
        return tie.treatsTheClient ? [client.clientID.uuid] : []
    }

    private var led: Set<UUID> {
        if tie == .facilitatesAnotherGroup { return ofOtherGroup.clients }
        return tie.leadsTheGroup ? Set(places.filter(\.place.isSeat).map(\.client)) : []
    }
}
