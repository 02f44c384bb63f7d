import Postgres

/// A letter that is being written: that there is a message, and the link to it. It is posted in the transaction of what
/// it tells of, and the database makes the job that sends it. Letters that bear keys are the database's (routines/accounts/keys.sql).
public struct NewLetter: Sendable {
    /// The letter's id.
    public let id: ID<Letter>
    /// What it tells of: an event has one letter at most.
    public let event: String
    /// Whom it is for.
    public let accountID: ID<Account>
    /// Whose safe contact it honours.
    public let clientID: ID<Client>?
    /// What it reminds of.
    public let homeworkID: ID<Homework>?
    /// What is in it.
    public let content: LetterContent
    let kind: LetterKind
    /// When it was written.
    public let createdAt: Instant
    /// When it is of no use any more: when its link ends, or what it tells of is over.
    public let expiresAt: Instant

    /// The letter that reminds a client of a piece of homework, until it is due: one for each piece.
    public init(
        _ id: ID<Letter>, reminding client: ID<Client>, of homework: ID<Homework>, account: ID<Account>,
        address: String, at now: Instant, until end: Instant
    ) {
        self.init(
            id, .homeworkReminder, "homework/\(homework)", to: account, client: client, homework: homework,
            LetterContent(address: address, .homeworkReminder), at: now, until: end)
    }

    /// The letter that tells a counselor what waits: one for each day, for twelve hours.
    public init(
        _ id: ID<Letter>, digestOf day: Day, waiting: Int, oldest: Instant, account: ID<Account>, address: String,
        at now: Instant
    ) {
        self.init(
            id, .homeworkDigest, "digest/\(account)/\(day)", to: account,
            LetterContent(address: address, .digest(waiting: waiting, since: oldest, at: now)), at: now,
            until: now + .seconds(12 * 3_600))
    }

    private init(
        _ id: ID<Letter>, _ kind: LetterKind, _ event: String, to account: ID<Account>, client: ID<Client>? = nil,
        homework: ID<Homework>? = nil, _ content: LetterContent, at now: Instant, until end: Instant
    ) {
        (self.id, self.event, accountID, clientID, homeworkID) = (id, event, account, client, homework)
        (self.kind, self.content, createdAt, expiresAt) = (kind, content, now, end)
    }
}
