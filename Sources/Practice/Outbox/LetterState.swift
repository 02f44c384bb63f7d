import Postgres

/// Where a letter stands, as the outbox says it.
public enum LetterState: String, PostgresWord, Sendable, CaseIterable {
    case waiting
    /// The mail program has it; what it says is not known yet.
    case handed
    case sent
    /// It did not go, and waits for the desk.
    case kept
    case withdrawn
}
