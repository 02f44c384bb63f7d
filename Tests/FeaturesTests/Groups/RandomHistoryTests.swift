import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Two hundred random histories, against the real functions and against ``EnrollmentModel``: what either refuses the other
/// refuses for the same reason, and as of every day, as it was known at every instant, they answer alike.
///
/// A history that differs is told by its number. `CAIRN_HISTORY=17 swift test --filter RandomHistoryTests` runs that one
/// alone, with every step of it.
@Suite struct RandomHistoryTests {
    @Test func `as-of and known-at answers agree with a simple model, in two hundred random histories`() async throws {
        try await withWorld { world in
            try await world.run("update sign_ins set expires_at = '2100-01-01', idle_limit = interval '90 years'")
            let only = ProcessInfo.processInfo.environment["CAIRN_HISTORY"].flatMap { UInt64($0) }
            var (taken, refused) = (0, [String: Int]())
            for number in only.map({ $0...$0 }) ?? 1...200 {
                var history = try await RandomHistory(number, in: world, isTold: only != nil)
                for _ in 0..<16 {
                    guard let code = try await history.act() else { return }
                    if code.isEmpty { taken += 1 } else { refused[code, default: 0] += 1 }
                }
                guard try await history.agrees() else { return }
                try await history.forget()
            }
            guard only == nil else { return }
            // The histories are not about nothing: most steps are taken, and all sorts are refused.
            #expect(taken > 1_000, "\(taken), \(refused)")
            #expect(
                Set(refused.keys).isSuperset(of: [
                    "enrollment_status_does_not_follow", "group_full", "not_placeable_do_not_place", "offer_expired",
                    "enrollment_spans_one_episode_a_day", "before_first_day", "transfer_needs_a_group",
                ]), "\(refused)")
        }
    }
}

/// One history: four clients and two small groups of its own, and a generator that begins with its number.
private struct RandomHistory {
    let number: UInt64
    let world: World
    let isTold: Bool
    var random: SplitMix
    var model: EnrollmentModel
    let clients: [ID<Client>]
    let groups: [ID<Group>]
    private var instants: [Instant] = []

    init(_ number: UInt64, in world: World, isTold: Bool) async throws {
        (self.number, self.world, self.isTold) = (number, world, isTold)
        world.clock.advance(by: TestClock.start - world.clock.now)
        random = SplitMix(state: number)
        let capacities = [Int.random(in: 1...3, using: &random), Int.random(in: 1...2, using: &random)]
        model = EnrollmentModel(capacities: capacities, enemies: number.isMultiple(of: 3) ? [0, 1] : [])
        model.now = world.clock.now
        (clients, groups) = try await world.seed(world.mesa) { [enemies = model.enemies] seed in
            let clients = (0..<4).map { _ in seed.id(Client.self) }
            for (index, client) in clients.enumerated() {
                seed.add(
                    """
                    insert into clients (practice_id, client_id, given_name, family_name, birth_date, sex, language, created_at)
                    values (\(seed.practiceID), \(client), \("Given\(index)"), \("Family\(number)"), '1990-01-01', 'male',
                            'en-US', \(seed.now))
                    """)
            }
            if !enemies.isEmpty {
                seed.add(
                    """
                    insert into placement_conflicts (practice_id, conflict_id, client_id, other_id, kind, recorded_at)
                    values (\(seed.practiceID), \(seed.id(PlacementConflict.self)), \(clients[0]), \(clients[1]), 'do_not_place',
                            \(seed.now))
                    """)
            }
            let groups = capacities.enumerated().map { index, capacity in
                seed.group("History \(number).\(index)", in: world.mesa.program, capacity: capacity)
            }
            return (clients, groups)
        }
    }

