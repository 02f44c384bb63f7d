import Practice

/// How often strangers may try and fail: at a sign-in, with an invitation, with a calendar's address; how often they may
/// send an inquiry, and how often anybody may search. Tries that succeed count in none of the former (decision 0035).
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

    /// Wrong passwords for one account from one address, or from one known device.
    public var signInsByAccount = Limit(10, per: 600)
    /// Wrong passwords for one account, from anywhere but known devices. NIST SP 800-63B, 5.2.2, wants a hundred at most.
    public var signInsByAccountAnywhere = Limit(100, per: 3_600)
    /// Wrong passwords from one address, whatever the account, but for known devices.
    public var signInsByAddress = Limit(100, per: 600)
    /// Wrong codes of a second factor for one account from one address, or from one known device or sign-in, by who knows
    /// its password.
    public var secondFactorsByAccount = Limit(5, per: 600)
    /// The same from anywhere but known devices.
    public var secondFactorsByAccountAnywhere = Limit(20, per: 3_600)
    /// Links of invitations that are none, from one address.
    public var invitationsByAddress = Limit(30, per: 600)
    /// Codes on paper that are none, from one address.
    public var paperCodesByAddress = Limit(10, per: 600)
    /// Calendars' addresses that are none, from one network address.
    public var calendarsByAddress = Limit(120, per: 600)
    /// Forgotten passwords told from one address, of which the audit is told each. For one account the database has a limit
    /// of its own, and beyond this one only what it sends is written.
    public var forgottenByAddress = Limit(60, per: 3_600)
    /// Other addresses that one account asks to sign in with: each is a letter to somebody.
    public var emailChangesByAccount = Limit(5, per: 3_600)
    /// Inquiries sent from one address.
    public var inquiriesByAddress = Limit(10, per: 3_600)
    /// Inquiries from one address that give the same e-mail address or telephone number. Not from anywhere: whoever knows
    /// somebody's number could else use it up, and keep that person from asking for help. Many that come from many places
    /// are shown to the desk as one (`repeats_id`).
    public var inquiriesByContact = Limit(3, per: 3_600)

    /// Searches for people by one account: more than a desk that types names all day, and few for who tries numbers.
    public var searchesByAccount = Limit(300, per: 600)

    /// The limits above.
    public static let standard = Limits()

    private init() {}
}
