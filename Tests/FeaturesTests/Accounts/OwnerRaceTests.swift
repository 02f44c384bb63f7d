import Postgres
import Practice
import TestSupport
import Testing

/// The last owner, in every order of the statements of two who end owners at once.
@Suite struct OwnerRaceTests {
    private static let ends: [SQL] = [
        "roles = '{counselor}'", "disabled_at = created_at",
    ]

    @Test(arguments: [0, 1], [true, false])
    func `of two owners who end themselves, or each other, at once, one remains`(end: Int, holds: Bool) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let other = try await world.seed(house) { $0.staff("Otto Ovens", .owner) }
            for pairs in [[(house.owner, house.owner), (other, other)], [(house.owner, other), (other, house.owner)]] {
                for order in orders(holds ? 4 : 3, holds ? 4 : 3) {
                    try await world.seed(house) {
                        $0.add(
                            """
                            update accounts set roles = '{owner}', disabled_at = null, version = version + 1
                            where account_id in (\(house.owner.accountID), \(other.accountID))
                            """)
                        $0.add("update sign_ins set ended_at = null")
                    }
                    let steps = pairs.map { who, whom in
                        let change: SQL = """
                            update accounts set \(Self.ends[end]), version = version + 1
                            where practice_id = \(house.id) and account_id = \(whom.accountID)
                            """
                        let door = (action: "staff.change", kind: "staff", thing: whom.accountID.uuid)
                        return holds
                            ? world.steps(
                                who, door.action, door.kind, door.thing,
                                "select from access.hold_owners(\(whom.accountID))", change)
                            : world.steps(who, door.action, door.kind, door.thing, change)
                    }
                    let came = try await interleave(order, steps, in: world.database)
                    let left = try await world.count(
                        """
                        from accounts where practice_id = \(house.id) and 'owner' = any (roles) and disabled_at is null
                        """)
                    #expect(left == 1, "\(order): \(came.outcomes)")
                    // Who has ended already when he comes is not let in; who was let in finds that he is the last.
                    let refused = came.outcomes.filter { $0 != .committed }
                    #expect(refused.count == 1, "\(order): \(came.outcomes)")
                    #expect(
                        [
                            .refused("practice_needs_an_owner"), .refused("28000"), .refused("42501"),
                            .refused("not_signed_in"),
                            .refused("role_can_never"),
                        ].contains(refused.first), "\(order): \(came.outcomes)")
                }
            }
        }
    }
}
