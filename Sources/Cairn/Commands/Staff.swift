import ArgumentParser
import JSON
import Postgres
import Practice

struct Staff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The people who work in a practice.", subcommands: [Add.self, Reset.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add somebody, and print the single-use invitation with which the person sets a password.")

        @Option(help: "The practice; may be left out while there is only one.")
        var practice: String?

        @Option(help: "The address with which the person signs in.")
        var email: String

        @Option(help: "First and last name, as printed beside a signature.")
        var name: String

        @Option(name: .customLong("role"), help: "owner, admin, intake, counselor, supervisor, intern or auditor.")
        var roles: [String]

        @Option(help: "Printed beside a signature, such as LPC.")
        var credentials: String?

        func run() async throws {
            let roles = try roles.map { text in
                guard let role = Role(rawValue: text), role.isStaff else {
                    throw Refusal("\(text) is not a role of staff. There are: \(Self.staffRoles).")
                }
                return role
            }
            guard !roles.isEmpty else { throw Refusal("At least one --role is needed: \(Self.staffRoles).") }
            let (email, name) = (email.cleaned.lowercased(), name.cleaned)
            let credentials = credentials?.cleaned
            guard EmailAddress(email) != nil else { throw Refusal("\(email) is not an e-mail address.") }
            try await Operator.with(try await Settings.read()) { [practice] hands in
                let practice = try await hands.practice(practice)
                let person = NewStaff(
                    practice: practice.id, email: email, name: name, roles: roles,
                    credentials: credentials, hands.surroundings)
                try await person.insert(hands)
                Terminal.say(
                    "\(name) may now join \(practice.name). The invitation works once, within \(NewInvitation.hours) hours:"
                )
                Terminal.say("    \(person.token.text)")
                Terminal.say("GET /v1/invitations/TOKEN shows the secret for an authenticator. The person accepts with")
                Terminal.say("PUT /v1/invitations/TOKEN {\"password\": \"…\", \"code\": \"its six digits\"}")
            }
        }

        private static let staffRoles = Role.allCases.filter(\.isStaff).map(\.rawValue).joined(separator: ", ")
    }
}

/// Somebody who is to work in a practice.
struct NewStaff: Sendable {
    let practice: ID<Practice>
    let email: String
    let name: String
    let roles: [Role]
    let credentials: String?
    let token: Token
    let account: ID<Account>
    private let invitation: ID<Invitation>

    init(
        practice: ID<Practice>, email: String, name: String, roles: [Role], credentials: String?,
        _ surroundings: Surroundings
    ) {
        self.practice = practice
        self.email = email
        self.name = name
        self.roles = roles
        self.credentials = credentials
        token = Token(practiceID: practice, in: surroundings)
        account = surroundings.id()
        invitation = surroundings.id()
    }

    func insert(_ hands: Operator) async throws {
        let (now, request) = (hands.surroundings.now(), hands.surroundings.newID())
        let sending = try NewInvitation(id: invitation, accountID: account, token: token, createdAt: now)
            .send(with: nil, request: request, proof: hands.keys.auditProof(of: request))
        do throws(PostgresError) {
            var batch = Batch()
            _ = batch.append(hands.enter(practice, "staff.add", at: now))
            _ = batch.append(NewAccount(id: account, email: email, name: name, roles: roles).make(at: now))
            _ = batch.append(staff)
            _ = batch.append(sending)
            _ = try await hands.client.pipeline(batch)
        } catch {
            switch error.refusal?.constraint {
            case "accounts_email_is_taken": throw Refusal("Somebody in this practice already signs in as \(email).")
            case "accounts_email_length": throw Refusal("\(email) is not an e-mail address.")
            case "accounts_name_length": throw Refusal("A name has 1 to 200 characters.")
            case "staff_credentials_length": throw Refusal("Credentials have at most 60 characters.")
            default: throw error
            }
        }
    }
}
