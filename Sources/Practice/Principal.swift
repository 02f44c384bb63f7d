/// What a person is in a practice. A person may hold several roles; a request is made in one of them.
public enum Role: String, Sendable, Hashable, CaseIterable {
    case owner, admin, intake, counselor, supervisor, intern, auditor, client, guardian

    /// Whether people of this role work in the practice: they are signed out sooner when idle.
    public var isStaff: Bool { self != .client && self != .guardian }
}

/// Who makes a request, as the database found and proved it: nothing here was believed from the request.
public struct Principal: Sendable, Hashable {
    /// The person.
    public var accountID: ID<Account>
    /// The sign-in whose token the request carries.
    public var signInID: ID<SignIn>
    /// The role whose rule let the request in.
    public var role: Role
    /// The relation to the resource that this rule asks for and that was proven: `any`, `treats`, `self`, ….
    public var relation: String
    /// The person's own chart, where the person is a client.
    public var clientID: ID<Client>?
    /// The groups of fields that the rule may show.
    public var shows: Set<String>

    /// A principal; made by whoever reads the answer of a door.
    public init(
        accountID: ID<Account>, signInID: ID<SignIn>, role: Role, relation: String, clientID: ID<Client>?,
        shows: Set<String>
    ) {
        self.accountID = accountID
        self.signInID = signInID
        self.role = role
        self.relation = relation
        self.clientID = clientID
        self.shows = shows
    }
}
