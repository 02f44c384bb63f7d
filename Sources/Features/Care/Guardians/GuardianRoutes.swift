import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// The parents and custodians of a minor client, and what each may see.
struct GuardianRoutes: RouteGroup {
    var routes: [Route] {
        let one = "/v1/clients/{clientId}/guardians/{guardianshipId}"
        return [
            .get("/v1/clients/{clientId}/guardians", "guardianship.read", of: .client("clientId"), list),
            .post(
                "/v1/clients/{clientId}/guardians", "guardianship.change", of: .client("clientId"),
                secrets: ["/invitation/token"], appoint),
            .get(one, "guardianship.read", of: .client("clientId"), read),
            .patch(one, "guardianship.change", of: .client("clientId"), change),
            .delete(one, "guardianship.change", of: .client("clientId"), end),
            .get("\(one)/history", "guardianship.read", of: .client("clientId"), history),
            .post(
                one + "/invitation", "guardianship.change", of: .client("clientId"), secrets: ["/token"], inviteAgain),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let guardianships = try await call.run(Guardianship.list(of: call.id("clientId"), in: call.practiceID))
        return .list(guardianships)
    }

    private func appoint(_ call: Call) async throws -> Answer {
        let appointment = try call.body(Guardianship.Appointment.init)
        let client: ID<Client> = call.id("clientId")
        let vault = try await call.vault()
        let faults = Guardianship.Terms.faults.merging(NewAccount.faults(email: "/guardian/email")) { first, _ in first
        }
        let member = appointment.guardian?.existing?.member ?? ""
        let answer = try await explained(faults, "/guardian/\(member)", call) { transaction, _ in
            let id: ID<Guardianship> = call.newID()
            var (guardianID, invitation) = (appointment.guardianID, NewInvitation?.none)
            if let new = appointment.guardian {
                let made: ID<Guardian> = call.newID()
                guardianID = made
                if new.isInvited, let email = new.email {
                    let account = NewAccount(
                        id: call.newID(), email: email, name: new.name, roles: [.guardian], clientID: client)
                    invitation = NewInvitation(to: account.id, call)
                    _ = try await transaction.pipeline(account.make(at: call.now))
                }
                _ = try await transaction.pipeline(
                    new.insert(made, account: invitation?.accountID, in: call.practiceID, at: call.now))
            }
            let terms = appointment.terms
            let inserted = try await transaction.pipeline(
                terms.insert(id, guardianID ?? .nil, of: client, in: call.practiceID, at: call.now))
            guard inserted == 1 else { throw Problem.notAMinor }
            let goesOn = try await transaction.pipeline(Guardianship.goesOn(id, of: client, in: call.practiceID))
            guard goesOn || appointment.guardian?.signsIn != true else {
                throw Problem.invalid([Guardianship.Terms.over])
            }
            let sent =
                if let invitation {
                    try await transaction.pipeline(invitation.send(with: vault, call))
                } else { try await linked(appointment, id, of: client, transaction, call) }
            let listed = try await transaction.pipeline(Guardianship.one(id, of: client, in: call.practiceID))
            return GuardianshipAnswer(guardianship: listed, invitation: sent)
        }
        return .created(
            at: "/v1/clients/\(client)/guardians/\(answer.guardianship.id)", etag: answer.guardianship.version, answer)
    }

    /// Whoever signs in here already is told, and needs no key.
    private func linked(
        _ appointment: Guardianship.Appointment, _ id: ID<Guardianship>, of client: ID<Client>,
        _ transaction: Transaction, _ call: Call
    ) async throws -> SentInvitation? {
        if let existing = appointment.guardian?.existing {
            let account = try await transaction.pipeline(
                Guardianship.appoint(id, of: client, with: existing, audit: call.newProvenRequest(), at: call.now))
            return Guardianship.linked(account, at: call.now)
        }
        guard appointment.guardianID != nil else { return nil }
        let told = try await transaction.pipeline(Guardianship.tell(id, of: client, at: call.now))
        return told.map { Guardianship.linked($0, at: call.now) }
    }

    private func explained<Value: Sendable>(
        _ faults: [String: FieldFault], _ pointer: String, _ call: Call,
        _ work: @Sendable (Transaction, Principal) async throws -> Value
    ) async throws -> Value {
        let unknown = ["no_such_account": Guardianship.noAccount(at: pointer)]
        do { return try await call.transaction(faults: faults.merging(unknown) { first, _ in first }, work) } catch let
            problem as Problem
        {
            throw Guardianship.refusal(problem)
        }
    }

    private func read(_ call: Call) async throws -> Answer {
        let guardianship = try await call.run(
            Guardianship.one(call.id("guardianshipId"), of: call.id("clientId"), in: call.practiceID))
        return .json(etag: guardianship.version, guardianship)
    }

    private func change(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        let change = try call.patch(Guardianship.Change.init)
        let (id, client): (ID<Guardianship>, ID<Client>) = (call.id("guardianshipId"), call.id("clientId"))
        do throws(Problem) {
            let (_, guardianship) = try await call.run(
                Guardianship.update(change, id, of: client, seen: seen, in: call.practiceID, at: call.now),
                Guardianship.one(id, of: client, in: call.practiceID),
                faults: ["guardianships_empty_only_when_ended": Guardianship.Terms.emptySpan])
            return .json(etag: guardianship.version, guardianship)
        } catch { throw Guardianship.refusal(error) }
    }

    private func end(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        _ = try await call.run(
            Guardianship.end(
                call.id("guardianshipId"), of: call.id("clientId"), seen: seen, in: call.practiceID, at: call.now))
        return .noContent
    }

    private func history(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let (id, client): (ID<Guardianship>, ID<Client>) = (call.id("guardianshipId"), call.id("clientId"))
        let (_, past) = try await call.run(
            Guardianship.one(id, of: client, in: call.practiceID),
            Guardianship.history(of: id, client, page, in: call.practiceID))
        return call.page(page, past) { PageKey($0.version) }
    }

    /// The link of before ends at once.
    private func inviteAgain(_ call: Call) async throws -> Answer {
        let account = Guardianship.account(call.id("guardianshipId"), of: call.id("clientId"), at: call.now)
        let invitation = NewInvitation(to: .nil, call)
        do throws(Problem) {
            let sent = try await call.run(invitation.send(to: account, with: try await call.vault(), call))
            return .json(.created, sent)
        } catch {
            guard error.code == "guardian_has_no_account" else { throw error }
            throw Problem.conflict(
                error.code, "This guardian has no account. Allowed is to add the guardian with an e-mail address.")
        }
    }
}

private struct GuardianshipAnswer: JSONWritable, Sendable {
    let guardianship: Guardianship.Listed
    let invitation: SentInvitation?

    func write(to json: inout JSONWriter) {
        json.object { json in
            guardianship.write(members: &json)
            json.member("invitation", invitation)
        }
    }
}

extension Guardianship.Past: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("version", version)
            json.array("scopes", scopes)
            json.member("legalBasis", legalBasis)
            json.member("documentReference", documentReference)
            json.member("from", from)
            json.member("until", until)
            json.member("recordedFrom", recordedFrom)
            json.member("recordedUntil", recordedUntil)
        }
    }
}

extension Guardianship.Listed: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { write(members: &$0) }
    }

    fileprivate func write(members json: inout JSONWriter) {
        json.member("id", id)
        json.member("name", name)
        json.array("scopes", scopes)
        guard let record else { return }
        json.member("guardianId", record.guardianID)
        json.member("email", record.email)
        json.member("phone", record.phone)
        json.member("accountId", record.accountID)
        json.member("legalBasis", record.legalBasis)
        json.member("documentReference", record.documentReference)
        json.member("from", record.from)
        json.member("until", record.until)
        json.member("ended", record.isEnded)
    }
}
