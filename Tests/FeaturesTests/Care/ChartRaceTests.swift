import Postgres
import Practice
import TestSupport
import Testing

/// Two who make a chart for the same person at once.
@Suite struct ChartRaceTests {
    @Test func `of two charts for one person that are made at once one is made, in every order`() async throws {
        try await withWorld { world in
            for (number, order) in orders(4, 4).enumerated() {
                let name = "Twin\("\(world.surroundings.newID())".suffix(12))"
                let making = (0..<2).map { _ in
                    let client = ID<Client>(world.surroundings.newID())
                    return world.steps(
                        world.mesa.intake, "client.create", "none", nil,
                        """
                        insert into clients (practice_id, client_id, given_name, family_name, birth_date, created_at)
                        values (\(world.mesa.id), \(client), \(name), \(name), '1990-01-01'::date + \(Int32(number)),
                                \(world.clock.now))
                        """, "select from access.refuse_duplicates(\(client))")
                }
                let came = try await interleave(order, making, in: world.database)
                #expect(Set(came.outcomes) == [.committed, .refused("possible_duplicate")], "\(order): \(came)")
                #expect(try await world.count("from clients where given_name = \(name)") == 1)
            }
        }
    }
}
