import Practice
import TestSupport
import Testing

/// Spans of charts that are made one, and two again (decision 0051).
@Suite struct SpanMergeTests {
    @Test func `a death while two charts were one ends the other's couple no more once they are two`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let people = try await world.people(3)
            let couple = try await world.seed(house) { $0.couple(people[0], people[1]) }
            func until() async throws -> JSONValue? {
                try await world.request(.get, "/v1/couples/\(couple)", as: house.intake)["until"]
            }
            let merge = try await world.merge(people[0], into: people[2])
            #expect(merge.status == 201, "\(merge.text)")
            try await world.advance(by: .seconds(60))
            #expect(try await world.change(people[2], ["diedOn": "2026-01-03"], as: house.intake).status == 200)
            #expect(try await until() == "2026-01-03")
            let parted = try await world.reverse(merge, into: people[2])
            #expect(parted.status == 200, "\(parted.text)")
            #expect(try await until() == .null)
        }
    }
}
