import Features
import Foundation
import HummingbirdTesting
import Postgres
import Practice

/// What a test of the whole finds: a database with two practices of the same shape, a clock that stands still, ids that
/// count, and everyone signed in.
public struct World: Sendable {
    /// The database of this test alone.
    public let database: TestDatabase
    /// The keys of the server.
    public let keys: ServerKeys
    /// The keys of the practices, as the server finds them.
    public let keyRing: KeyRing
    /// Shows 2026-01-05T16:00:00Z, Monday 09:00 in Phoenix, until a test moves it.
    public let clock: TestClock
    /// The clock, ids that begin with `019b8ee3-0000-7000-8000-000000000001`, and counted random bytes: the server's.
    public let surroundings: Surroundings
    let client: any TestClientProtocol
    private let seeds: Surroundings
    /// The practice that a test is about.
    public let mesa: House
    /// The other practice: of the same shape, and nobody's business in the first.
    public let tempe: House

    /// Everybody's password.
    public static let password = "correct horse battery"

    /// Makes the default world in an empty database.
    static func make(in database: TestDatabase, _ ground: Ground, _ client: any TestClientProtocol) async throws
        -> World
    {
        World(
            database: database, keys: ground.keys, keyRing: ground.keyRing, clock: ground.clock,
            surroundings: ground.surroundings, client: client, seeds: .counted(clock: ground.clock, series: 0xC),
            mesa: try await house("mesa", series: 0xA, in: database, ground),
            tempe: try await house("tempe", series: 0xB, in: database, ground))
    }

    private static func house(
        _ slug: String, series: UInt8, in database: TestDatabase, _ ground: Ground
    ) async throws -> House {
        let surroundings = Surroundings.counted(clock: ground.clock, series: series)
        let practice: ID<Practice> = surroundings.id()
        try await insert(practice, slug, ground.keyRing, ground.clock.now, database)
        var seed = try await Seed(in: practice, ground.keyRing, surroundings)
        let house = try House(slug: slug, &seed)
        _ = try await database.superuser.pipeline(seed.batch)
        return house
    }

    /// Puts more into a practice.
    public func seed<R>(_ house: House, _ body: (inout Seed) throws -> R) async throws -> R {
        var seed = try await Seed(in: house.id, keyRing, seeds)
        let result = try body(&seed)
        _ = try await database.superuser.pipeline(seed.batch)
        return result
    }

    private static func insert(
        _ practice: ID<Practice>, _ slug: String, _ keyRing: KeyRing, _ now: Instant, _ database: TestDatabase
    ) async throws {
        var batch = Batch()
        _ = batch.append(
            Query.run(
                """
                insert into practices (practice_id, slug, name, phone, email, created_at)
                values (\(practice), \(slug), \("\(slug.capitalized) Healing"), '480-555-0199',
                        \("office@\(slug).example"), \(now))
                """))
        for key in try keyRing.firstKeys(of: practice) { _ = batch.append(key.insert(for: practice, at: now)) }
        _ = try await database.superuser.pipeline(batch)
    }
}

/// Gives a test the default world, in a database of its own, with the real application over it.
public func withWorld<R: Sendable>(
    limits: Limits = .standard, _ body: @Sendable (World) async throws -> R
) async throws -> R {
    try await withDatabase { database in
        let ground = try Ground(database)
        return try await ground.application(limits).test(.router) { client in
            try await body(try await World.make(in: database, ground, client))
        }
    }
}
