import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// A death that is recorded while somebody begins something for the client: it ends too, or it is refused.
@Suite struct ChartClosingRaceTests {
    @Test func `nobody who has died is left with a seat that was given at the same moment`() async throws {
        try await withWorld { (world: World) async throws in
            let group = try await world.group("Race", seats: 200)
            for order in orders(4, 3) {
                let client = try await world.people(1)[0]
                let enroll: SQL = """
                    select from access.enroll(
                        \(world.surroundings.newID()), \(group), \(client.clientID), 'active', null, \(world.clock.now))
                    """
                let came = try await interleave(
                    order,
                    [
                        world.death(of: client),
                        world.steps(world.mesa.intake, "enrollment.create", "group", group.uuid, enroll),
                    ], in: world.database, givingWay: true)
                let seats = try await world.count(
                    """
                    from enrollment_spans where client_id = \(client.clientID) and upper_inf(recorded)
                        and status in ('active', 'paused', 'offered', 'waitlisted') and during @> '2026-01-05'::date
                    """)
                let isDead = came.outcomes[0] == .committed
                let seated = came.outcomes[1] == .committed
                #expect(isDead || [.refused("55P03"), .refused("40001")].contains(came.outcomes[0]), "\(came)")
                #expect(seated || came.outcomes[1] == .refused("client_is_not_active"), "\(came)")
                #expect(isDead || seated, "\(order): \(came)")
                #expect(seats == (isDead ? 0 : 1), "\(order): \(came)")
            }
        }
    }

    @Test func `nothing is asked of who has died at the same moment`() async throws {
        try await withWorld { (world: World) async throws in
            for order in orders(4, 3) {
                let client = try await world.people(1)[0]
                let ask: SQL = """
                    insert into consents (practice_id, consent_id, client_id, kind, requested_at, requested_by)
                    values (\(world.mesa.id), \(world.surroundings.newID()), \(client.clientID), 'treatment',
                            \(world.clock.now), \(world.mesa.intake.accountID))
                    """
                let came = try await interleave(
                    order,
                    [
                        world.death(of: client),
                        world.steps(world.mesa.intake, "consent.request", "client", client.clientID.uuid, ask),
                    ], in: world.database, givingWay: true)
                let isDead = came.outcomes[0] == .committed
                let isAsked = came.outcomes[1] == .committed
                // Whoever was asked before has died since; nobody is asked afterwards.
                #expect(isDead || came.outcomes[0] == .refused("55P03"), "\(came)")
                #expect(
                    isAsked ? !isDead || came.ended == [1, 0] : came.outcomes[1] == .refused("client_is_not_active"),
                    "\(order): \(came)")
            }
        }
    }

    @Test func `two partners whose deaths are taken back at once are both in care again, in every order`() async throws
    {
        try await withWorld { (world: World) async throws in
            for order in orders(4, 4) {
                let people = try await world.people(2)
                let couple = try await world.seed(world.mesa) { $0.couple(people[1], people[0]) }
                // Each death ended the couple: the first one's, and the second one's on an earlier day.
                for (person, day) in zip(people, ["2026-01-04", "2026-01-02"]) {
                    #expect(try await world.change(person, ["diedOn": .text(day)], as: world.mesa.intake).status == 200)
                }
                #expect(try await world.count("from chart_closings where ended @> \(world.ended(couple))::jsonb") == 2)
                let came = try await interleave(order, people.map { world.correction(of: $0) }, in: world.database)
                #expect(came.outcomes == [.committed, .committed], "\(order): \(came)")
                #expect(
                    try await world.count(
                        "from clients where client_id = any (\(people.map(\.clientID))) and status = 'active'") == 2)
            }
        }
    }

    @Test func `of two who record a death after one reading the second is told that it has changed`() async throws {
        try await withWorld { (world: World) async throws in
            for order in orders(4, 4) {
                let people = try await world.people(2)
                _ = try await world.seed(world.mesa) { $0.couple(people[1], people[0]) }
                let steps = ["2026-01-04", "2026-01-02"].map { day in
                    world.steps(
                        world.mesa.intake, "client.change", "client", people[0].clientID.uuid,
                        "select from access.hold_groups_of(\(people[0].clientID))",
                        """
                        update clients set status = 'deceased', died_on = \(Day(day)), version = 2
                        where practice_id = \(world.mesa.id) and client_id = \(people[0].clientID)
                        """)
                }
                let came = try await interleave(order, steps, in: world.database)
                let isStale = came.outcomes.map { $0 == .refused("stale_version") }
                #expect(isStale.contains(true) && came.outcomes.contains(.committed), "\(order): \(came)")
            }
        }
    }
}

extension World {
    fileprivate func ended(_ couple: ID<Couple>) -> String { "[{\"kind\": \"couple\", \"id\": \"\(couple)\"}]" }

    /// The steps by which the desk takes a death back.
    fileprivate func correction(of client: Person) -> [InterleavedStep] {
        steps(
            mesa.intake, "client.change", "client", client.clientID.uuid,
            "select from access.hold_groups_of(\(client.clientID))",
            """
            update clients set status = 'active', died_on = null, version = version + 1
            where practice_id = \(mesa.id) and client_id = \(client.clientID)
            """)
    }

    /// The steps by which the desk records that a client has died today.
    func death(of client: Person) -> [InterleavedStep] {
        steps(
            mesa.intake, "client.change", "client", client.clientID.uuid,
            "select from access.hold_groups_of(\(client.clientID))",
            """
            update clients set status = 'deceased', died_on = '2026-01-05', version = version + 1
            where practice_id = \(mesa.id) and client_id = \(client.clientID)
            """)
    }
}
