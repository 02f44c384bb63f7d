import Postgres

/// A letter that is being written: that there is a message, and the link to it. It is posted in the transaction of what
/// it tells of, and the database makes the job that sends it.
public struct NewLetter: Sendable {
    /// The letter's id.
    public let id: ID<Letter>
    /// What it tells of: an event has one letter at most.
    public let event: String
    /// Whom it is for.
    public let accountID: ID<Account>
    /// Whose safe contact it honours.
    public let clientID: ID<Client>?
    /// What is in it.
    public let content: LetterContent
    /// When it was written.
    public let createdAt: Instant
    /// When its link ends.
    public let expiresAt: Instant

    /// The letter that brings an invitation. It has the invitation's id.
    public init(bearing invitation: NewInvitation, to address: String, client: ID<Client>? = nil) {
        id = ID(invitation.id.uuid)
        event = "invitation/\(invitation.id)"
        accountID = invitation.accountID
        clientID = client
        content = LetterContent(address: address, token: invitation.token.text)
        createdAt = invitation.createdAt
        expiresAt = invitation.expiresAt
    }

    /// Puts the letter into the outbox, sealed.
    public func post(with vault: Vault) throws(KeyError) -> Query<Int> {
        let sealed = try vault.seal(content.text, at: .letter(id))
        return .run(
            """
            insert into outbox
                (practice_id, letter_id, event, account_id, client_id, sealed, state_since, created_at, expires_at)
            values (\(vault.practiceID), \(id), \(event), \(accountID), \(clientID), \(sealed), \(createdAt),
                    \(createdAt), \(expiresAt))
            """)
    }
}

/// What the outbox keeps encrypted: an address and a token, by which somebody could be found and impersonated.
public struct LetterContent: Sendable, Hashable {
    /// Where the letter goes.
    public let address: String
    /// What the link carries.
    public let token: String

    /// Takes both as they are.
    public init(address: String, token: String) {
        self.address = address
        self.token = token
    }

    /// Opens what was sealed for a letter.
    public init(opening sealed: [UInt8], of letter: ID<Letter>, with vault: Vault) throws(KeyError) {
        let text = try vault.openText(sealed, at: .letter(letter))
        guard let end = text.lastIndex(of: "\n") else { throw .notAuthentic }
        (address, token) = (String(text[..<end]), String(text[text.index(after: end)...]))
    }

    /// Where the link leads, within the public address of the practice's pages.
    public var path: String { "/invitations/\(token)" }

    /// No token has a line break in it.
    var text: String { "\(address)\n\(token)" }
}

extension Place {
    static func letter(_ id: ID<Letter>) -> Place { Place("outbox", "sealed", id) }
}
