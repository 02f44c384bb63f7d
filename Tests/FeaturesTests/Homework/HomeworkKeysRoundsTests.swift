import JSON
import Practice
import Testing
import TestSupport

/// A thousand rounds of one partner turning the second key while the other takes the first one back, by the real requests.
@Suite struct HomeworkKeysRoundsTests {
    /// How the first key is taken back.
    private enum Way: CaseIterable {
        case takeBack, unshare, giveBack
    }

    @Test func `in a thousand rounds nobody reads what the other is told to have taken back`() async throws {
        try await withWorld { world in
            var pairs = try await KeyPairs(world)
            var (opened, random) = (0, SystemRandomNumberGenerator())
            for round in 1...1_000 {
                let first = Int.random(in: 0...1, using: &random)
                let pair = try await pairs.next(his: first == 0, hers: first == 1)
                let way = Way.allCases.randomElement(using: &random) ?? .takeBack
                let isOpened = try await play(pair, first, way, world)
                guard let isOpened else {
                    Issue.record("Round \(round): \(way)")
                    return
                }
                if isOpened { opened += 1 }
            }
            // Both of them win now and then: the rounds are about something.
            #expect(opened > 0 && opened < 1_000, "\(opened)")
        }
    }

    /// Whether the second key came first; nil where both won, or neither.
    private func play(_ pair: KeyPair, _ first: Int, _ way: Way, _ world: World) async throws -> Bool? {
        let mesa = world.mesa
        let (partners, counselors) = ([mesa.client, mesa.partner], [mesa.counselor, mesa.intern])
        let (held, other) = (pair.pieces[first], pair.pieces[1 - first])
        async let turned = world.share(other, as: partners[1 - first], ifMatch: 2)
        async let taken = takeBack(held, way, partners[first], counselors[first], world)
        async let met = world.read(held, as: partners[1 - first])
        let (second, back, seen) = (try await turned, try await taken, try await met)
        let isOpened = second["partnerHomeworkId"] == .text(held.description)
        let later = try await world.read(held, as: partners[1 - first]).status
        let mutual = try await world.read(other, as: partners[first]).status
        guard second.status == 200 else { return nil }
        if isOpened {
            let isRefused = back.status == 409 && back.code == "already_opened"
            return isRefused && [later, mutual] == [200, 200] ? true : nil
        }
        return back.status == 200 && [seen.status, later, mutual] == [404, 404, 404] ? false : nil
    }

    private func takeBack(
        _ homework: ID<Homework>, _ way: Way, _ author: Person, _ counselor: Person, _ world: World
    ) async throws -> TestAnswer {
        switch way {
        case .takeBack: try await world.takeBack(homework, as: author, ifMatch: 2)
        case .unshare: try await world.share(homework, false, as: author, ifMatch: 2)
        case .giveBack:
            try await world.review(homework, "returned", comment: "Once more.", as: counselor, ifMatch: 2)
        }
    }
}
