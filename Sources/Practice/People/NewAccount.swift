import Postgres

/// An account that is being made for a person, who sets a password with an invitation.
public struct NewAccount: Sendable {
    /// The account's id.
    public let id: ID<Account>
    /// The address with which the person signs in, in lower case.
    public let email: String
    /// First and last name.
    public let name: String
    /// What the person is in the practice.
    public let roles: [Role]
    /// The person's own chart, of a client.
    public let clientID: ID<Client>?

    /// Describes an account.
    public init(id: ID<Account>, email: String, name: String, roles: [Role], clientID: ID<Client>? = nil) {
        self.id = id
        self.email = email
        self.name = name
        self.roles = roles
        self.clientID = clientID
    }

    /// Makes the account. It cannot be signed in to before an invitation was accepted.
    public func insert(in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            insert into accounts (practice_id, account_id, email, name, roles, client_id, created_at)
            values (\(practice), \(id), \(email), \(name), \(roles), \(clientID), \(now))
            """)
    }
}

/// An invitation that is being made: single use, good for 72 hours, kept as a hash only.
public struct NewInvitation: Sendable {
    /// The invitation's id.
    public let id: ID<Invitation>
    /// Who is invited.
    public let accountID: ID<Account>
    /// What the person gets to show.
    public let token: Token
    /// When it was made.
    public let createdAt: Instant
    /// When it ends.
    public var expiresAt: Instant { createdAt + .seconds(Self.lifetime) }

    private static let lifetime = 72 * 3_600  // seconds

    /// Describes an invitation.
    public init(id: ID<Invitation>, accountID: ID<Account>, token: Token, createdAt: Instant) {
        self.id = id
        self.accountID = accountID
        self.token = token
        self.createdAt = createdAt
    }

    /// Ends what invitations the account had, makes this one, and posts the letter that brings it.
    ///
    /// - Parameter client: whose safe contact the letter honours.
    public func send(
        to address: String, client: ID<Client>? = nil, with vault: Vault
    ) throws(KeyError) -> [Query<Int>] {
        replace(in: vault.practiceID)
            + [try NewLetter(bearing: self, to: address, client: client).post(with: vault)]
    }

    /// Ends what invitations the account had, and makes this one, for whoever hands it over in person.
    public func replace(in practice: ID<Practice>) -> [Query<Int>] {
        [
            .run(
                """
                update invitations set expires_at = \(createdAt)
                where practice_id = \(practice) and account_id = \(accountID) and accepted_at is null
                    and expires_at > \(createdAt)
                """),
            .run(
                """
                insert into invitations
                    (practice_id, invitation_id, account_id, token_hash, created_at, expires_at)
                values (\(practice), \(id), \(accountID), \(token.hash), \(createdAt), \(expiresAt))
                """),
        ]
    }
}
