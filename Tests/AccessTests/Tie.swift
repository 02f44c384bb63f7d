import JSON
import Practice

/// How a caller stands to a scene: truly tied, or nearly. Of each tie that is dated there is one that ended yesterday and
/// one that begins tomorrow.
enum Tie: String, Sendable, CaseIterable {
    // Staff who treat.
    case none
    case treats, treatsUntilToday, treatedUntilYesterday, treatsFromTomorrow, treatsThePartner
    case treatsTheCouple, treatedTheCoupleUntilYesterday, treatsTheCoupleFromTomorrow, treatsACoupleThatEnded
    // Staff who supervise.
    case oversees, oversawUntilYesterday, overseesFromTomorrow
    case overseesWhoTreatedUntilYesterday, overseesWhoTreatsFromTomorrow, oversawWhoTreatedUntilYesterday
    case overseesTheCouple, oversawTheCoupleUntilYesterday, overseesTheCoupleFromTomorrow
    case overseesWhoTreatedTheCoupleUntilYesterday, overseesWhoTreatsTheCoupleFromTomorrow
    case overseesTheGroup, oversawTheGroupUntilYesterday, overseesTheGroupFromTomorrow
    case overseesAnotherGroup
    case overseesWhoLedUntilYesterday, overseesWhoLeadsFromTomorrow, oversawWhoLedUntilYesterday
    case supervisesTheAuthor, supervisedTheAuthorUntilYesterday, supervisesTheAuthorFromTomorrow
    // Staff who lead.
    case facilitates, facilitatedUntilYesterday, facilitatesFromTomorrow, facilitatesAnotherGroup
    case facilitatesSomeonePaused, facilitatesAFormerMember, facilitatesAFutureMember
    case facilitatesSomeoneWaitlisted, facilitatesSomeoneOffered
    // Staff whose name is on it.
    case wroteEverything, answersTheInquiry, answeredTheInquiryUntilYesterday, attendsTheAppointments
    // Whoever it is, tied in every way in which an account can be; and a client who is all that, too.
    case isTiedInEveryWay, isTheClientTiedInEveryWay
    // Clients.
    case isTheClient, isThePartner, sharesWithTheClient, turnedOneKey, metOneKeyTurned
    case turnedKeysTooEarly, turnedOwnKeyTooEarly, metKeyTurnedTooEarly, sharedInACoupleThatEnded
    case hasLeftCare, hasLeftCareAndGuards
    case isAMember, isPaused, wasAMemberUntilYesterday, isAMemberFromTomorrow, isWaitlisted, isOffered
    case isAMemberOfAnotherGroup
    // Guardians.
    case guards, guardsUntilEighteenTomorrow, guardsAttendance, guardsSchedule, guardsHomework, guardsConsent
    case guardsWithoutScopes, guardedUntilYesterday, guardsFromTomorrow, guardedUntilEighteenToday
    case guardsThePartner, guardsSomeoneWhoLeft, guardsSomeonePaused, guardsAFormerMember, guardsAFutureMember,
        guardsSomeoneWaitlisted

    /// In which roles somebody is tied so.
    var roles: [Role] {
        switch self {
        case .none, .guards: Role.allCases
        case .isTiedInEveryWay: Role.allCases.filter { $0 != .client }
        case .treats: [.owner, .admin, .intake, .counselor, .supervisor, .intern, .auditor]
        case _ where isClient: [.client]
        case _ where isGuardian: [.guardian]
        default: [.counselor, .supervisor, .intern]
        }
    }

    var isClient: Bool {
        isPartner || isTheClient || ownPlace != nil || isOutOfCare || self == .isAMemberOfAnotherGroup
    }

    var isTheClient: Bool { [.isTheClient, .isTheClientTiedInEveryWay].contains(self) }

    /// Whether the caller has all the ties that an account can have.
    var isTiedInAllWays: Bool { [.isTiedInEveryWay, .isTheClientTiedInEveryWay].contains(self) }

    var isPartner: Bool {
        [
            .isThePartner, .sharesWithTheClient, .turnedOneKey, .metOneKeyTurned, .turnedKeysTooEarly,
            .turnedOwnKeyTooEarly, .metKeyTurnedTooEarly, .sharedInACoupleThatEnded,
        ].contains(self)
    }

    var isGuardian: Bool { scopes != nil && !isTiedInAllWays && !isOutOfCare }

