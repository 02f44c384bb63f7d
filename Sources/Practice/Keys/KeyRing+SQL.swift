import Postgres

extension KeyRing {
    /// A ring that fetches the keys of a practice from the table `practice_keys`, as the server may before it knows the
    /// caller: they are wrapped, and useless without the master key.
    public convenience init(keys: ServerKeys, postgres: PostgresClient) {
        self.init(keys: keys) { practice in
            try await postgres.pipeline(WrappedKey.all(of: practice))
        }
    }
}

extension WrappedKey {
    /// All keys of a practice.
    public static func all(of practice: ID<Practice>) -> Query<[WrappedKey]> {
        .rows("select purpose, version, wrapped from practice_keys where practice_id = \(practice)") { row in
            let (purpose, version) = (try row.next(KeyPurpose.self), try row.next(Int.self))
            return WrappedKey(purpose: purpose, version: version, wrapped: try row.next())
        }
    }

    /// Stores this key of a practice, in the transaction that creates the practice or the version.
    public func insert(for practice: ID<Practice>, at instant: Instant) -> Query<Int> {
        .run(
            """
            insert into practice_keys (practice_id, purpose, version, wrapped, created_at)
            values (\(practice), \(purpose), \(Int32(truncatingIfNeeded: version)), \(wrapped), \(instant))
            """)
    }
}
