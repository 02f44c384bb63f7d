import Practice

/// What enrollment means, said again and simply: an episode is a list of assertions, each recorded at an instant and
/// saying on which days it stands how. What was believed at an instant is what the last one recorded by then says. Days are counted from the first day of the tests' clock; no set of days reaches further than a year.
struct EnrollmentModel {
    enum Status: String, CaseIterable { case waitlisted, offered, active, paused, completed, withdrawn, transferred }

    struct Step: Equatable {
        let day: Int
        let status: Status
    }

    struct Assertion {
        let recorded: Instant
        let line: [Step]
    }

    struct Episode {
        let id: ID<Enrollment>
        let client: Int
        let group: Int
        let transferredFrom: Int?
        var assertions: [Assertion] = []
        var version = 0
        var waitingSince: Instant?
        var offerExpires: Instant?

        func line(at instant: Instant? = nil) -> [Step] {
            guard let instant else { return assertions.last?.line ?? [] }
            return assertions.last { $0.recorded <= instant }?.line ?? []
        }

        /// Steps that say the same as the one before them say nothing.
        static func told(_ line: [Step]) -> [Step] {
            line.reduce(into: []) { told, step in
                if told.last?.status != step.status { told.append(step) }
            }
        }
    }

    struct Refusal: Error, Equatable {
        let code: String
        init(_ code: String) { self.code = code }
    }

    static let days = -400..<400
    let capacities: [Int]
    /// Two clients who are never placed together.
    let enemies: Set<Int>
    var episodes: [Episode] = []
    var now = Instant(secondsSince1970: 0)

    var today: Int { Self.day(of: now) }

    /// The day in Phoenix, which has no clock changes.
    static func day(of instant: Instant) -> Int {
        let seconds = (instant - .seconds(7 * 3_600)).microsecondsSince1970 / 1_000_000
        return Int(seconds / 86_400) - first.daysSince1970
    }
    static let first = Day(daysSince1970: 20_458)

    // MARK: What is asked

    mutating func enroll(_ id: ID<Enrollment>, _ client: Int, in group: Int, as status: Status, from day: Int) throws {
        try begin(Episode(id: id, client: client, group: group, transferredFrom: nil), [Step(day: day, status: status)])
    }

    mutating func step(_ index: Int, _ status: Status, from: Int?, until: Int?) throws {
        let line = episodes[index].line()
        guard let first = line.first?.day else { throw Refusal.doesNotFollow }
        let day = from ?? max(today, first)
        if day < first { throw Refusal("before_first_day") }
        if let until, status != .paused || until <= day { throw Refusal("not_an_end") }
        var base = line
        if status == .completed || status == .withdrawn {
            base.removeAll {
                $0.day > today && ($0.status == .completed || $0.status == .withdrawn)
                    && $0 != Step(day: day, status: status)
            }
            if base.isEmpty { base = line }
        }
        let (was, before) = (Self.status(base, day), Self.status(base, day - 1))
        var next = base.filter { $0.day < day || $0 == Step(day: day, status: status) }
        if was != status, before != status { next.append(Step(day: day, status: status)) }
        if let until { next.append(Step(day: until, status: .active)) }
        next = Episode.told(next)
        if next == line { return }
        if status == .transferred { throw Refusal("transfer_needs_a_group") }
        let follows = was == status || Self.follows(was, status)
        let planned = day > today && (before == status || Self.follows(before, status))
        if Self.isOver(Self.status(line, today)) || !(follows || planned) { throw Refusal.doesNotFollow }
        if was == .offered, status == .active, let expires = episodes[index].offerExpires, expires <= now {
            throw Refusal("offer_expired")
        }
        try rewrite(index, next, judged: true)
        offerWhatIsFree(index, line, next)
    }

