import Practice

/// How often strangers may try: at a sign-in, with an invitation, with an inquiry; and how often anybody may search.
public struct Limits: Sendable {
    /// So many draws from a bucket in a window of time.
    public struct Limit: Sendable, Hashable {
        /// How many.
        public var most: Int
        /// The window, in seconds.
        public var seconds: Int

        /// Makes a limit.
        public init(_ most: Int, per seconds: Int) {
            self.most = most
            self.seconds = seconds
        }
    }

    /// Sign-ins tried from one address, whatever the account.
    public var signInsByAddress = Limit(30, per: 600)
    /// Sign-ins tried for one account, from whatever address.
    public var signInsByAccount = Limit(10, per: 600)
    /// Codes of a second factor tried for one account, by who knows its password.
    public var secondFactorsByAccount = Limit(5, per: 600)
    /// Invitations opened or accepted from one address.
    public var invitationsByAddress = Limit(30, per: 600)
    /// Codes on paper tried from one address.
    public var paperCodesByAddress = Limit(10, per: 600)
    /// Calendars read from one address, good secrets or bad ones.
    public var calendarsByAddress = Limit(120, per: 600)
    /// Inquiries sent from one address.
    public var inquiriesByAddress = Limit(10, per: 3_600)
    /// Inquiries that give the same e-mail address or telephone number.
    public var inquiriesByContact = Limit(3, per: 3_600)

    /// Searches for people by one account: more than a desk that types names all day, and few for who tries numbers.
    public var searchesByAccount = Limit(300, per: 600)

    /// The limits above.
    public static let standard = Limits()
    /// So high that nobody meets them: for tests and benchmarks, where everybody comes from one address.
    public static let generous = Limits(allowing: 1_000_000)

    private init() {}

    private init(allowing most: Int) {
        signInsByAddress.most = most
        signInsByAccount.most = most
        secondFactorsByAccount.most = most
        invitationsByAddress.most = most
        paperCodesByAddress.most = most
        calendarsByAddress.most = most
        inquiriesByAddress.most = most
        inquiriesByContact.most = most
        searchesByAccount.most = most
    }
}
