import HTTPTypes
import JSON
import Practice
import WebAPI

/// Codes on paper for whom no mail reaches, the way out for who has lost the second factor, and the role that is put on
/// an account that exists: of staff, of clients and of guardians.
struct KeyRoutes: RouteGroup {
    var routes: [Route] {
        let guardian = "/v1/clients/{clientId}/guardians/{guardianshipId}"
        return [
            .post("/v1/staff/{staffId}/paper-code", "staff.change", of: .staff("staffId"), secrets: ["/code"]) {
                try await makeCode(for: .staff($0.id("staffId")), $0)
            },
            .post("/v1/clients/{clientId}/paper-code", "client.change", of: .client("clientId"), secrets: ["/code"]) {
                try await makeCode(for: .client($0.id("clientId")), $0)
            },
            .post("\(guardian)/paper-code", "guardianship.change", of: .client("clientId"), secrets: ["/code"]) {
                try await makeCode(for: .guardian($0.id("guardianshipId"), of: $0.id("clientId")), $0)
            },
            .post("/v1/staff/{staffId}/entry-code", "staff.change", of: .staff("staffId"), secrets: ["/code"]) {
                try await makeEntryCode(for: .staff($0.id("staffId")), $0)
            },
            .post("/v1/clients/{clientId}/entry-code", "client.change", of: .client("clientId"), secrets: ["/code"]) {
                try await makeEntryCode(for: .client($0.id("clientId")), $0)
            },
            .post("\(guardian)/entry-code", "guardianship.change", of: .client("clientId"), secrets: ["/code"]) {
                try await makeEntryCode(for: .guardian($0.id("guardianshipId"), of: $0.id("clientId")), $0)
            },
            .get("/v1/paper-codes", "client.read", of: .practice, listCodes),
            .delete("/v1/paper-codes/{codeId}", "client.change", of: .practice, withdraw),
            .put("/v1/paper-codes/{codeId}/confirmation", "client.change", of: .practice, confirm),
            .put("/v1/staff/{staffId}/second-factor/removal", "staff.change", of: .staff("staffId")) {
                try await removeSecondFactor(of: .staff($0.id("staffId")), $0)
            },
            .put("/v1/clients/{clientId}/second-factor/removal", "client.change", of: .client("clientId")) {
                try await removeSecondFactor(of: .client($0.id("clientId")), $0)
            },
            .put("\(guardian)/second-factor/removal", "guardianship.change", of: .client("clientId")) {
                try await removeSecondFactor(of: .guardian($0.id("guardianshipId"), of: $0.id("clientId")), $0)
            },
            .put("/v1/clients/{clientId}/account", "client.change", of: .client("clientId")) {
                try await link(.client($0.id("clientId")), $0)
            },
            .put("\(guardian)/account", "guardianship.change", of: .client("clientId")) {
                try await link(.guardian($0.id("guardianshipId"), of: $0.id("clientId")), $0)
            },
        ]
    }

    private func makeCode(for holder: Keys.Holder, _ call: Call) async throws -> Answer {
        let reason = try call.body { $0.optional("reason", .line(1...500)) }
        let code = PaperCode(in: call.surroundings)
        let made = try await explained { () async throws(Problem) in
            try await call.run(
                holder.makeCode(
                    code, hash: code.hash(with: call.keys), call.newID(), reason: reason,
                    audit: call.newProvenRequest(),
                    orFor: Keys.NewAccount(call), in: call.practiceID, at: call.now))
        }
        return .json(.created, made)
    }

    private func makeEntryCode(for holder: Keys.Holder, _ call: Call) async throws -> Answer {
        let code = PaperCode(in: call.surroundings)
        let made = try await explained { () async throws(Problem) in
            try await call.run(
                holder.makeEntryCode(
                    code, hash: code.hash(with: call.keys), audit: call.newProvenRequest(), in: call.practiceID,
                    at: call.now))
        }
        return .json(.created, made)
    }

    private func confirm(_ call: Call) async throws -> Answer {
        let end = try await explained { () async throws(Problem) in
            try await call.run(Keys.confirm(call.id("codeId"), audit: call.newProvenRequest(), at: call.now))
        }
        return .json { $0.member("expiresAt", end) }
    }

    private func listCodes(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let codes = try await call.run(Keys.PendingCode.list(at: call.now))
        return .list(codes)
    }

    private func withdraw(_ call: Call) async throws -> Answer {
        _ = try await explained { () async throws(Problem) in
            try await call.run(Keys.withdraw(call.id("codeId"), audit: call.newProvenRequest(), at: call.now))
        }
        return .noContent
    }

    private func removeSecondFactor(of holder: Keys.Holder, _ call: Call) async throws -> Answer {
        let reason = try call.body { $0.required("reason", .line(1...500)) }
        let reset = NewInvitation(to: .nil, call)
        let sealed = try reset.sealed(with: try await call.vault())
        let sent = try await explained { () async throws(Problem) in
            try await call.run(
                holder.removeSecondFactor(
                    reset, reason: reason, sealed: sealed, audit: call.newProvenRequest(), at: call.now))
        }
        return .json(.ok, sent)
    }

    private func link(_ holder: Keys.Holder, _ call: Call) async throws -> Answer {
        let account = try call.body { $0.required("accountId", .criterion(Account.self)) }
        let unknown = FieldFault("/accountId", "no_such_account", "There is no such account in this practice.")
        _ = try await explained { () async throws(Problem) in
            try await call.run(
                holder.link(to: account, audit: call.newProvenRequest(), at: call.now),
                faults: ["no_such_account": unknown])
        }
        return .noContent
    }

    private func explained<Value>(_ work: () async throws(Problem) -> Value) async throws(Problem) -> Value {
        do { return try await work() } catch {
            guard error.status == .conflict, let detail = Keys.refusals[error.code] else { throw error }
            throw .conflict(error.code, detail)
        }
    }
}

extension Keys.MadeCode: JSONWritable {
    /// The code is shown here and never again.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("accountId", accountID)
            json.member("code", "\(practiceSlug).\(code.text)")
            json.member("signInName", signInName)
            json.member("state", isUsable ? "usable" : "awaits_confirmation")
            json.member("expiresAt", expiresAt)
        }
    }
}

extension Keys.EntryCode: JSONWritable {
    /// The code is shown here and never again.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("accountId", accountID)
            json.member("code", "\(practiceSlug).\(code.text)")
            json.member("signInName", signInName)
            json.member("expiresAt", expiresAt)
        }
    }
}

extension Keys.PendingCode: JSONWritable {
    /// The code itself is nowhere.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.object("account") { json in
                json.member("id", accountID)
                json.member("name", name)
                json.member("clientId", clientID)
                json.array("roles", roles)
            }
            json.member("state", isUsable ? "usable" : "awaits_confirmation")
            json.object("madeBy") { json in
                json.member("id", madeBy)
                json.member("name", madeByName)
            }
            json.member("reason", reason)
            json.member("madeAt", madeAt)
            json.member("expiresAt", expiresAt)
        }
    }
}