    mutating func transfer(_ index: Int, as id: ID<Enrollment>, to group: Int, on: Int?) throws {
        let line = episodes[index].line()
        if group == episodes[index].group { throw Refusal("same_group") }
        if line.last?.status == .transferred,
            episodes.contains(where: { $0.transferredFrom == index && $0.group == group && !$0.line().isEmpty })
        {
            return
        }
        let day = on ?? max(today, line.first?.day ?? today)
        if let first = line.first?.day, day < first { throw Refusal("before_first_day") }
        let was = Self.status(line, day)
        if line.isEmpty || Self.isOver(Self.status(line, today)) || !Self.follows(was, .transferred) {
            throw Refusal.doesNotFollow
        }
        let next = Episode.told(line.filter { $0.day < day } + [Step(day: day, status: .transferred)])
        var going: [Step] = []
        for (step, end) in zip(line, line.dropFirst().map(\.day) + [Int.max])
        where end > day && Self.isSeat(step.status) {
            going.append(Step(day: max(step.day, day), status: step.status))
        }
        try rewrite(index, next, judged: false)
        let client = episodes[index].client
        try begin(Episode(id: id, client: client, group: group, transferredFrom: index), going)
        offerWhatIsFree(index, line, next)
    }

    mutating func correct(_ index: Int, to steps: [Step]) throws {
        let (line, next) = (episodes[index].line(), Episode.told(steps))
        if next == line { return }
        for (step, following) in zip(steps, steps.dropFirst()) where !Self.lead(step.status, following.status) {
            throw Refusal.doesNotFollow
        }
        if steps.contains(where: { $0.status == .transferred }),
            !episodes.contains(where: { $0.transferredFrom == index && !$0.line().isEmpty })
        {
            throw Refusal("transfer_needs_a_group")
        }
        try rewrite(index, next, judged: true)
        offerWhatIsFree(index, line, next)
    }

    /// What the worker does.
    mutating func tend() {
        for group in capacities.indices {
            for index in episodes.indices where episodes[index].group == group {
                let line = episodes[index].line()
                guard Self.status(line, today) == .offered, let expires = episodes[index].offerExpires, expires <= now
                else { continue }
                let since = line.last { $0.day <= today }?.day ?? today
                let day = max(since, Self.day(of: expires))
                let next = line.filter { $0.day < day } + [Step(day: day, status: .withdrawn)]
                _ = try? rewrite(index, next, judged: false)
            }
            offerSeats(group)
        }
    }

    // MARK: What follows

    private mutating func begin(_ episode: Episode, _ line: [Step]) throws {
        episodes.append(episode)
        try rewrite(episodes.count - 1, line, judged: true)
    }

    /// Judges a new line as the database does, and asserts it. What is refused must be undone by the caller.
    private mutating func rewrite(_ index: Int, _ line: [Step], judged: Bool) throws {
        let former = episodes[index].line()
        if judged, !isPlaceable(index, former, line) { throw Refusal("not_placeable_do_not_place") }
        let offered = Self.days(line, .offered).subtracting(Self.days(former, .offered))
        if let first = offered.min(), offered.contains(where: { $0 >= today }) {
            episodes[index].offerExpires = max(now, Self.midnight(of: first)) + .seconds(7 * 86_400)
        }
        if line.contains(where: { $0.status == .waitlisted }) {
            episodes[index].waitingSince = episodes[index].waitingSince ?? now
        }
        let (client, group) = (episodes[index].client, episodes[index].group)
        let last = episodes.filter { $0.client == client && $0.group == group }.flatMap(\.assertions).map(\.recorded)
            .max()
        let recorded = max(now, last.map { Instant(microsecondsSince1970: $0.microsecondsSince1970 + 1) } ?? now)
        episodes[index].assertions.append(Assertion(recorded: recorded, line: Episode.told(line)))
        episodes[index].version += 1
        let open = Self.days(line, .waitlisted, .offered, .active, .paused)
        for (other, episode) in episodes.enumerated()
        where other != index && episode.client == client && episode.group == group {
            if !open.isDisjoint(with: Self.days(episode.line(), .waitlisted, .offered, .active, .paused)) {
                throw Refusal("enrollment_spans_one_episode_a_day")
            }
        }
        let taken = taken(group)
        if counted(index).contains(where: { taken[$0, default: 0] > capacities[group] }) { throw Refusal("group_full") }
    }

