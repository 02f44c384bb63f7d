/// A year and some weeks of people going through groups, played day by day by rules without chance: the same people do the same on the
/// same days before today, whenever it is played. It knows no database; days count from today, and all lie before it.
struct DemoYear {
    /// A group, with the seats that the play may give.
    struct Room {
        let seats: Int
        /// For how many days one stays.
        let stay: Int
    }

    /// Somebody who comes.
    struct Newcomer {
        /// The rooms of the phases, one after the other.
        let path: [Int]
        /// Where a transfer goes.
        let other: Int
        let arrives: Int
        let fate: Fate
    }

    enum Fate {
        case goesOn
        /// Withdraws in a phase after so many days.
        case leaves(phase: Int, after: Int)
        case pauses
        case transfers
        /// Leaves soon, and comes back two months later.
        case returns
        /// Stops coming on a day, and the practice writes it down on a later one.
        case vanishes(on: Int, noted: Int)
        /// Never answers an offer.
        case letsOffersPass
    }

    /// One episode in a group.
    struct Episode {
        let newcomer: Int
        let room: Int
        let phase: Int
        let transferredFrom: Int?
        var steps: [Step]

        var status: String { steps.last?.status ?? "" }
        var holdsSeat: Bool { ["active", "paused", "offered"].contains(status) }
    }

    struct Step {
        let status: String
        /// The day from which on it is true.
        let day: Int
        /// The day on which it was written down.
        let noted: Int
        let reason: String?
    }

    static let firstDay = -420
    /// After so many days an offer runs out.
    static let offerDays = 7

    private(set) var episodes: [Episode] = []
    private let rooms: [Room]
    private let newcomers: [Newcomer]
    private var agenda: [Int: [Event]] = [:]

    /// Plays the year.
    init(_ rooms: [Room], _ newcomers: [Newcomer], closing room: Int) {
        self.rooms = rooms
        self.newcomers = newcomers
        for (number, newcomer) in newcomers.enumerated() {
            plan(newcomer.arrives, .arrives(number, phase: 0))
            if case .vanishes(let day, let noted) = newcomer.fate { plan(noted, .vanishes(number, on: day)) }
        }
        plan(-2, .frees(room))
        for day in Self.firstDay..<0 {
            var next = 0
            while let events = agenda[day], next < events.count {
                play(events[next], on: day)
                next += 1
            }
            for room in rooms.indices { offer(room, on: day) }
        }
    }

    /// What is believed now of an episode on a day: its status.
    func status(of episode: Episode, on day: Int) -> String? { episode.steps.last { $0.day <= day }?.status }

    private enum Event {
        case arrives(Int, phase: Int)
        case completes(Int)
        case withdraws(Int)
        case pauses(Int)
        case resumes(Int)
        case transfers(Int, stay: Int)
        case takes(Int)
        case lapses(Int)
        case vanishes(Int, on: Int)
        /// Who has been longest in a room completes it.
        case frees(Int)
    }

    private static let reasons = [
        "Moved to another state.", "A new job with evening shifts.", "Goes on with individual counseling.",
        "Needs a break, and may come back.", "Found the group too far from home.",
    ]

    private mutating func plan(_ day: Int, _ event: Event) { agenda[day, default: []].append(event) }

