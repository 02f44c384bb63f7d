/// An account that is being made for a person, who sets a password with an invitation.
public struct NewAccount: Sendable {
    /// The account's id.
    public let id: ID<Account>
    /// The address with which the person is to sign in, in lower case.
    public let email: String
    /// First and last name.
    public let name: String
    /// What the person is in the practice.
    public let roles: [Role]
    /// Whose chart the account is of, or whose guardian's.
    public let clientID: ID<Client>?

    /// Describes an account.
    public init(id: ID<Account>, email: String, name: String, roles: [Role], clientID: ID<Client>? = nil) {
        self.id = id
        self.email = email
        self.name = name
        self.roles = roles
        self.clientID = clientID
    }
}

/// An invitation that is being made: single use, good for ``hours``, kept as a hash only.
public struct NewInvitation: Sendable {
    /// The invitation's id, and that of its letter.
    public let id: ID<Invitation>
    /// Who is invited.
    public let accountID: ID<Account>
    /// What the person gets to show.
    public let token: Token
    /// When it was made.
    public let createdAt: Instant

    /// For how many hours it is good; the database says so (`access.key_ends`).
    public static let hours = 72

    /// Describes an invitation.
    public init(id: ID<Invitation>, accountID: ID<Account>, token: Token, createdAt: Instant) {
        self.id = id
        self.accountID = accountID
        self.token = token
        self.createdAt = createdAt
    }

    /// The token as its letter keeps it: sealed.
    public func sealed(with vault: Vault) throws(KeyError) -> [UInt8] {
        let content = LetterContent(address: "", .invitation(token: token.text))
        return try vault.seal(content.text, at: .letter(ID(id.uuid)))
    }

    /// What is answered where the invitation is told again: it was made before, and its token is not shown twice.
    public var again: SentInvitation {
        SentInvitation(
            accountID: accountID, kind: "invitation", token: nil, expiresAt: createdAt + .seconds(Self.hours * 3_600))
    }
}

/// What came of inviting somebody, as far as whoever invites may know it.
public struct SentInvitation: Sendable {
    /// The account, for who may see it.
    public let accountID: ID<Account>?
    /// `invitation`; `reset` of an account in use; `sent` to who may not know which.
    public let kind: String
    /// Told once, of an account that nobody has used, to who may invite its very roles.
    public let token: Token?
    /// When it ends.
    public let expiresAt: Instant

    /// What came of it.
    public init(accountID: ID<Account>?, kind: String, token: Token?, expiresAt: Instant) {
        (self.accountID, self.kind, self.token, self.expiresAt) = (accountID, kind, token, expiresAt)
    }
}