    private func isPlaceable(_ index: Int, _ former: [Step], _ line: [Step]) -> Bool {
        let offered = Self.days(line, .offered)
        let isNew =
            offered.contains { $0 >= today } && !Self.days(former, .offered).contains { $0 >= today }
        var gained = Self.days(line, .active, .paused).subtracting(Self.days(former, .active, .paused))
        if isNew { gained.formUnion(offered) }
        guard enemies.contains(episodes[index].client) else { return true }
        return !episodes.indices.contains { other in
            episodes[other].group == episodes[index].group && enemies.contains(episodes[other].client)
                && episodes[other].client != episodes[index].client && !gained.isDisjoint(with: counted(other))
        }
    }

    private mutating func offerWhatIsFree(_ index: Int, _ former: [Step], _ line: [Step]) {
        let freed = Self.days(former, .offered, .active, .paused).subtracting(
            Self.days(line, .offered, .active, .paused))
        if freed.contains(where: { $0 >= today }) { offerSeats(episodes[index].group) }
    }

    private mutating func offerSeats(_ group: Int) {
        var free = capacities[group] - (taken(group).filter { $0.key >= today }.map(\.value).max() ?? 0)
        let waiting = episodes.indices
            .filter { episodes[$0].group == group && Self.status(episodes[$0].line(), today) == .waitlisted }
            .sorted { (episodes[$0].waitingSince ?? now, $0) < (episodes[$1].waitingSince ?? now, $1) }
        for index in waiting where free > 0 {
            let line = episodes[index].line()
            var next = line.filter { $0.day != today } + [Step(day: today, status: .offered)]
            next = Episode.told(next.sorted { $0.day < $1.day })
            if !isPlaceable(index, line, next) { continue }
            _ = try? rewrite(index, next, judged: false)
            free -= 1
        }
    }

    /// The days on which an episode takes a seat: with one, or with an offer that stands.
    private func counted(_ index: Int) -> Set<Int> {
        let line = episodes[index].line()
        let stands = episodes[index].offerExpires.map { $0 > now } ?? true
        return Self.days(line, .active, .paused).union(stands ? Self.days(line, .offered) : [])
    }

    private func taken(_ group: Int) -> [Int: Int] {
        episodes.indices.filter { episodes[$0].group == group }
            .reduce(into: [:]) { taken, index in for day in counted(index) { taken[day, default: 0] += 1 } }
    }

    // MARK: Lines

    static func status(_ line: [Step], _ day: Int) -> Status? { line.last { $0.day <= day }?.status }

    static func days(_ line: [Step], _ statuses: Status...) -> Set<Int> {
        zip(line, line.dropFirst().map(\.day) + [days.upperBound]).reduce(into: []) { all, step in
            if statuses.contains(step.0.status), step.0.day < step.1 { all.formUnion(step.0.day..<step.1) }
        }
    }

    static func midnight(of day: Int) -> Instant {
        Instant(secondsSince1970: Int64((first.daysSince1970 + day) * 86_400 + 7 * 3_600))
    }

    private static func isSeat(_ status: Status) -> Bool { status == .active || status == .paused }

    private static func isOver(_ status: Status?) -> Bool {
        status == .completed || status == .withdrawn || status == .transferred
    }

    private static func follows(_ former: Status?, _ next: Status) -> Bool {
        switch former {
        case .waitlisted: next == .offered || next == .withdrawn
        case .offered: next == .active || next == .withdrawn
        case .active: next == .paused || isOver(next)
        case .paused: next == .active || isOver(next)
        default: false
        }
    }

    private static func lead(_ former: Status, _ next: Status) -> Bool {
        switch former {
        case _ where former == next: true
        case .waitlisted: true
        case .offered: next != .waitlisted
        default: follows(former, next)
        }
    }
}

extension EnrollmentModel.Refusal {
    static let doesNotFollow = EnrollmentModel.Refusal("enrollment_status_does_not_follow")
}
