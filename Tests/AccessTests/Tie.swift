import Practice

/// How a caller stands to a scene: truly tied, or nearly.
enum Tie: String, Sendable, CaseIterable {
    // Staff.
    case none
    case treats, treatsUntilToday, treatedUntilYesterday, treatsFromTomorrow, treatsThePartner
    case treatsTheCouple, treatedTheCoupleUntilYesterday
    case oversees, oversawUntilYesterday, overseesWhoTreatedUntilYesterday
    case overseesTheCouple, overseesTheGroup, oversawTheGroupUntilYesterday
    case supervisesTheAuthor, supervisedTheAuthorUntilYesterday
    case facilitates, facilitatedUntilYesterday, facilitatesAFormerMember, facilitatesSomeoneWaitlisted
    case wroteEverything, answersTheInquiry, attendsTheAppointments
    // Clients.
    case isTheClient, isThePartner, sharesWithTheClient, turnedOneKey, metOneKeyTurned, turnedKeysTooEarly
    case sharedInACoupleThatEnded
    case isAMember, wasAMemberUntilYesterday, isWaitlisted
    case hasLeftCare
    // Guardians.
    case guards, guardsUntilEighteenTomorrow, guardsAttendance, guardsSchedule, guardsHomework, guardsWithoutScopes
    case guardedUntilYesterday, guardedUntilEighteenToday

    /// In which roles somebody is tied so.
    var roles: [Role] {
        switch self {
        case .none: Role.allCases
        case .treats: [.owner, .admin, .intake, .counselor, .supervisor, .intern, .auditor]
        case _ where isClient: [.client]
        case _ where isGuardian: [.guardian]
        default: [.counselor, .supervisor, .intern]
        }
    }

    var isClient: Bool {
        [
            .isTheClient, .isThePartner, .sharesWithTheClient, .turnedOneKey, .metOneKeyTurned, .turnedKeysTooEarly,
            .sharedInACoupleThatEnded, .isAMember, .wasAMemberUntilYesterday, .isWaitlisted, .hasLeftCare,
        ].contains(self)
    }

    var isPartner: Bool {
        [
            .isThePartner, .sharesWithTheClient, .turnedOneKey, .metOneKeyTurned, .turnedKeysTooEarly,
            .sharedInACoupleThatEnded,
        ].contains(self)
    }

    var isGuardian: Bool {
        scopes != nil
    }

    /// The rights that a guardianship of this tie has; nil where there is none.
    var scopes: [String]? {
        switch self {
        case .guards, .guardsUntilEighteenTomorrow, .guardedUntilYesterday, .guardedUntilEighteenToday:
            ["attendance", "schedule", "homework", "consent"]
        case .guardsAttendance: ["attendance"]
        case .guardsSchedule: ["schedule"]
        case .guardsHomework: ["homework"]
        case .guardsWithoutScopes: []
        default: nil
        }
    }

    /// Whether a relation holds between a caller so tied and a thing of the scene, by the words of the domain: written
    /// down here a second time, so that the database is held against something.
    func holds(_ relation: String, _ thing: Thing, resource: String) -> Bool {
        let isCoupleItself = thing == .couple && resource == "couple"
        switch relation {
        case "any": return true
        case "treats":
            let treats = [.treats, .treatsUntilToday].contains(self)
            return treats && (thing.isOfClient || isCoupleItself) || self == .treatsThePartner && isCoupleItself
        case "treats_couple": return self == .treatsTheCouple && thing.isOfCouple
        case "oversees": return self == .oversees && thing.isOfClient
        case "oversees_couple": return self == .overseesTheCouple && thing.isOfCouple
        case "oversees_group": return self == .overseesTheGroup && thing.isOfGroup
        case "supervises_author": return self == .supervisesTheAuthor && thing.isWritten
        case "facilitates":
            return [.facilitates, .facilitatesAFormerMember, .facilitatesSomeoneWaitlisted].contains(self)
                && thing.isOfGroup
        case "leads_client": return self == .facilitates && thing.isOfClient
        case "sees_client":
            return ["treats", "oversees", "leads_client"].contains { holds($0, thing, resource: resource) }
        case "assigned_inquiry": return self == .answersTheInquiry && thing == .inquiry
        case "attends": return self == .attendsTheAppointments && thing.kind == "appointment"
        case "authored":
            if thing.isWritten { return self == .wroteEverything }
            return holds("facilitates", thing, resource: resource)
                || self == .wroteEverything && (thing.isOfClient || thing.isOfCouple || thing.isOfGroup)
        default: return holdsForPeopleInCare(relation, thing, isCoupleItself: isCoupleItself)
        }
    }

    /// Whether a relation says something where a request names no single thing, but asks for a list.
    static func reaches(_ relation: String) -> Bool {
        !["oversees_couple", "supervises_author", "shared_with"].contains(relation)
    }

    private func holdsForPeopleInCare(_ relation: String, _ thing: Thing, isCoupleItself: Bool) -> Bool {
        let isMinor = ![.guardedUntilYesterday, .guardedUntilEighteenToday].contains(self)
        switch relation {
        case "self":
            return self == .isTheClient && thing.isOfClient || (self == .isTheClient || isPartner) && isCoupleItself
        case "enrolled_in": return [.isTheClient, .isAMember].contains(self) && thing.isOfGroup
        case "shared_with": return self == .sharesWithTheClient && thing == .coupleHomework
        case "in_care": return self != .hasLeftCare && thing == .program
        case "guards_in_care": return isGuardian && isMinor && thing == .program
        case "guards": return isGuardian && isMinor && thing.isOfClient
        case "guards:attendance", "guards:schedule", "guards:homework":
            let scope = String(relation.dropFirst("guards:".count))
            return isMinor && scopes?.contains(scope) == true && thing.isOfClient
        case "guards_member": return isGuardian && isMinor && thing.isOfGroup
        default: return false
        }
    }
}