    /// A client whose chart is closed.
    var isOutOfCare: Bool { [.hasLeftCare, .hasLeftCareAndGuards].contains(self) }

    /// The rights that a guardianship of this tie has; nil where there is none.
    var scopes: [String]? {
        switch self {
        case .guardsAttendance: ["attendance"]
        case .guardsSchedule: ["schedule"]
        case .guardsHomework: ["homework"]
        case .guardsConsent: ["consent"]
        case .guardsWithoutScopes: []
        case .guards, .guardsUntilEighteenTomorrow, .guardedUntilYesterday, .guardsFromTomorrow,
            .guardedUntilEighteenToday, .guardsThePartner, .guardsSomeonePaused, .guardsAFormerMember,
            .guardsAFutureMember,
            .guardsSomeoneWaitlisted, .guardsSomeoneWhoLeft, .hasLeftCareAndGuards, .isTiedInEveryWay,
            .isTheClientTiedInEveryWay:
            ["attendance", "schedule", "homework", "consent"]
        default: nil
        }
    }

    // MARK: What holds today

    var treatsTheClient: Bool { [.treats, .treatsUntilToday].contains(self) || isTiedInAllWays }

    /// Who is on the care team of a couple that ended finishes its record; the membership ends by itself.
    var isOnTheCouplesCareTeam: Bool {
        [.treatsTheCouple, .treatsACoupleThatEnded].contains(self) || isTiedInAllWays
    }

    var overseesTheClient: Bool { self == .oversees || isTiedInAllWays }

    var isOverseerOfTheCouple: Bool { self == .overseesTheCouple || isTiedInAllWays }

    var leadsTheGroup: Bool {
        [
            .facilitates, .facilitatesSomeonePaused, .facilitatesAFormerMember, .facilitatesAFutureMember,
            .facilitatesSomeoneWaitlisted, .facilitatesSomeoneOffered,
        ].contains(self) || isTiedInAllWays
    }

    var overseesTheGroupsLeader: Bool { self == .overseesTheGroup || isTiedInAllWays }

    /// Whether the caller wrote what there is to write; who is tied in every way supervises the author of the couple's.
    var isAuthor: Bool { self == .wroteEverything || isTiedInAllWays }

    func wrote(_ thing: Thing) -> Bool {
        isAuthor && thing.isWritten && thing != .othersNote && !(isTiedInAllWays && thing == .coupleNote)
    }

    var hasTheInquiry: Bool { self == .answersTheInquiry || isTiedInAllWays }

    var isAttendee: Bool { self == .attendsTheAppointments || isTiedInAllWays }

    /// Guardian today of a client who is not yet eighteen.
    var guardsTheClient: Bool {
        scopes != nil
            && ![.guardedUntilYesterday, .guardsFromTomorrow, .guardedUntilEighteenToday, .guardsThePartner]
                .contains(self)
    }

    /// Whether it is about another group than the scene's.
    var hasAnotherGroup: Bool {
        [.facilitatesAnotherGroup, .overseesAnotherGroup, .isAMemberOfAnotherGroup].contains(self)
    }

    /// How the scene's client stands to the scene's group.
    var place: Place {
        switch self {
        case .facilitatesSomeonePaused, .guardsSomeonePaused: .paused
        case .facilitatesAFormerMember, .guardsAFormerMember: .former
        case .facilitatesAFutureMember, .guardsAFutureMember: .future
        case .facilitatesSomeoneWaitlisted, .guardsSomeoneWaitlisted: .waitlisted
        case .facilitatesSomeoneOffered: .offered
        default: .active
        }
    }

    /// How the caller stands to the scene's group, as one of its people.
    var ownPlace: Place? {
        switch self {
        case .isAMember: .active
        case .isPaused: .paused
        case .wasAMemberUntilYesterday: .former
        case .isAMemberFromTomorrow: .future
        case .isWaitlisted: .waitlisted
        case .isOffered: .offered
        default: nil
        }
    }

    /// A place in a group, by today.
    enum Place: Sendable {
        case active, paused, former, future, waitlisted, offered

        /// Whether it is a seat today.
        var isSeat: Bool { self == .active || self == .paused }

        /// Whether it is a seat today, or was or will be on any day.
        var isEverSeat: Bool { self != .waitlisted && self != .offered }
    }
}
