import JSON
import Postgres
import Practice

/// Puts people and things into one practice, in one transaction, as a superuser. Its defaults agree with each other:
/// what a thing needs is there, dates lie in order, and everything began before the test's clock starts.
public struct Seed {
    /// The practice.
    public let practiceID: ID<Practice>
    /// Seals what is encrypted in the record.
    public let vault: Vault
    /// Seals process notes.
    public let processVault: Vault
    /// The day of the test's clock in Phoenix: 2026-01-05.
    public let today: Day
    /// The start of the test's clock.
    public let now: Instant

    let surroundings: Surroundings
    private let passwordHash: String
    private(set) var batch = Batch()

    init(in practiceID: ID<Practice>, _ keyRing: KeyRing, _ surroundings: Surroundings) async throws {
        self.practiceID = practiceID
        self.surroundings = surroundings
        vault = try await keyRing.vault(of: practiceID)
        processVault = try await keyRing.vault(of: practiceID, for: .process)
        passwordHash = try await Passwords(cost: .none).hash(try Password(new: World.password)).text
        now = surroundings.now()
        today = now.utcDay
        // Triggers ask who acts; seeding acts as `cairn seed` does.
        add(
            """
            select from access.set_scope(
                \(practiceID), null, null, 'worker', 'any', 'seed.run', '{all}', 'practice', '{}', '{}', '{}', null, false)
            """)
    }

    /// A new id of the seeds' own series.
    public func id<Kind>(_: Kind.Type = Kind.self) -> ID<Kind> { surroundings.id() }

    /// Adds a statement that gives no rows.
    public mutating func add(_ sql: SQL) {
        _ = batch.append(Query.run(sql))
    }

    /// Adds a statement as it is.
    mutating func add(_ query: Query<Int>) {
        _ = batch.append(query)
    }

    // MARK: People

    /// A person who works in the practice.
    public mutating func staff(_ name: String, _ roles: Role..., credentials: String? = nil) -> Person {
        let person = account(name, roles, clientID: .nil, guardianID: .nil)
        add(
            """
            insert into staff (practice_id, account_id, credentials)
            values (\(practiceID), \(person.accountID), \(credentials))
            """)
        return person
    }

    /// A client with a chart, a contact and a sign-in.
    public mutating func client(
        _ name: String, born: String = "1988-03-14", sex: String = "male", treatedBy counselor: Person? = nil
    ) throws -> Person {
        let clientID: ID<Client> = id()
        let (given, family) = try Self.parts(of: name)
        add(
            """
            insert into clients (practice_id, client_id, given_name, family_name, birth_date, sex, language, created_at)
            values (\(practiceID), \(clientID), \(given), \(family), \(try day(born)), \(sex), 'en-US', \(now))
            """)
        let person = account(name, [.client], clientID: clientID, guardianID: .nil)
        add(
            """
            insert into client_contacts
                (practice_id, client_id, email, phone, address_lines, city, region, postal_code, country, safe_channels)
            values (\(practiceID), \(clientID), \(person.email), '480-555-0100', \(["1 Main St"]), 'Mesa', 'AZ',
                    '85201', 'US', \(["phone"]))
            """)
        if let counselor { careTeam(of: person, counselor) }
        return person
    }

    /// A guardian of a minor, with a sign-in.
    public mutating func guardian(
        _ name: String, of minor: Person, scopes: [String] = ["attendance", "schedule", "homework", "consent"]
    ) -> Person {
        let person = account(name, [.guardian], clientID: .nil, guardianID: id())
        add(
            """
            insert into guardians (practice_id, guardian_id, name, email, account_id, created_at)
            values (\(practiceID), \(person.guardianID), \(name), \(person.email), \(person.accountID), \(now))
            """)
        add(
            """
            insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
            values (\(practiceID), \(id(Guardianship.self)), \(person.guardianID), \(minor.clientID), \(scopes),
                    daterange(\(today.adding(days: -60)), null))
            """)
        return person
    }

    /// Makes an account one that nobody has used yet: without a password, and never signed in.
    public mutating func leaveUnused(_ person: Person) {
        add("delete from sign_ins where practice_id = \(practiceID) and account_id = \(person.accountID)")
        add(
            """
            update accounts set password_hash = null, version = version + 1
            where practice_id = \(practiceID) and account_id = \(person.accountID)
            """)
    }