    /// One random act, by the database and by the model: why both refused it, or nothing; nil where they differ.
    mutating func act() async throws -> String? {
        if Int.random(in: 0..<4, using: &random) > 0 {
            world.clock.advance(by: .seconds(Int64([1, 3_600, 86_400, 3 * 86_400].randomElement(using: &random) ?? 1)))
        }
        model.now = world.clock.now
        instants.append(world.clock.now)
        let before = model
        let (act, query, modelled) = choose()
        var codes = (database: "", model: "")
        do { try modelled(&model) } catch let refusal as EnrollmentModel.Refusal { codes.model = refusal.code }
        if !codes.model.isEmpty { model = before }
        do {
            if let query {
                _ = try await world.database.server.pipeline(query.door, query.work)
            } else {
                _ = try await world.database.superuser.pipeline(
                    Query.run("select from access.tend_waitlists(\(world.clock.now), gen_random_uuid(), '\\x00')"))
            }
        } catch {
            codes.database = error.refusal?.raisedCode ?? error.refusal?.constraint ?? error.sqlState ?? "\(error)"
        }
        if isTold { Swift.print(model.today, act, codes) }
        #expect(codes.database == codes.model, "History \(number): \(act)")
        return codes.database == codes.model ? codes.model : nil
    }

    private typealias Request = (door: Query<[String?]>, work: Query<Int>)
    private typealias Modelled = (inout EnrollmentModel) throws -> Void

    private mutating func choose() -> (String, Request?, Modelled) {
        let today = model.today
        let near = today + Int.random(in: -12...12, using: &random)
        let day = Int.random(in: 0..<3, using: &random) == 0 ? near : nil
        let id = ID<Enrollment>(world.surroundings.newID())
        let (client, group) = (Int.random(in: 0..<4, using: &random), Int.random(in: 0..<2, using: &random))
        let kind = Int.random(in: 0..<20, using: &random)
        guard let index = model.episodes.indices.randomElement(using: &random), kind > 4 else {
            let status: EnrollmentModel.Status = Bool.random(using: &random) ? .active : .waitlisted
            return (
                "\(id) enrolls client \(client) in group \(group) as \(status) from \(day ?? today)",
                (
                    enter("enrollment.create", "group", groups[group].uuid),
                    .run(
                        "select from access.enroll(\(id), \(groups[group]), \(clients[client]), \(status.rawValue), \(date(day)), \(world.clock.now))"
                    )
                ), { try $0.enroll(id, client, in: group, as: status, from: day ?? today) }
            )
        }
        let episode = model.episodes[index]
        let door = enter("enrollment.change", "enrollment", episode.id.uuid)
        let (version, now) = (episode.version, world.clock.now)
        switch kind {
        case 5..<13:
            let status = likely(after: EnrollmentModel.status(episode.line(), day ?? today))
            let until = status == .paused && Bool.random(using: &random) ? near + 5 : nil
            return (
                "\(episode.id) becomes \(status) from \(day.map(String.init) ?? "-") until \(until.map(String.init) ?? "-")",
                (
                    door,
                    .run(
                        "select from access.take_step(\(episode.id), \(version), \(status.rawValue), \(date(day)), \(date(until)), null, \(now))"
                    )
                ),
                { try $0.step(index, status, from: day, until: until) }
            )
        case 13..<15:
            return (
                "\(episode.id) is transferred to \(group) on \(day.map(String.init) ?? "-")",
                (
                    door,
                    .run(
                        "select from access.transfer(\(episode.id), \(version), \(id), \(groups[group]), \(date(day)), null, \(now))"
                    )
                ),
                { try $0.transfer(index, as: id, to: group, on: day) }
            )
        case 15..<18:
            let steps = correction(near)
            return (
                "\(episode.id) was \(steps.map { "\($0.status) from \($0.day)" })",
                (
                    door,
                    .run(
                        "select from access.correct(\(episode.id), \(version), \(steps.compactMap { date($0.day) }), \(steps.map(\.status.rawValue)), \(steps.map { _ in String?.none }), \(now))"
                    )
                ), { try $0.correct(index, to: steps) }
            )
        default: return ("the worker tends", nil, { $0.tend() })
        }
    }