    private mutating func play(_ event: Event, on day: Int) {
        switch event {
        case .arrives(let newcomer, let phase): arrive(newcomer, phase, on: day)
        case .completes(let episode):
            guard step(episode, "completed", on: day, from: ["active"]) else { return }
            let (newcomer, phase) = (episodes[episode].newcomer, episodes[episode].phase)
            if phase + 1 < newcomers[newcomer].path.count { plan(day + 7, .arrives(newcomer, phase: phase + 1)) }
        case .withdraws(let episode):
            let reason = Self.reasons[episodes[episode].newcomer % Self.reasons.count]
            guard step(episode, "withdrawn", on: day, from: ["active", "paused"], reason) else { return }
            let newcomer = episodes[episode].newcomer
            if case .returns = newcomers[newcomer].fate { plan(day + 60, .arrives(newcomer, phase: 0)) }
        case .pauses(let episode): _ = step(episode, "paused", on: day, from: ["active"], "Travels for work.")
        case .resumes(let episode): _ = step(episode, "active", on: day, from: ["paused"])
        case .transfers(let episode, let stay): transfer(episode, stay, on: day)
        case .takes(let episode):
            if step(episode, "active", on: day, from: ["offered"]) { settle(episode, on: day) }
        case .lapses(let episode):
            _ = step(episode, "withdrawn", on: day, from: ["offered"], "Did not answer the offer.")
        case .vanishes(let newcomer, let lastDay):
            guard let episode = episodes.lastIndex(where: { $0.newcomer == newcomer && $0.status == "active" }) else {
                return
            }
            _ = step(episode, "withdrawn", on: lastDay, noted: day, from: ["active"], "Stopped coming; told us later.")
        case .frees(let room):
            guard let episode = episodes.firstIndex(where: { $0.room == room && $0.status == "active" }) else { return }
            _ = step(episode, "completed", on: day, from: ["active"])
        }
    }

    private mutating func arrive(_ newcomer: Int, _ phase: Int, on day: Int) {
        let room = newcomers[newcomer].path[phase]
        let waits =
            episodes.contains { $0.room == room && $0.status == "waitlisted" } || taken(room) >= rooms[room].seats
        let step = Step(status: waits ? "waitlisted" : "active", day: day, noted: day, reason: nil)
        episodes.append(Episode(newcomer: newcomer, room: room, phase: phase, transferredFrom: nil, steps: [step]))
        if !waits { settle(episodes.count - 1, on: day) }
    }

    /// Plans what comes of a seat that was taken.
    private mutating func settle(_ episode: Int, on day: Int) {
        let (newcomer, phase) = (episodes[episode].newcomer, episodes[episode].phase)
        let end = day + rooms[episodes[episode].room].stay
        let isFirst = !episodes[..<episode].contains { $0.newcomer == newcomer }
        switch newcomers[newcomer].fate {
        case .leaves(phase, let days): plan(day + days, .withdraws(episode))
        case .pauses where phase == 0:
            plan(day + 12, .pauses(episode))
            plan(day + 40, .resumes(episode))
            plan(end + 28, .completes(episode))
        case .transfers where phase == 0 && isFirst:
            plan(day + 28, .transfers(episode, stay: end - day - 28))
        case .returns where isFirst: plan(day + 24, .withdraws(episode))
        case .vanishes where phase == 0: break
        default: plan(end, .completes(episode))
        }
    }

    private mutating func transfer(_ episode: Int, _ stay: Int, on day: Int) {
        let (newcomer, phase) = (episodes[episode].newcomer, episodes[episode].phase)
        let other = newcomers[newcomer].other
        guard taken(other) < rooms[other].seats,
            step(episode, "transferred", on: day, from: ["active"], "Suits better.")
        else { return plan(day + stay, .completes(episode)) }
        let step = Step(status: "active", day: day, noted: day, reason: nil)
        episodes.append(
            Episode(newcomer: newcomer, room: other, phase: phase, transferredFrom: episode, steps: [step]))
        plan(day + stay, .completes(episodes.count - 1))
    }

    /// Offers the free seats of a room to those who have waited longest.
    private mutating func offer(_ room: Int, on day: Int) {
        while taken(room) < rooms[room].seats,
            let episode = episodes.firstIndex(where: { $0.room == room && $0.status == "waitlisted" }),
            step(episode, "offered", on: day, from: ["waitlisted"])
        {
            if case .letsOffersPass = newcomers[episodes[episode].newcomer].fate {
                plan(day + Self.offerDays, .lapses(episode))
            } else {
                plan(day + 3, .takes(episode))
            }
        }
    }

    private func taken(_ room: Int) -> Int { episodes.count { $0.room == room && $0.holdsSeat } }

    private mutating func step(
        _ episode: Int, _ status: String, on day: Int, noted: Int? = nil, from before: [String], _ reason: String? = nil
    ) -> Bool {
        guard before.contains(episodes[episode].status) else { return false }
        episodes[episode].steps.append(Step(status: status, day: day, noted: noted ?? day, reason: reason))
        return true
    }
}
