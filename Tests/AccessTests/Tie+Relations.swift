import Practice

extension Tie {
    /// Whether a relation holds between a caller so tied and a thing of the scene, by the words of the domain: written
    /// down here a second time, so that the database is held against something.
    func holds(_ relation: String, _ thing: Thing, resource: String) -> Bool {
        let isCoupleItself = thing == .couple && resource == "couple"
        switch relation {
        case "any": return true
        case "treats":
            return treatsTheClient && (thing.isOfClient || isCoupleItself)
                || self == .treatsThePartner && (thing == .partnersHomework || isCoupleItself)
        case "treats_couple": return isOnTheCouplesCareTeam && thing.isOfCouple
        case "oversees": return overseesTheClient && thing.isOfClient
        case "oversees_couple": return isOverseerOfTheCouple && thing.isOfCouple
        case "oversees_group": return overseesTheGroupsLeader && thing.isOfGroup
        case "supervises_author":
            return self == .supervisesTheAuthor && thing.isWritten
                || isTiedInAllWays && [.coupleNote, .othersNote].contains(thing)
        case "facilitates": return leadsTheGroup && thing.isOfGroup
        case "leads_client": return leadsTheGroup && place.isSeat && thing.isOfClient
        case "sees_client":
            return ["treats", "oversees", "leads_client"].contains { holds($0, thing, resource: resource) }
        case "assigned_inquiry": return hasTheInquiry && thing.kind == "inquiry"
        case "attends":
            return isAttendee && thing.kind == "appointment"
        case "authored":
            if thing.isWritten { return wrote(thing) }
            return holds("facilitates", thing, resource: resource)
                || isAuthor && (thing.isOfClient || thing.isOfGroup) || wrote(.coupleNote) && thing.isOfCouple
        case "own": return thing == .ownSignIn
        default: return holdsForPeopleInCare(relation, thing, isCoupleItself: isCoupleItself)
        }
    }

    private func holdsForPeopleInCare(_ relation: String, _ thing: Thing, isCoupleItself: Bool) -> Bool {
        switch relation {
        case "self":
            return isTheClient && thing.isOfClient || isPartner && thing == .partnersHomework
                || (isTheClient || isPartner) && isCoupleItself
        case "enrolled_in":
            return (isTheClient || ownPlace?.isSeat == true) && thing.isOfGroup
        case "in_care": return !isOutOfCare && thing == .program
        case "guards_in_care":
            let guardsSomebody = guardsTheClient && self != .guardsSomeoneWhoLeft || self == .guardsThePartner
            return guardsSomebody && thing == .program
        case "shared_with": return self == .sharesWithTheClient && thing == .coupleHomework
        case "guards": return guardsTheClient && thing.isOfClient || guardsAsPartner(thing)
        case "guards:attendance", "guards:schedule", "guards:homework":
            let scope = String(relation.dropFirst("guards:".count))
            return guardsTheClient && scopes?.contains(scope) == true && thing.isOfClient || guardsAsPartner(thing)
        case "guards_member": return guardsTheClient && place.isSeat && thing.isOfGroup
        default: return false
        }
    }

    private func guardsAsPartner(_ thing: Thing) -> Bool { self == .guardsThePartner && thing == .partnersHomework }
}