    /// Makes someone a member of a client's care team since 60 days.
    public mutating func careTeam(of client: Person, _ counselor: Person) {
        add(
            """
            insert into care_team_memberships (practice_id, membership_id, client_id, account_id, during)
            values (\(practiceID), \(id(CareTeamMembership.self)), \(client.clientID), \(counselor.accountID),
                    daterange(\(today.adding(days: -60)), null))
            """)
    }

    /// Has a supervisor oversee someone since 60 days.
    public mutating func supervision(of supervisee: Person, by supervisor: Person) {
        add(
            """
            insert into supervisions (practice_id, supervisor_id, supervisee_id, during)
            values (\(practiceID), \(supervisor.accountID), \(supervisee.accountID),
                    daterange(\(today.adding(days: -60)), null))
            """)
    }

    /// A couple, since 60 days.
    public mutating func couple(
        _ first: Person, _ second: Person, from: Day? = nil, treatedBy counselor: Person? = nil
    ) -> ID<Couple> {
        let coupleID: ID<Couple> = id()
        let since = from ?? today.adding(days: -60)
        add(
            """
            insert into couples (practice_id, couple_id, during, created_at)
            values (\(practiceID), \(coupleID), daterange(\(since), null), \(now))
            """)
        for (seat, person) in [first, second].enumerated() {
            add(
                """
                insert into couple_members (practice_id, couple_id, seat, client_id, during)
                values (\(practiceID), \(coupleID), \(seat + 1), \(person.clientID), daterange(\(since), null))
                """)
        }
        if let counselor {
            add(
                """
                insert into care_team_memberships (practice_id, membership_id, couple_id, account_id, during)
                values (\(practiceID), \(id(CareTeamMembership.self)), \(coupleID), \(counselor.accountID),
                        daterange(\(since), null))
                """)
        }
        return coupleID
    }

    /// A call that nobody has answered yet.
    public mutating func inquiry(from name: String = "Ivan Ilves", kind: String = "adult") throws -> ID<Inquiry> {
        let inquiryID: ID<Inquiry> = id()
        let message = try vault.seal("I need help.", at: Place("inquiries", "message", inquiryID))
        add(
            """
            insert into inquiries
                (practice_id, inquiry_id, kind, contact_name, email, message, state_since, received_at)
            values (\(practiceID), \(inquiryID), \(kind), \(name), 'ivan@example.com', \(message), \(now), \(now))
            """)
        return inquiryID
    }

    // MARK: Helpers

    func day(_ text: String) throws -> Day {
        guard let day = Day(text) else { throw TestSetupError("\(text) is not a day") }
        return day
    }

    private mutating func account(
        _ name: String, _ roles: [Role], clientID: ID<Client>, guardianID: ID<Guardian>
    ) -> Person {
        let email = name.lowercased().replacing(" ", with: ".") + "@example.com"
        let person = Person(
            practiceID: practiceID, accountID: id(), clientID: clientID, guardianID: guardianID, name: name,
            email: email, roles: roles, signInID: id(), token: Token(practiceID: practiceID, in: surroundings))
        let own = clientID == .nil ? nil : clientID
        add(
            """
            insert into accounts (practice_id, account_id, email, name, password_hash, roles, client_id, created_at)
            values (\(practiceID), \(person.accountID), \(email), \(name), \(passwordHash), \(roles), \(own), \(now))
            """)
        let idleMinutes = roles.contains(where: \.isStaff) ? 15 : 30
        add(
            """
            insert into sign_ins
                (practice_id, sign_in_id, account_id, token_hash, created_at, last_seen_at, idle_limit, expires_at)
            values (\(practiceID), \(person.signInID), \(person.accountID), \(person.token.hash), \(now), \(now),
                    make_interval(mins => \(Int32(idleMinutes))), \(now + .seconds(12 * 3_600)))
            """)
        return person
    }

    private static func parts(of name: String) throws -> (given: String, family: String) {
        let parts = name.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw TestSetupError("\(name) has no family name") }
        return (parts[0], parts[1])
    }
}
