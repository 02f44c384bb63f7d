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
    /// All routes of the application.
    public let routes: [DeclaredRoute]
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

    /// The default world of a database that has it.
    init(in database: TestDatabase, _ ground: Ground, _ client: any TestClientProtocol) async throws {
        self.database = database
        self.client = client
        routes = ground.routes
        keys = ground.keys
        keyRing = ground.keyRing
        clock = ground.clock
        surroundings = ground.surroundings
        seeds = .counted(clock: ground.clock, series: 0xC)
        mesa = try await Plot.mesa.house(ground).house
        tempe = try await Plot.tempe.house(ground).house
    }

    /// Lets time pass in which everyone stays signed in: as if each had just asked something.
    public func advance(by duration: Duration) async throws {
        clock.advance(by: duration)
        _ = try await database.superuser.pipeline(
            Query.run(
                """
                update sign_ins set last_seen_at = \(clock.now), expires_at = greatest(expires_at, \(clock.now + .seconds(60)))
                where ended_at is null
                """))
    }

    /// Puts more into a practice.
    public func seed<R>(_ house: House, _ body: (inout Seed) throws -> R) async throws -> R {
        var seed = try await Seed(in: house.id, keyRing, seeds)
        let result = try body(&seed)
        _ = try await database.superuser.pipeline(seed.batch)
        return result
    }

    /// The same people and things again, of a world that has them already: nothing is put in. A fresh world counts its ids
    /// from the beginning.
    public func retrace<R>(_ house: House, _ body: (inout Seed) throws -> R) async throws -> R {
        var seed = try await Seed(in: house.id, keyRing, seeds)
        return try body(&seed)
    }
}

/// More than the default world, put into a database once, of which tests get copies.
public struct Staging: Sendable {
    let name: String
    let files: [String]
    let fill: @Sendable (World) async throws -> Void

    /// A name, the files and directories of the repository that it is made of besides the world, and how it is made.
    public init(name: String, files: [String], fill: @escaping @Sendable (World) async throws -> Void) {
        self.name = name
        self.files = files
        self.fill = fill
    }
}

/// A route as `openapi.yaml` would name it.
public struct DeclaredRoute: Sendable {
    /// The method in capitals.
    public let method: String
    /// The path, parameters in braces.
    public let path: String
    /// Whether anybody may call it.
    public let isPublic: Bool
    /// The function of the database that its requests go through first; nil where anybody may call it.
    public let door: SQL?
    /// That of requests with certain parameters, where the route has another; and these parameters.
    public let otherDoor: (door: SQL, parameters: [String])?
    /// Where in its answer stands what is told once, as JSON pointers.
    public let secrets: [String]
    /// Whether its answer tells a secret, and so is never compressed.
    public let tellsSecrets: Bool
}

/// Where a house of the default world stands. All ids are counted, so a house is the same whenever it is put together:
/// once to be built in a template, and then in every test that gets a copy.
private struct Plot {
    let slug: String
    let series: UInt8

    static let mesa = Plot(slug: "mesa", series: 0xA)
    static let tempe = Plot(slug: "tempe", series: 0xB)

    func build(_ ground: Ground, in database: TestDatabase) async throws {
        let practice: ID<Practice> = surroundings(ground).id()
        var batch = Batch()
        _ = batch.append(
            Query.run(
                """
                insert into practices (practice_id, slug, name, phone, email, created_at)
                values (\(practice), \(slug), \("\(slug.capitalized) Healing"), '480-555-0199',
                        \("office@\(slug).example"), \(ground.clock.now))
                """))
        for key in try ground.keyRing.firstKeys(of: practice) {
            _ = batch.append(key.insert(for: practice, at: ground.clock.now))
        }
        _ = try await database.superuser.pipeline(batch)
        _ = try await database.superuser.pipeline(try await house(ground).seed.batch)
    }

    func house(_ ground: Ground) async throws -> (house: House, seed: Seed) {
        let surroundings = surroundings(ground)
        var seed = try await Seed(in: surroundings.id(), ground.keyRing, surroundings)
        return (try House(slug: slug, &seed), seed)
    }

    private func surroundings(_ ground: Ground) -> Surroundings { .counted(clock: ground.clock, series: series) }
}

extension Template {
    /// The default world.
    fileprivate static func world() throws -> Template {
        let sources = ["Tests/TestSupport/World", "Sources/JSON", "Sources/Practice"].map(Repository.file)
        let name = "cairn_world_\(try Repository.checksum(of: sources + [Repository.file("Migrations")]))"
        return Template(name: name, base: schema) { cluster, database in
            try await withClients(cluster, database) { database in
                let ground = try Ground(database)
                try await Plot.mesa.build(ground, in: database)
                try await Plot.tempe.build(ground, in: database)
            }
        }
    }

    /// The default world, and more.
    fileprivate static func world(_ staging: Staging) throws -> Template {
        let base = try world()
        let sum = try Repository.checksum(of: staging.files.map(Repository.file))
        return Template(name: "\(base.name)_\(staging.name)_\(sum)", base: world) { cluster, database in
            try await withClients(cluster, database) { try await open($0, .standard, staging.fill) }
        }
    }

    fileprivate static func open<R: Sendable>(
        _ database: TestDatabase, _ limits: Limits, _ body: @Sendable (World) async throws -> R
    ) async throws -> R {
        let ground = try Ground(database, limits)
        return try await ground.application.test(.router) { client in
            try await body(try await World(in: database, ground, client))
        }
    }
}

/// Gives a test the default world, in a database of its own, with the real application over it.
public func withWorld<R: Sendable>(
    limits: Limits = .standard, _ body: @Sendable (World) async throws -> R
) async throws -> R {
    try await withDatabase(like: Template.world()) { try await Template.open($0, limits, body) }
}

/// Gives a test the default world with more in it, in a database of its own.
public func withWorld<R: Sendable>(
    _ staging: Staging, _ body: @Sendable (World) async throws -> R
) async throws -> R {
    try await withDatabase(like: Template.world(staging)) { try await Template.open($0, .standard, body) }
}
