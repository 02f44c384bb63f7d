import Postgres
import Practice

/// Looks again, while a body is being sent, whether its caller may still have it: whether the sign-in still holds, and the
/// same door would let him in to all that it let him reach. So what a role or a tie gave ends within a minute of its end.
///
/// A client that takes nothing for a while is cut off (``StalledReaderHandler``), so what is looked at does not lie about.
struct StandingWatch: Sendable {
    /// How long a look is good for.
    static let interval = Duration.seconds(20)
    /// How long a body goes on while nobody can be asked.
    static let patience = Duration.seconds(40)

    /// What goes into the audit when the body breaks off.
    let breakOff: Query<Int>?
    /// Keeps that for later, where it cannot be written.
    let keepBreakOff: @Sendable () async -> Void
    private let now: @Sendable () -> Instant
    private let ask: @Sendable (Instant) async throws(PostgresError) -> Bool
    private var lookedAt: Instant

    init(_ call: Call, was standing: JSONB) {
        let server = call.server
        let refusal = Refused(call, "broken_off")
        breakOff = refusal?.written(with: server.keys, again: false)
        keepBreakOff = { if let refusal { await server.refusals.keep(refusal) } }
        now = server.surroundings.now
        ask = { now throws(PostgresError) in
            try await server.database.pipeline(Entry.stillStands(call, was: standing, at: now))
        }
        lookedAt = call.now
    }

    /// Looks, where the last look is no longer good.
    ///
    /// - Throws: ``AccessHasEnded``; what the database says, where it could not be asked for too long.
    mutating func look() async throws {
        let now = now()
        guard now - lookedAt >= Self.interval else { return }
        do {
            guard try await ask(now) else { throw AccessHasEnded() }
            lookedAt = now
        } catch let error as PostgresError {
            guard now - lookedAt < Self.patience else { throw error }
        }
    }
}

/// Why a body breaks off whose caller may have no more of it.
struct AccessHasEnded: Error {}
