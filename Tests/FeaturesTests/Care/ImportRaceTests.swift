import Postgres
import Practice
import Synchronization
import TestSupport
import Testing

/// An import beside people at work: what ends with a chart is ended in groups, which are held before any chart.
@Suite struct ImportRaceTests {
    @Test func `an import that has changed a chart and records a death waits for nobody who waits for it`() async throws
    {
        try await withWorld { (world: World) async throws in
            let superuser = world.database.superuser
            for order in orders(5, 3) {
                let group = try await world.group("Race \(order.description)", seats: 20)
                let (known, dies) = (try await world.people(1)[0], try await world.people(1)[0])
                let seat = try await world.enrolled(dies, in: group, startsOn: "2026-01-02")
                let enroll: SQL = """
                    select from access.enroll(
                        \(world.surroundings.newID()), \(group), \(known.clientID), 'active', null, \(world.clock.now))
                    """
                let came = try await interleave(
                    order,
                    [
                        world.importing([
                            world.following(known, #"{"maritalStatus": "widowed"}"#, isHeld: false),
                            "select access.hold_for_standing(array[\(dies.clientID)]::uuid[])",
                            world.following(dies, #"{"deceased": true, "diedOn": "2026-01-04"}"#, isHeld: true),
                        ]),
                        world.steps(world.mesa.intake, "enrollment.create", "group", group.uuid, enroll),
                    ], in: world.database, as: [superuser, world.database.server])
                #expect(came.outcomes == [.committed, .committed], "\(order): \(came)")
                #expect(try await world.status(of: seat) == "withdrawn", "\(order)")
                #expect(
                    try await world.count(
                        "from clients where client_id = \(known.clientID) and marital_status = 'widowed' and status = 'active'"
                    )
                        == 1)
                #expect(
                    try await world.count(
                        "from enrollments where client_id = \(known.clientID) and group_id = \(group) and seat @> '2026-01-05'::date"
                    )
                        == 1, "\(order)")
            }
        }
    }

    @Test func `a death is put aside until the groups are held, and what else the record says with it`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let said = #"{"deceased": true, "diedOn": "2026-01-04", "maritalStatus": "widowed"}"#
            let followed = Mutex<[Bool?]>([])
            let came = try await interleave(
                [],
                [
                    [
                        world.entering.step(),
                        { tx in
                            for isHeld in [false, true] {
                                if isHeld {
                                    try await tx.pipeline(
                                        Query.run(
                                            "select from access.hold_for_standing(array[\(house.client.clientID)]::uuid[])"
                                        ))
                                }
                                let one = try await tx.pipeline(
                                    Query.row(world.following(house.client, said, isHeld: isHeld)) {
                                        try $0.next(Bool?.self)
                                    })
                                followed.withLock { $0.append(one) }
                            }
                        },
                    ]
                ], in: world.database, as: [world.database.superuser])
            #expect(came.outcomes == [.committed])
            #expect(followed.withLock { $0 } == [nil, true])
            #expect(
                try await world.count(
                    """
                    from clients where client_id = \(house.client.clientID) and marital_status = 'widowed' and died_on = '2026-01-04'
                    """) == 1)
            #expect(try await world.days(of: "/v1/enrollments/\(house.enrollment)") == ["withdrawn", "2026-01-04"])
        }
    }
}

extension World {
    /// The door of an import.
    fileprivate var entering: Query<Int> {
        .run(
            """
            select from access.enter_work(
                \(mesa.id), 'import.run', \(clock.now), \(surroundings.newID()), '\\x00'::bytea)
            """)
    }

    fileprivate func importing(_ statements: [SQL]) -> [InterleavedStep] {
        [entering.step()] + statements.map { Query.run("select from (\($0)) done").step() }
    }

    /// Takes in what a record says of somebody of whom nothing was said before.
    fileprivate func following(_ person: Person, _ said: String, isHeld: Bool) -> SQL {
        """
        select access.follow_record(
            \(person.clientID), 'old', 'urn:cairn:import:patient', \("\(person.clientID)"), \(said)::text::jsonb, \(isHeld))
        """
    }
}
