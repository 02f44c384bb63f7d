import Postgres
import Practice
import TestSupport
import Testing

/// Placements beside whatever could speak against them, in every order of their statements.
@Suite struct PlacementRaceTests {
    @Test func `who notes a conflict while one of the two is placed with the other is not passed over`() async throws {
        try await withWorld { world in
            for order in orders(3, 3) {
                let scene = try await Scene(world)
                let conflict = world.surroundings.newID()
                let came = try await interleave(
                    order,
                    [
                        scene.placement,
                        world.steps(
                            world.mesa.intake, "client.change", "client", scene.seated.clientID.uuid,
                            """
                            select from access.note_conflict(\(conflict), \(scene.seated.clientID), \(scene.coming.clientID),
                                null, 'do_not_place', \(world.clock.now))
                            """),
                    ], in: world.database)
                expectJudged(came, against: "not_placeable_do_not_place", "\(order)")
            }
        }
    }

    @Test func `nor who makes the two a couple`() async throws {
        try await withWorld { world in
            for order in orders(3, 3) {
                let scene = try await Scene(world)
                let couple = world.surroundings.newID()
                let partners = [scene.seated.clientID, scene.coming.clientID]
                let came = try await interleave(
                    order,
                    [
                        scene.placement,
                        [
                            world.enter(world.mesa.intake, "couple.create").step(),
                            { tx in
                                try await tx.pipeline(
                                    Query.run(
                                        """
                                        insert into couples (practice_id, couple_id, during, created_at)
                                        values (\(world.mesa.id), \(couple), daterange('2026-01-05', null), \(world.clock.now))
                                        """),
                                    Query.run(
                                        """
                                        insert into couple_members (practice_id, couple_id, seat, client_id, during)
                                        select \(world.mesa.id), \(couple), p.seat, p.id, daterange('2026-01-05', null)
                                        from unnest(\(partners)) with ordinality p (id, seat) order by p.id
                                        """))
                            },
                        ],
                    ], in: world.database)
                expectJudged(came, against: "not_placeable_partner", "\(order)")
            }
        }
    }

    @Test func `nor who notes a conflict with somebody who is put at the head of the group just now`() async throws {
        try await withWorld { world in
            let leader = world.mesa.newcomer
            for order in orders(3, 3) {
                let scene = try await Scene(world)
                let conflict = world.surroundings.newID()
                let came = try await interleave(
                    order,
                    [
                        world.steps(
                            world.mesa.admin, "group.change", "group", scene.group.uuid,
                            """
                            insert into group_facilitators (practice_id, group_id, account_id, role, during)
                            values (\(world.mesa.id), \(scene.group), \(leader.accountID), 'facilitator',
                                    daterange('2026-01-05', null))
                            """),
                        world.steps(
                            world.mesa.intake, "client.change", "client", scene.seated.clientID.uuid,
                            """
                            select from access.note_conflict(\(conflict), \(scene.seated.clientID), null,
                                \(leader.accountID), 'do_not_place', \(world.clock.now))
                            """),
                    ], in: world.database)
                expectJudged(came, against: "dual_role", "\(order)")
            }
        }
    }

