import Foundation
import JSON
import Practice
import Testing
import TestSupport

/// All that the API ever tells by which somebody is let in, or known again: listed in decision 0027, which says who gets
/// it, how long it works and what ends it. What looks like one and is in no list fails here.
@Suite struct SecretSweepTests {
    /// Members of answers, by operation and place, and the row of the page that they are.
    private static let secrets: [(member: String, row: String)] = [
        ("POST /v1/sign-ins /token", "Token of a sign-in"),
        ("* /invitation/token", "Token of an invitation or a reset"),
        ("* /client/invitation/token", "Token of an invitation or a reset"),
        ("* /partner/invitation/token", "Token of an invitation or a reset"),
        ("* /guardians/*/invitation/token", "Token of an invitation or a reset"),
        ("* /items/*/invitation/token", "Token of an invitation or a reset"),
        ("POST /v1/staff/{staffId}/invitation /token", "Token of an invitation or a reset"),
        ("POST /v1/clients/{clientId}/invitation /token", "Token of an invitation or a reset"),
        (
            "POST /v1/clients/{clientId}/guardians/{guardianshipId}/invitation /token",
            "Token of an invitation or a reset"
        ),
        ("PUT /v1/staff/{staffId}/second-factor/removal /token", "Token of an invitation or a reset"),
        ("PUT /v1/clients/{clientId}/second-factor/removal /token", "Token of an invitation or a reset"),
        (
            "PUT /v1/clients/{clientId}/guardians/{guardianshipId}/second-factor/removal /token",
            "Token of an invitation or a reset"
        ),
        ("GET /v1/outbox/{letterId} /link", "Link in a letter"),
        ("POST /v1/staff/{staffId}/paper-code /code", "Code on paper"),
        ("POST /v1/clients/{clientId}/paper-code /code", "Code on paper"),
        ("POST /v1/clients/{clientId}/guardians/{guardianshipId}/paper-code /code", "Code on paper"),
        ("POST /v1/staff/{staffId}/entry-code /code", "Code past the limits"),
        ("POST /v1/clients/{clientId}/entry-code /code", "Code past the limits"),
        ("POST /v1/clients/{clientId}/guardians/{guardianshipId}/entry-code /code", "Code past the limits"),
        ("POST /v1/me/calendar-feeds /path", "Address of a calendar"),
        ("GET /v1/invitations/{token} /secondFactor/secret", "Proposed secret of an authenticator"),
        ("GET /v1/invitations/{token} /secondFactor/uri", "Proposed secret of an authenticator"),
        ("POST /v1/sign-ins /secondFactor/secret", "Proposed secret of an authenticator"),
        ("POST /v1/sign-ins /secondFactor/uri", "Proposed secret of an authenticator"),
        ("POST /v1/sign-ins /secondFactor/recoveryCodes", "Recovery codes"),
        ("GET /v1/me/second-factor /proposal/secret", "Proposed secret of an authenticator"),
        ("GET /v1/me/second-factor /proposal/uri", "Proposed secret of an authenticator"),
        ("* /recoveryCodes", "Recovery codes"),
        ("* /next", "Cursor"),
        ("* /hash", "ETag and hash"),
    ]

    /// Names of members that look like secrets and are none.
    private static let harmless: [String: String] = [
        "code": "a word of the practice: of a questionnaire, a reason, a small victory", "reasonCode": "the same",
        "key": "the name of a question in a form", "postalCode": "part of an address",
        "textHash": "of a document that everybody is shown", "receipt": "of what its author handed in; opens nothing",
        "signature": "who signed, and when", "signatures": "who signed, and when",
        "cosignature": "who signed, and when", "needsCosignature": "yes or no",
        "homeworkDigest": "whether a letter is wanted", "recoveryCodesLeft": "a number",
    ]

    /// Fields of the head, and their row, or why they are none.
    private static let fields: [String: String] = [
        "ETag": "ETag and hash", "X-Request-Id": "names a request in the log", "Location": "an address that has a door",
        "Idempotency-Replayed": "yes or no", "Vary": "", "Trailer": "", "Content-Disposition": "a name",
        "Content-Security-Policy": "", "X-Content-Type-Options": "",
    ]

    /// Rows that the API does not tell but takes, or that are ids.
    private static let others = ["Idempotency-Key", "Id of an upload"]

    @Test func `what looks like a secret in an answer is listed, or known to be none`() throws {
        let members = try Contract.current().answered()
        #expect(members.count > 2_000)
        var unknown: Set<String> = []
        var met: Set<String> = []
        for member in members where member.looksSecret {
            if let known = Self.secrets.first(where: { member.fits($0.member) }) {
                met.insert(known.member)
            } else if Self.harmless[member.name] == nil {
                unknown.insert("\(member.operation) \(member.pointer)")
            }
        }
        #expect(unknown.sorted() == [])
        #expect(Self.secrets.map(\.member).filter { !met.contains($0) } == [], "listed, and in no answer")
        let heads = try Contract.current().answeredFields()
        #expect(heads.subtracting(Self.fields.keys) == [] && heads.count > 5)
    }