    /// Mostly what may follow.
    private mutating func likely(after status: EnrollmentModel.Status?) -> EnrollmentModel.Status {
        let next: [EnrollmentModel.Status] =
            switch status {
            case .waitlisted: [.offered, .offered, .withdrawn]
            case .offered: [.active, .active, .active, .withdrawn]
            case .active: [.paused, .paused, .completed, .withdrawn, .active]
            case .paused: [.active, .active, .withdrawn, .paused]
            default: EnrollmentModel.Status.allCases
            }
        return (Int.random(in: 0..<8, using: &random) == 0 ? EnrollmentModel.Status.allCases : next)
            .randomElement(using: &random) ?? .active
    }

    private mutating func correction(_ near: Int) -> [EnrollmentModel.Step] {
        let lines: [[EnrollmentModel.Status]] = [
            [], [.active], [.waitlisted, .active], [.active, .paused, .active], [.active, .withdrawn], [.waitlisted],
            [.waitlisted, .offered, .active, .completed], [.active, .transferred], [.offered], [.paused, .waitlisted],
        ]
        var day = near - 8
        return (lines.randomElement(using: &random) ?? []).map { status in
            day += Int.random(in: 1...6, using: &random)
            return EnrollmentModel.Step(day: day, status: status)
        }
    }

    private func enter(_ action: String, _ kind: String, _ id: UUID) -> Query<[String?]> {
        world.enter(world.mesa.intake, action, kind, id)
    }

    private func date(_ day: Int?) -> Day? { day.map { EnrollmentModel.first.adding(days: $0) } }

    // MARK: Comparing

    /// Compares every day of five months, at every instant of the history and just before it.
    func agrees() async throws -> Bool {
        let days = stride(from: -60, to: 90, by: 1).map { $0 }
        let known = Set(
            (instants + model.episodes.flatMap(\.assertions).map(\.recorded)).flatMap {
                [$0, Instant(microsecondsSince1970: $0.microsecondsSince1970 - 1)]
            }
        ).sorted()
        let rows = try await world.database.superuser.pipeline(
            Query.rows(
                """
                select e.enrollment_id, string_agg(coalesce(case s.status when 'withdrawn' then 'x' else left(s.status, 1) end, '-'), ''
                       order by k.at, d.day)
                from enrollments e cross join unnest(\(known)) k (at) cross join unnest(\(days.compactMap { date($0) })) d (day)
                    left join enrollment_spans s on s.enrollment_id = e.enrollment_id and s.during @> d.day and s.recorded @> k.at
                where e.group_id = any (\(groups)) group by e.enrollment_id
                """
            ) { (try $0.next(ID<Enrollment>.self), try $0.next(String.self)) })
        let answers = Dictionary(rows) { $1 }
        var agree = answers.count == model.episodes.count
        for episode in model.episodes {
            let told = known.map { instant in
                let line = episode.line(at: instant)
                return days.map { Self.letter(EnrollmentModel.status(line, $0)) }.joined()
            }.joined()
            guard let answer = answers[episode.id], answer != told else { continue }
            agree = false
            let place = zip(answer, told).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
            Issue.record(
                """
                History \(number): \(episode.id) on day \(days[place % days.count]), as known at \(known[place / days.count]), is \
                \(Array(answer)[place]) and was said to be \(Array(told)[place])
                """)
        }
        #expect(agree, "History \(number)")
        return agree
    }

    private static func letter(_ status: EnrollmentModel.Status?) -> String {
        status == .withdrawn ? "x" : status.map { String($0.rawValue.prefix(1)) } ?? "-"
    }

    /// Leaves nobody waiting of whom the next history's worker would think.
    func forget() async throws {
        try await world.run("delete from enrollment_spans where group_id = any (\(groups))")
    }
}
