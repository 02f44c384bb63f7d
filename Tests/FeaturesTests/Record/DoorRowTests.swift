import Postgres
import Practice
import TestSupport
import Testing

/// Rows of the audit that follow from a request.
@Suite struct DoorRowTests {
    /// What others write into the audit between the door of a request and its work, be it ever so much, hides neither row.
    @Test func `an offer and an ended couple stand in the audit beside the request, however much others do meanwhile`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let (house, superuser) = (world.mesa, world.database.superuser)
            let small = try await world.group("Small", seats: 1)
            _ = try await world.enrolled(house.client, in: small, startsOn: "2026-01-02")
            _ = try await world.enrolled(house.loner, in: small, status: "waitlisted")
            let came = try await interleave(
                [],
                [
                    [
                        world.enter(house.intake, "client.change", "client", house.client.clientID.uuid).step(),
                        { _ in
                            _ = try await superuser.pipeline(
                                Query.run(
                                    """
                                    insert into audit_events (practice_id, at, request_id, proof, action, outcome)
                                    select \(house.id), \(world.clock.now), gen_random_uuid(), '\\x00', 'client.read', 'allowed'
                                    from generate_series(1, 1500)
                                    """))
                        },
                        { tx in
                            try await tx.pipeline(
                                Query.run("select from access.hold_groups_of(\(house.client.clientID))"),
                                Query.run(
                                    """
                                    update clients set status = 'deceased', died_on = '2026-01-04', version = version + 1
                                    where practice_id = \(house.id) and client_id = \(house.client.clientID)
                                    """))
                        },
                    ]
                ], in: world.database)
            #expect(came.outcomes == [.committed])
            for action in ["enrollment.offer", "couple.end"] {
                #expect(
                    try await world.count(
                        """
                        from audit_events a join audit_events d using (practice_id, request_id)
                        where a.action = \(action) and d.action = 'client.change'
                            and d.account_id = \(house.intake.accountID) and d.resource_id = \(house.client.clientID)
                        """) == 1, "\(action)")
            }
            #expect(
                try await world.count(
                    "from audit_events where action = 'couple.end' and account_id = \(house.intake.accountID)") == 1)
        }
    }

    /// What a request itself has written meanwhile is not taken for the row of its door, nor is that of a door before.
    @Test func `what follows from a request stands beside its own door, whatever was written before`() async throws {
        try await withWorld { (world: World) async throws in
            let (house, waiting) = (world.mesa, try await world.clients(2))
            let leaving = [house.client, house.loner]
            var steps: [InterleavedStep] = []
            for (person, next) in zip(leaving, waiting) {
                let small = try await world.group("Small for \(next.name)", seats: 1)
                _ = try await world.enrolled(person, in: small, startsOn: "2026-01-02")
                _ = try await world.enrolled(next, in: small, status: "waitlisted")
                steps += world.steps(
                    house.intake, "client.change", "client", person.clientID.uuid,
                    """
                    select from access.refused(\(house.id), null, null, 'client.read', 'client', \(person.clientID), \(world.clock.now),
                        \(world.surroundings.newID()), '\\x00', 'not_found', false)
                    """,
                    "select from access.hold_groups_of(\(person.clientID))",
                    """
                    update clients set status = 'deceased', died_on = '2026-01-04', version = version + 1
                    where practice_id = \(house.id) and client_id = \(person.clientID)
                    """)
            }
            let came = try await interleave([], [steps], in: world.database)
            #expect(came.outcomes == [.committed])
            for (person, next) in zip(leaving, waiting) {
                #expect(
                    try await world.count(
                        """
                        from audit_events a join audit_events d using (practice_id, request_id)
                        where a.action = 'enrollment.offer' and a.client_ids = array[\(next.clientID)]
                            and d.action = 'client.change' and d.resource_id = \(person.clientID)
                        """) == 1, "\(next.name)")
            }
        }
    }
}
