import JSON
import Postgres
import Practice
import Testing
import TestSupport

extension World {
    /// A chart that has no account yet.
    func newClient(_ given: String, _ family: String, email: String? = nil, born: String = "1990-04-05")
        async throws -> ID<Client>
    {
        var members = [
            JSONMember("givenName", .text(given)), JSONMember("familyName", .text(family)),
            JSONMember("birthDate", .text(born)), JSONMember("isDistinct", true),
        ]
        if let email { members.append(JSONMember("contact", ["email": .text(email), "safeChannels": ["email"]])) }
        let made = try await request(.post, "/v1/clients", as: mesa.intake, json: .object(members))
        return try #require(ID<Client>(made["id"].text ?? ""), "\(made.text)")
    }

    /// The token in the newest letter to an account: what its mailbox alone would show.
    func mailedToken(to account: ID<Account>) async throws -> String {
        try await token(in: "o.account_id = \(account)")
    }

    /// The same, to whose account has this name.
    func mailedToken(named name: String) async throws -> String { try await token(in: "a.name = \(name)") }

    private func token(in condition: SQL) async throws -> String {
        let letter = try await database.superuser.pipeline(
            Query.row(
                """
                select o.letter_id, o.sealed from outbox o join accounts a using (practice_id, account_id)
                where o.practice_id = \(mesa.id) and o.kind in ('invitation', 'reset') and o.sealed is not null
                    and \(condition)
                order by o.created_at desc, o.letter_id desc limit 1
                """
            ) { (id: try $0.next(ID<Letter>.self), sealed: try $0.next([UInt8].self)) })
        let content = try LetterContent(
            opening: letter.sealed, of: letter.id, .invitation, with: try await keyRing.vault(of: mesa.id))
        guard case .invitation(let token) = content.matter else { throw PostgresError(.noRow) }
        return token
    }

    /// What the audit has of an account's keys: actions and outcomes, in order.
    func keyAudit(of account: ID<Account>) async throws -> [String] {
        try await database.superuser.pipeline(
            Query.rows(
                """
                select action || ' ' || outcome from audit_events
                where practice_id = \(mesa.id) and kind = 'account' and resource_id = \(account) order by audit_event_id
                """
            ) { try $0.next() })
    }
}

/// Somebody at work in the practice who has accepted an invitation: with an authenticator and recovery codes.
struct Colleague {
    static let password = "three stones by the path"

    let accountID: ID<Account>
    let email: String
    let authenticator: TOTP
    let codes: [String]

    /// Invites and accepts; the link is followed by the person.
    static func join(_ world: World, _ name: String = "Zoe Zamora", _ roles: [String] = ["counselor"])
        async throws -> Colleague
    {
        let email = name.lowercased().replacing(" ", with: ".") + "@example.com"
        let invited = try await world.request(
            .post, "/v1/staff", as: world.mesa.owner,
            json: ["name": .text(name), "email": .text(email), "roles": .array(roles.map { .text($0) })])
        let path = "/v1/invitations/\(try #require(invited["invitation"]["token"]?.text))"
        let secret = try #require(try await world.request(.get, path)["secondFactor"]["secret"]?.text)
        let authenticator = TOTP(secret: try Base32Reader.decode(secret))
        let accepted = try await world.request(
            .put, path, json: ["password": .text(password), "code": .text(authenticator.now(world))])
        world.clock.advance(by: .seconds(30))
        return Colleague(
            accountID: try #require(ID<Account>(invited["id"].text ?? "")), email: email, authenticator: authenticator,
            codes: accepted["recoveryCodes"].list.compactMap(\.text))
    }

    /// The answer to signing in with a code.
    func signIn(_ world: World, _ password: String = Colleague.password, code: String? = nil) async throws -> TestAnswer
    {
        let answer = try await world.request(
            .post, "/v1/sign-ins",
            json: [
                "practice": "mesa", "email": .text(email), "password": .text(password),
                "code": .text(code ?? authenticator.now(world)),
            ])
        world.clock.advance(by: .seconds(30))
        return answer
    }
}

extension TOTP {
    /// The code of this moment.
    func now(_ world: World) -> String { code(of: TOTP.step(at: world.clock.now)) }
}

extension TestAnswer {
    /// The tokens in it, wherever they stand.
    var tokens: [String] { text.matches(of: /"token":"([^"]*)"/).map { String($0.1) } }

    /// The text with no token in it.
    var withoutTokens: String { text.replacing(/"token":"[^"]*"/, with: "\"token\":null") }
}

/// Reads what a person would type into an authenticator.
enum Base32Reader {
    static func decode(_ text: String) throws -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bytes: [UInt8] = []
        var (buffer, bits) = (0, 0)
        for character in text {
            buffer = buffer << 5 | (try #require(alphabet.firstIndex(of: character)))
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
                buffer &= (1 << bits) - 1
            }
        }
        return bytes
    }
}
