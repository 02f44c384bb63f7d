import Postgres

import struct Foundation.UUID

extension NewAccount {
    /// Makes the account. It cannot be signed in to before an invitation was accepted. An address that is another
    /// account's is refused (`accounts_email_is_taken`) where the caller may know that, and else waits to be settled.
    public func make(at now: Instant) -> Query<Int> {
        .run("select from access.make_account(\(id), \(email), \(name), \(roles), \(clientID), \(now))")
    }
}

extension NewInvitation {
    /// Ends what invitations the account had, makes this one, and posts the letter that brings it. Of an account in use
    /// the database makes a reset of it, and decides whether the answer may show the token.
    ///
    /// - Parameters:
    ///   - account: what gives the account's id, where that is not known yet.
    ///   - vault: seals the letter; without it none is posted, for whoever hands the token over in person.
    ///   - request: names the row that the audit gets for it, and `proof` shows that the server asked for that.
    public func send(
        to account: SQL? = nil, with vault: Vault?, request: UUID, proof: [UInt8]
    ) throws(KeyError) -> Query<SentInvitation> {
        let sealed: [UInt8]?
        if let vault { sealed = try self.sealed(with: vault) } else { sealed = nil }
        return .row(
            """
            select account_id, kind, expires_at, is_told
            from access.send_key(
                \(account ?? "\(accountID)"), \(id), \(token.hash), \(sealed), \(createdAt), \(request), \(proof))
            """
        ) { [token] row in
            let (account, kind) = (try row.next(ID<Account>?.self), try row.next(String.self))
            let (end, isTold) = (try row.next(Instant.self), try row.next(Bool.self))
            return SentInvitation(accountID: account, kind: kind, token: isTold ? token : nil, expiresAt: end)
        }
    }
}