    @Test func `a conflict that two note at once is noted once`() async throws {
        try await withWorld { world in
            for order in orders(3, 3) {
                let scene = try await Scene(world)
                let notes = [(scene.seated, scene.coming), (scene.coming, scene.seated)].map { one, other in
                    world.steps(
                        world.mesa.intake, "client.change", "client", one.clientID.uuid,
                        """
                        select from access.note_conflict(\(world.surroundings.newID()), \(one.clientID), \(other.clientID), null,
                            'relative', \(world.clock.now))
                        """)
                }
                let came = try await interleave(order, notes, in: world.database)
                #expect(
                    came.outcomes.contains(.committed) && came.outcomes.contains(.refused("already_noted")), "\(order)")
            }
        }
    }

    @Test func `of two who take the last seat one gets it, and of a seat and a smaller group one`() async throws {
        try await withWorld { world in
            for order in orders(3, 3) {
                let (seats, smaller) = (try await Scene(world, seats: 2), try await Scene(world, seats: 2))
                let other = try await world.people(1)[0]
                let two = try await interleave(
                    order, [seats.placement, seats.placement(of: other)], in: world.database)
                #expect(Set(two.outcomes) == [.committed, .refused("group_full")], "\(order)")
                let came = try await interleave(
                    order,
                    [
                        smaller.placement,
                        world.steps(
                            world.mesa.admin, "group.change", "group", smaller.group.uuid,
                            "update groups set capacity = 1, version = version + 1 where group_id = \(smaller.group)"),
                    ], in: world.database)
                let refused = came.outcomes.filter { $0 != .committed }
                #expect(
                    refused == [.refused("group_full")] || refused == [.refused("capacity_below_members")], "\(order)")
            }
        }
    }

    @Test func `an offer is taken, or it has ended and is the next one's, never both`() async throws {
        try await withWorld { world in
            try await world.run("update sign_ins set expires_at = '2100-01-01', idle_limit = interval '90 years'")
            for order in orders(3, 3) {
                let scene = try await Scene(world, seats: 2)
                let next = try await world.people(1)[0]
                let (offer, waiting) = try await world.seed(world.mesa) { seed in
                    (
                        seed.enrollment(of: scene.coming, in: scene.group, status: "offered"),
                        seed.enrollment(of: next, in: scene.group, status: "waitlisted")
                    )
                }
                // It stands until a second from now: who takes it comes in time, and the worker after that.
                let now = world.clock.now
                try await world.run(
                    "update enrollments set offer_expires_at = \(now + .seconds(1)), version = 2 where enrollment_id = \(offer)"
                )
                let came = try await interleave(
                    order,
                    [
                        world.steps(
                            world.mesa.intake, "enrollment.change", "enrollment", offer.uuid,
                            "select from access.take_step(\(offer), 2, 'active', null, null, null, \(now))"),
                        [
                            Query.run("select").step(),
                            Query.run(
                                "select from access.tend_waitlists(\(now + .seconds(1)), gen_random_uuid(), '\\x00')"
                            ).step(),
                        ],
                    ], in: world.database, as: [world.database.server, world.database.superuser])
                let isTaken = came.outcomes[0] == .committed
                #expect(came.outcomes == [isTaken ? .committed : .refused("stale_version"), .committed], "\(order)")
                let now2 = try await world.statuses(of: [offer, waiting])
                #expect(now2 == (isTaken ? ["active", "waitlisted"] : ["withdrawn", "offered"]), "\(order)")
                // The next round leaves nothing for the one after it.
                try await world.run("delete from enrollment_spans where group_id = \(scene.group)")
            }
        }
    }

    /// Whoever came first was there for the other: the placement was done before the reason against it was written, or was
    /// refused for it.
    private func expectJudged(
        _ came: (outcomes: [Interleaved], waited: Set<Int>, ended: [Int]), against code: String, _ order: String
    ) {
        let isPlaced = came.outcomes[0] == .committed
        #expect(came.outcomes[1] == .committed, "\(order): \(came.outcomes)")
        #expect(isPlaced ? came.ended == [0, 1] : came.outcomes[0] == .refused(code), "\(order): \(came)")
    }

    /// A group with one member, and somebody who is to be placed with that one.
    private struct Scene {
        let world: World
        let group: ID<Group>
        let seated: Person
        let coming: Person

        init(_ world: World, seats: Int = 5) async throws {
            self.world = world
            let people = try await world.people(2)
            (seated, coming) = (people[0], people[1])
            let seated = seated
            group = try await world.seed(world.mesa) { seed in
                let group = seed.group("Race \(seed.id(Group.self))", in: world.mesa.program, capacity: seats)
                _ = seed.enrollment(of: seated, in: group)
                return group
            }
        }

        var placement: [InterleavedStep] { placement(of: coming) }

        func placement(of person: Person) -> [InterleavedStep] {
            world.steps(
                world.mesa.intake, "enrollment.create", "group", group.uuid,
                """
                select from access.enroll(\(world.surroundings.newID()), \(group), \(person.clientID), 'active', null,
                    \(world.clock.now))
                """)
        }
    }
}

extension World {
    fileprivate func statuses(of enrollments: [ID<Enrollment>]) async throws -> [String] {
        try await database.superuser.pipeline(
            Query.rows(
                """
                select s.status from unnest(\(enrollments)) with ordinality e (id, n) join enrollment_spans s
                    on s.enrollment_id = e.id and upper_inf(s.recorded) and s.during @> '2026-01-05'::date order by e.n
                """
            ) { try $0.next(String.self) })
    }
}