    @Test func `a POST keeps no secret for its repeat`() async throws {
        let members = try Contract.current().answered()
        try await withWorld { world in
            for route in world.routes where route.method == "POST" && !route.isPublic {
                let told = Set(
                    members.filter { member in
                        member.operation == "POST \(route.path)" && member.looksSecret
                            && Self.secrets.contains { member.fits($0.member) }
                    }.map(\.pointer)
                ).subtracting(["/next", "/hash"])
                #expect(Set(route.secrets) == told, "\(route.path)")
            }
        }
    }

    @Test func `what tells a secret is not compressed`() async throws {
        let told = Set(
            Self.secrets.filter { $0.member.hasPrefix("GET ") && !["Cursor", "ETag and hash"].contains($0.row) }
                .compactMap { $0.member.split(separator: " ").dropFirst().first.map(String.init) })
        try await withWorld { world in
            let plain = world.routes.filter { $0.method == "GET" && $0.tellsSecrets }.map(\.path)
            #expect(Set(plain) == told && told.count >= 3)
        }
    }

    @Test func `the page says of each who gets it, how long it works and what ends it`() throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath).appending(
                path: "../../../Sources/Cairn/Documentation.docc/Decisions/0027-what-outlives-a-role.md"
            ).standardized, encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { row in
            row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let wanted = Set(Self.secrets.map(\.row) + Self.others)
        for name in wanted {
            let row = rows.first { $0.first == name }
            #expect(row?.count == 4 && row?.allSatisfy { !$0.isEmpty } == true, "\(name)")
        }
        #expect(Set(rows.compactMap(\.first)).subtracting(wanted) == ["secret", "---"])
    }
}

/// A member of an answer: where it stands, and whether it looks like something that lets somebody in.
private struct AnsweredMember: Hashable {
    let operation: String
    let pointer: String
    let looksSecret: Bool

    var name: String { pointer.split(separator: "/").last.map(String.init) ?? "" }

    /// Whether it is what a line of the list says: an operation and a pointer, or a pointer in any operation.
    func fits(_ line: String) -> Bool {
        line.hasPrefix("* ") ? pointer == line.dropFirst(2) : "\(operation) \(pointer)" == line
    }
}

extension Contract {
    /// Every member of every answer that is no refusal.
    fileprivate func answered() -> Set<AnsweredMember> {
        var found: Set<AnsweredMember> = []
        for operation in operations {
            for response in responses(of: operation) {
                for media in response["content"]?.members ?? [] {
                    guard let schema = media.value["schema"] else { continue }
                    collect(schema, "\(operation.method) \(operation.path)", "", [], &found)
                }
            }
        }
        return found
    }

    fileprivate func answeredFields() -> Set<String> {
        Set(operations.flatMap { responses(of: $0) }.flatMap { ($0["headers"]?.members ?? []).map(\.name) })
    }

    private func responses(of operation: Operation) -> [JSONValue] {
        (operation.description["responses"]?.members ?? []).filter { $0.name.hasPrefix("2") }.map { target($0.value) }
    }

    private func target(_ value: JSONValue) -> JSONValue {
        guard let path = value["$ref"]?.text else { return value }
        let found = path.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) { $0?[String($1)] }
        return found.map(target) ?? .null
    }

    private func collect(
        _ schema: JSONValue, _ operation: String, _ pointer: String, _ passed: [String],
        _ found: inout Set<AnsweredMember>
    ) {
        let reference = schema["$ref"]?.text
        if let reference, passed.contains(reference) { return }
        let (schema, passed) = (target(schema), passed + [reference].compactMap(\.self))
        for word in ["allOf", "anyOf", "oneOf"] {
            guard case .array(let parts)? = schema[word] else { continue }
            for part in parts { collect(part, operation, pointer, passed, &found) }
        }
        if let items = schema["items"] { collect(items, operation, pointer + "/*", passed, &found) }
        for member in schema["properties"]?.members ?? [] {
            let place = "\(pointer)/\(member.name)"
            found.insert(
                AnsweredMember(
                    operation: operation, pointer: place,
                    looksSecret: place == "/next" || Self.isSecretName(member.name)
                        || isLongSecret(target(member.value))))
            collect(member.value, operation, place, passed, &found)
        }
    }

    private static func isSecretName(_ name: String) -> Bool {
        let words = [
            "token", "secret", "passw", "otp", "recovery", "uri", "url", "link", "path", "cursor", "etag", "hash",
            "digest",
            "receipt", "key", "code", "nonce", "signature", "proof",
        ]
        let lower = name.lowercased()
        return words.contains { lower.contains($0) }
    }

    /// Text of so many characters and no fewer, or in a format of secrets.
    private func isLongSecret(_ schema: JSONValue) -> Bool {
        if case .number(let length)? = schema["minLength"], let length = Int(length.text), length >= 24 { return true }
        if ["password", "uri", "byte"].contains(schema["format"]?.text) { return true }
        return schema["pattern"]?.text?.contains(#/\{(2[4-9]|[3-9]\d)/#) == true
    }
}

extension JSONValue {
    fileprivate var members: [JSONMember] { if case .object(let members) = self { members } else { [] } }
}
