import Postgres

extension NewLetter {
    /// Puts the letter into the outbox, sealed. Where the worker comes to an event again, nothing happens.
    public func post(with vault: Vault) throws(KeyError) -> Query<Int> {
        let sealed = try vault.seal(content.text, at: .letter(id))
        return .run(
            """
            insert into outbox
                (practice_id, letter_id, event, kind, account_id, client_id, homework_id, sealed, state_since,
                 created_at, expires_at)
            values (\(vault.practiceID), \(id), \(event), \(kind), \(accountID), \(clientID), \(homeworkID),
                    \(sealed), \(createdAt), \(createdAt), \(expiresAt))
            on conflict on constraint outbox_once_per_event do nothing
            """)
    }
}
