import Postgres

/// What a letter is about, as the outbox says it.
public enum LetterKind: String, PostgresWord, Sendable {
    case invitation, reset, notice
    case homeworkReminder = "homework_reminder"
    case homeworkDigest = "homework_digest"
    case emailChange = "email_change"
}

/// What the outbox keeps encrypted: an address and a token, by which somebody could be found and impersonated, or how
/// much somebody has to do.
public struct LetterContent: Sendable, Hashable {
    /// Where the letter goes. Empty of one that bears a key: that goes where the account signs in, as the database says.
    public let address: String
    /// What it says.
    public let matter: Matter

    /// What a letter may say. None names anybody, or anything that somebody is to do.
    public enum Matter: Sendable, Hashable {
        /// A link with a token, to set a password.
        case invitation(token: String)
        /// A link with a token, to prove that one reads an address.
        case emailChange(token: String)
        /// That something was done to the account; the letter does not say what.
        case notice
        /// That there is something to do; the letter does not say so.
        case homeworkReminder
        /// That so much homework waits for an answer, and for how many days the oldest has.
        case homeworkDigest(waiting: Int, days: Int)

        /// A digest of what waits at an instant.
        public static func digest(waiting: Int, since oldest: Instant, at now: Instant) -> Matter {
            .homeworkDigest(waiting: waiting, days: max(0, Int((now - oldest).components.seconds / 86_400)))
        }
    }

    /// Takes both as they are.
    public init(address: String, _ matter: Matter) {
        self.address = address
        self.matter = matter
    }

    /// Opens what was sealed for a letter of a kind.
    public init(opening sealed: [UInt8], of letter: ID<Letter>, _ kind: LetterKind, with vault: Vault) throws(KeyError)
    {
        let text = try vault.openText(sealed, at: .letter(letter))
        guard let end = text.lastIndex(of: "\n") else { throw .notAuthentic }
        address = String(text[..<end])
        let words = text[text.index(after: end)...]
        switch kind {
        case .invitation, .reset: matter = .invitation(token: String(words))
        case .emailChange: matter = .emailChange(token: String(words))
        case .notice: matter = .notice
        case .homeworkReminder: matter = .homeworkReminder
        case .homeworkDigest:
            let numbers = words.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 2 else { throw .notAuthentic }
            matter = .homeworkDigest(waiting: numbers[0], days: numbers[1])
        }
    }

    /// Where the link leads, within the public address of the practice's pages.
    public var path: String {
        switch matter {
        case .invitation(let token): "/invitations/\(token)"
        case .emailChange(let token): "/email-changes/\(token)"
        case .notice: "/account"
        case .homeworkReminder: "/homework"
        case .homeworkDigest: "/reviews"
        }
    }

    /// The sentence before the link: neutral, whoever reads it over somebody's shoulder.
    public var sentence: String {
        guard case .homeworkDigest(let waiting, let days) = matter else { return "There is a message for you:" }
        let pieces = waiting == 1 ? "One piece of homework waits" : "\(waiting) pieces of homework wait"
        let whose = waiting == 1 ? "" : "the oldest "
        let age = days == 0 ? "for less than a day" : days == 1 ? "for one day" : "for \(days) days"
        return "\(pieces) for your answer, \(whose)\(age):"
    }

    /// What is sealed. No token and no number has a line break in it.
    var text: String {
        switch matter {
        case .invitation(let token), .emailChange(let token): "\(address)\n\(token)"
        case .notice: "\(address)\n"
        case .homeworkReminder: "\(address)\n"
        case .homeworkDigest(let waiting, let days): "\(address)\n\(waiting) \(days)"
        }
    }
}

extension Place {
    static func letter(_ id: ID<Letter>) -> Place { Place("outbox", "sealed", id) }
}
