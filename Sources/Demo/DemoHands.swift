import Features
import Postgres
import Practice

/// What the demo is made with: how a practice is made and entered, as the operator's commands do it.
package protocol DemoHands: Sendable {
    var client: PostgresClient { get }
    var keys: ServerKeys { get }
    var surroundings: Surroundings { get }

    /// The first statement of every transaction.
    func enter(_ practice: ID<Practice>, _ action: String, at now: Instant) -> Query<Int>

    /// The statements that make a practice with its keys and what it begins with.
    func making(
        _ id: ID<Practice>, slug: String, name: String, timeZone: String, with keys: [WrappedKey],
        exercises: [ExerciseLibrary.Shipped]?, at now: Instant
    ) throws -> [Query<Int>]

    /// The statements that put into a practice what Cairn ships and the practice does not have yet.
    func library(
        for practice: ID<Practice>, exercises: [ExerciseLibrary.Shipped]?, at now: Instant
    ) throws -> [Query<Int>]
}

/// What keeps the demo from being made.
struct DemoFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
