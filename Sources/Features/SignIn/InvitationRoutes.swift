import HTTPTypes
import Practice
import WebAPI

/// A single-use link by which a person sets a password.
struct InvitationRoutes: RouteGroup {
    private let passwords: Passwords
    private let limits: Limits
    private let trustedProxies: Set<String>

    init(_ settings: FeatureSettings) {
        passwords = settings.passwords
        limits = settings.limits
        trustedProxies = settings.trustedProxies
    }

    var routes: [Route] {
        [
            .publicGet("/v1/invitations/{token}", read),
            .publicPut("/v1/invitations/{token}", bodyLimit: 8_192, accept),
        ]
    }

    private func read(_ call: Call) async throws -> Answer {
        let (_, letter) = try await letter(call)
        return .json(.ok, letter)
    }

    private func accept(_ call: Call) async throws -> Answer {
        let text = try call.body { $0.required("password", .text(1...1_024)) }
        let (token, letter) = try await letter(call)
        let password: Password
        do {
            let address = letter.email.split(separator: "@").map(String.init)
            password = try Password(
                new: text,
                unlike: letter.accountName.split(separator: " ").map(String.init)
                    + [letter.accountName, letter.email, letter.practiceName, letter.practiceSlug] + address.prefix(1))
        } catch {
            throw Problem.invalid([error.fault(at: "/password")])
        }
        let hash = try await passwords.hashed(password)
        _ = try await call.runPublic(Invitation.accept(token, hash, call))
        return .noContent
    }

    private func letter(_ call: Call) async throws -> (Token, Invitation.Letter) {
        let address = call.clientAddress(behind: trustedProxies)
        let bucket = Bucket(limits.invitationsByAddress, "invitation/address/\(address)")
        guard let token = Token(call.parameter("token")) else {
            try await call.runPublic(call.draw(bucket)).judge(at: call.now)
            throw Problem.notFound
        }
        let (draw, letter) = try await call.runPublic(call.draw(bucket), Invitation.letter(token, call))
        try draw.judge(at: call.now)
        guard let letter else { throw Problem.notFound }
        return (token, letter)
    }
}

extension Invitation.Letter: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.object("practice") { json in
                json.member("slug", practiceSlug)
                json.member("name", practiceName)
            }
            json.object("account") { json in
                json.member("name", accountName)
                json.member("email", email)
            }
            json.member("expiresAt", expiresAt)
        }
    }
}
