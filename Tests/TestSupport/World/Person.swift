import Practice

/// Someone who is signed in: what a test needs of a person.
public struct Person: Sendable {
    /// The practice.
    public let practiceID: ID<Practice>
    /// The account, and for staff the staff id.
    public let accountID: ID<Account>
    /// The chart, of a client.
    public let clientID: ID<Client>
    /// The person as a guardian.
    public let guardianID: ID<Guardian>
    /// First and last name.
    public let name: String
    /// The address with which the person signs in, with ``World/password``.
    public let email: String
    /// What the person is.
    public let roles: [Role]
    /// Already signed in.
    public let signInID: ID<SignIn>
    /// The token of this sign-in.
    public let token: Token
}
