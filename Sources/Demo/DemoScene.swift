import Features
import Postgres
import Practice

/// The statements that put people and things into one demo practice.
struct DemoScene {
    let practiceID: ID<Practice>
    let now: Instant
    /// Today in Phoenix, where the demo practices are.
    let today: Day
    let zone: TimeZoneID
    let vault: Vault
    let keys: ServerKeys
    private(set) var statements: [Query<Int>]
    /// The days on which the practice is closed.
    var closures: [ClosedRange<Day>] = []
    private let slug: String
    private let passwordHash: String
    private let exercises: [ExerciseLibrary.Shipped]
    let surroundings: Surroundings

    /// For so many days there have been groups: a year, and eight weeks to begin in.
    static let yearAgo = 420

    init(_ hands: any DemoHands, slug: String, name: String, passwordHash: String) async throws {
        surroundings = hands.surroundings
        practiceID = surroundings.id()
        now = surroundings.now()
        guard let zone = TimeZoneID("America/Phoenix") else { throw DemoFault("This system knows no time zones.") }
        self.zone = zone
        today = zone.day(at: now)
        self.slug = slug
        self.passwordHash = passwordHash
        keys = hands.keys
        let wrapped = try KeyRing(keys: keys) { _ in [] }.firstKeys(of: practiceID)
        vault = try await KeyRing(keys: keys) { _ in wrapped }.vault(of: practiceID)
        exercises = try ExerciseLibrary.insert(into: practiceID, at: now, surroundings)
        statements = [hands.enter(practiceID, "seed.run", at: now)]
        statements += try hands.making(
            practiceID, slug: slug, name: name, timeZone: zone.name, with: wrapped, exercises: exercises, at: now)
    }

    mutating func add(_ sql: SQL) {
        add(.run(sql))
    }

    mutating func add(_ statement: Query<Int>) {
        statements.append(statement)
    }

    /// The exercises with which the practice begins.
    var library: Library { Library(exercises) }

    func id<Kind>(_: Kind.Type = Kind.self) -> ID<Kind> { surroundings.id() }

    /// The day that lies so many days back.
    func day(_ daysAgo: Int) -> Day { today.adding(days: -daysAgo) }

    /// An instant of the afternoon of a day, counted from today; no later than now.
    func at(day: Int, minute: Int = 0) -> Instant {
        min(zone.instant(on: today.adding(days: day), at: .midnight) + .seconds(Int64(14 * 60 + minute) * 60), now)
    }

    mutating func account(_ name: String, _ address: String, _ roles: [Role], client: ID<Client>? = nil) -> ID<Account>
    {
        let account: ID<Account> = id()
        add(
            """
            insert into accounts (practice_id, account_id, email, name, password_hash, roles, client_id, created_at)
            values (\(practiceID), \(account), \("\(address)@\(slug).example"), \(name), \(passwordHash), \(roles),
                    \(client), \(now))
            """)
        return account
    }

    mutating func staff(_ name: String, _ address: String, _ roles: [Role], credentials: String? = nil) -> ID<Account> {
        let account = account(name, address, roles)
        add(
            """
            insert into staff (practice_id, account_id, credentials)
            values (\(practiceID), \(account), \(credentials))
            """)
        return account
    }

    /// Licenses a professional in Arizona, for so many clients at most.
    mutating func license(_ counselor: ID<Account>, _ number: String, atMost clients: Int) {
        add(
            """
            insert into staff_licenses (practice_id, account_id, region, number)
            values (\(practiceID), \(counselor), 'AZ', \(number))
            """)
        add(
            """
            update staff set maximum_caseload = \(Int16(clamping: clients))
            where practice_id = \(practiceID) and account_id = \(counselor)
            """)
    }

    /// Somebody who asked for help so many hours ago.
    mutating func inquiry(
        from name: String, _ kind: String, hoursAgo hours: Int, born birthDate: Day?, asking program: ID<Program>
    ) {
        let at = now - .seconds(Int64(hours) * 3_600)
        add(
            """
            insert into inquiries
                (practice_id, inquiry_id, kind, contact_name, phone, state_since, received_at, birth_date, region, program_id)
            values (\(practiceID), \(id(Inquiry.self)), \(kind), \(name), '480-555-0177', \(at), \(at), \(birthDate), 'AZ',
                    \(program))
            """)
    }

