import Practice

/// The programs of the demo practice as data: tracks, phases, and what each is about.
struct DemoPath {
    struct Phase {
        let name: String
        let description: String
        let exitCriteria: String
    }

    struct Track {
        let name: String
        let description: String
        let phases: [Phase]
    }

    let name: String
    let description: String
    let ages: ClosedRange<Int>
    var consents: [String] = []
    var tracks: [Track] = []

    static let sabr = DemoPath(
        name: "SABR", description: "Three phases for adults: Education, Application and Integration.", ages: 18...120,
        tracks: [
            Track(
                name: "Recovery", description: "For the person in recovery.",
                phases: [
                    Phase(
                        name: "Education",
                        description:
                            "What compulsive sexual behavior is, how it works in body and mind, what it does to "
                            + "those one lives with, and what a first plan for sobriety looks like.",
                        exitCriteria:
                            "Has named the own patterns, has written three circles and a safety plan, and has "
                            + "somebody to call."),
                    Phase(
                        name: "Application",
                        description:
                            "Week after week the plan meets daily life: triggers, honesty at home, boundaries, "
                            + "and getting up again after a slip.",
                        exitCriteria:
                            "Keeps the own boundaries for eight weeks with honest check-ins, and has prepared "
                            + "what is owed to the partner in truth."),
                    Phase(
                        name: "Integration",
                        description: "Empathy, repair, and a life that holds: what was learned becomes a way to live.",
                        exitCriteria: "Has written an empathy letter, has a plan for the year ahead, and gives support "
                            + "to others."),
                ]),
            Track(
                name: "Partners", description: "For the betrayed partner.",
                phases: [
                    Phase(
                        name: "Education",
                        description: "What betrayal does, that it is not one's fault, and how to be safe again first.",
                        exitCriteria:
                            "Knows the own signs of distress and what calms them, and has one person to lean on."),
                    Phase(
                        name: "Application",
                        description: "Boundaries in one's own words, grief, anger, and decisions without haste.",
                        exitCriteria:
                            "Has set boundaries and kept them, and has said what is needed to go on, together "
                            + "or apart."),
                    Phase(
                        name: "Integration",
                        description: "Trust in oneself, small joys, and a story that is larger than what happened.",
                        exitCriteria: "Has a plan for hard days, and looks ahead."),
                ]),
        ])

    static let valor = DemoPath(
        name: "Valor Groups",
        description: "Groups for young men of 14 to 17, with their guardians' consent and a safety agreement.",
        ages: 14...17,
        consents: ["safety_agreement"])
}

/// A group of the demo practice.
struct DemoGroup {
    let name: String
    let weekday: Int
    let time: String
    let place: String?
    var everyWeeks = 1
    let capacity: Int
    /// How many seats the play may give; the others are for those who were there before it, and for visitors.
    let seats: Int
    /// For how many days one stays.
    let stay: Int
    /// The day of its first meeting or one before it, counted from today.
    var opens = -DemoScene.yearAgo

    var isTelehealth: Bool { place == nil }
    /// The days as the group keeps them.
    var recurrence: String {
        let interval = everyWeeks > 1 ? ";INTERVAL=\(everyWeeks)" : ""
        return "FREQ=WEEKLY\(interval);BYDAY=" + Weekday.allCases[weekday - 1].rawValue.prefix(2).uppercased()
    }
    var room: DemoYear.Room { DemoYear.Room(seats: seats, stay: stay) }

    static let all = [
        DemoGroup(
            name: "Tuesday 18:00, Mesa", weekday: 2, time: "18:00", place: "Mesa", capacity: 12, seats: 7, stay: 84),
        DemoGroup(name: "Monday 18:30, online", weekday: 1, time: "18:30", place: nil, capacity: 6, seats: 6, stay: 84),
        DemoGroup(
            name: "Thursday 19:00, Mesa", weekday: 4, time: "19:00", place: "Mesa", capacity: 6, seats: 6, stay: 112,
            opens: -329),
        DemoGroup(
            name: "Monday 19:00, Gilbert", weekday: 1, time: "19:00", place: "Gilbert", everyWeeks: 2, capacity: 10,
            seats: 10, stay: 98, opens: -210),
        DemoGroup(
            name: "Thursday 18:00, Mesa", weekday: 4, time: "18:00", place: "Mesa", capacity: 12, seats: 12, stay: 84),
        DemoGroup(
            name: "Wednesday 18:00, Tempe", weekday: 3, time: "18:00", place: "Tempe", capacity: 8, seats: 8, stay: 112,
            opens: -326),
        DemoGroup(
            name: "Saturday 10:00, online", weekday: 6, time: "10:00", place: nil, everyWeeks: 2, capacity: 8, seats: 8,
            stay: 98, opens: -206),
        DemoGroup(
            name: "Wednesday 17:00, Mesa", weekday: 3, time: "17:00", place: "Mesa", capacity: 12, seats: 9, stay: 168),
        DemoGroup(
            name: "Thursday 16:30, Chandler", weekday: 4, time: "16:30", place: "Chandler", capacity: 8, seats: 8,
            stay: 168),
    ]

    /// Where the groups above are: those of the first phase of recovery, of the phases after it, of partners, of the young.
    enum Place {
        static let tuesday = 0
        static let monday = 1
        static let recovery = [2, 3]
        static let partners = [4, 5, 6]
        static let young = [7, 8]
    }
}

extension DemoYear {
    /// Everybody who comes in the year: in recovery, partners, the young.
    static func played() -> DemoYear {
        let recovery = DemoPeople.inRecovery.indices.map { number in
            let isOnline = number % 3 != 0
            return Newcomer(
                path: [isOnline ? DemoGroup.Place.monday : DemoGroup.Place.tuesday] + DemoGroup.Place.recovery,
                other: isOnline ? DemoGroup.Place.tuesday : DemoGroup.Place.monday, arrives: -417 + 11 * number,
                fate: fateInRecovery(number))
        }
        let partners = DemoPeople.partners.indices.map { number in
            Newcomer(
                path: DemoGroup.Place.partners, other: DemoGroup.Place.partners[0], arrives: -413 + 16 * number,
                fate: [.goesOn, .goesOn, .leaves(phase: 0, after: 40), .goesOn, .leaves(phase: 1, after: 30)][
                    number % 5])
        }
        let young = DemoPeople.young.indices.map { number in
            let places = DemoGroup.Place.young
            return Newcomer(
                path: [places[number % 2]], other: places[1 - number % 2], arrives: -400 + 24 * number,
                fate: [.goesOn, .goesOn, .transfers, .leaves(phase: 0, after: 50)][number % 4])
        }
        return DemoYear(
            DemoGroup.all.map(\.room), recovery + partners + young, closing: DemoGroup.Place.recovery[0])
    }

    private static func fateInRecovery(_ number: Int) -> Fate {
        switch number {
        case 27: .vanishes(on: -38, noted: -10)
        case 36: .pauses
        case 35, 37: .goesOn
        default:
            switch number % 10 {
            case 2: .leaves(phase: 0, after: 35)
            case 4: .transfers
            case 5: .leaves(phase: 1, after: 40)
            case 6: .pauses
            case 7: .letsOffersPass
            case 8: .returns
            default: .goesOn
            }
        }
    }
}