    /// A client with a sign-in, in care since a day counted from today.
    mutating func client(
        _ given: String, _ family: String, ageInYears age: Int, sex: String, address: String? = nil, since: Int = 0,
        isEasyToReach: Bool = false
    ) -> ID<Client> {
        let client: ID<Client> = id()
        let address = address ?? given.lowercased()
        add(
            """
            insert into clients (practice_id, client_id, given_name, family_name, birth_date, sex, language, created_at)
            values (\(practiceID), \(client), \(given), \(family), \(day(age * 365 + age / 4 + 100)), \(sex), 'en-US',
                    \(at(day: since)))
            """)
        add(
            """
            insert into client_contacts
                (practice_id, client_id, email, phone, city, region, country, safe_channels, voicemail_allowed)
            values (\(practiceID), \(client), \("\(address)@\(slug).example"), '480-555-0142', 'Mesa', 'AZ', 'US',
                    \(["phone", "email"] + (isEasyToReach ? ["text"] : [])), \(isEasyToReach))
            """)
        _ = account("\(given) \(family)", address, [.client], client: client)
        return client
    }

    mutating func careTeam(client: ID<Client>? = nil, couple: ID<Couple>? = nil, _ counselor: ID<Account>) {
        add(
            """
            insert into care_team_memberships (practice_id, membership_id, client_id, couple_id, account_id, during)
            values (\(practiceID), \(id(CareTeamMembership.self)), \(client), \(couple), \(counselor),
                    daterange(\(day(90)), null))
            """)
    }

    mutating func supervision(of supervisee: ID<Account>, by supervisor: ID<Account>) {
        add(
            """
            insert into supervisions (practice_id, supervisor_id, supervisee_id, during)
            values (\(practiceID), \(supervisor), \(supervisee), daterange(\(day(365)), null))
            """)
    }

    mutating func couple(_ first: ID<Client>, _ second: ID<Client>) -> ID<Couple> {
        let couple: ID<Couple> = id()
        add(
            """
            insert into couples (practice_id, couple_id, during, created_at)
            values (\(practiceID), \(couple), daterange(\(day(90)), null), \(now))
            """)
        for (seat, member) in [(1, first), (2, second)] {
            add(
                """
                insert into couple_members (practice_id, couple_id, seat, client_id, during)
                values (\(practiceID), \(couple), \(seat), \(member), daterange(\(day(90)), null))
                """)
        }
        return couple
    }

    mutating func guardian(
        _ name: String, _ address: String, of minor: ID<Client>, scopes: [String], since: Int = 60
    ) -> Signer {
        let account = account(name, address, [.guardian])
        let guardian: ID<Guardian> = id()
        add(
            """
            insert into guardians (practice_id, guardian_id, name, email, account_id, created_at)
            values (\(practiceID), \(guardian), \(name), \("\(address)@\(slug).example"), \(account), \(now))
            """)
        add(
            """
            insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
            values (\(practiceID), \(id(Guardianship.self)), \(guardian), \(minor), \(scopes),
                    daterange(\(day(since)), null))
            """)
        return (name, account, guardian)
    }

    /// Who signs: a client for themselves, or a guardian.
    typealias Signer = (name: String, account: ID<Account>, guardian: ID<Guardian>?)

    /// A consent that was signed when the person came, so many days ago; for a year where it does not hold for good.
    mutating func consent(
        _ kind: String, of client: ID<Client>, signedBy guardian: Signer? = nil, daysAgo days: Int = 60,
        forAYear isForAYear: Bool = false
    ) {
        let (consent, since): (ID<Consent>, Instant) = (id(), at(day: -days))
        add(
            """
            insert into consents
                (practice_id, consent_id, client_id, kind, state, requested_at, signed_at, by_guardians, expires_on)
            values (\(practiceID), \(consent), \(client), \(kind), 'signed', \(since), \(since), \(guardian != nil),
                    \(isForAYear ? day(days - 365) : nil))
            """)
        add(
            """
            insert into consent_signatures
                (practice_id, signature_id, consent_id, client_id, account_id, guardian_id, capacity, signer_name,
                 text_hash, signed_at)
            select c.practice_id, \(id(ConsentSignature.self)), c.consent_id, c.client_id,
                coalesce(\(guardian?.account), a.account_id), \(guardian?.guardian),
                \(guardian == nil ? "self" : "guardian"), coalesce(\(guardian?.name), a.name), c.text_hash, \(since)
            from consents c join accounts a using (practice_id, client_id)
            where c.practice_id = \(practiceID) and c.consent_id = \(consent)
            """)
    }
}
