import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// Taking somebody who asked for help into care, all of it or nothing.
struct AcceptanceRoutes: RouteGroup {
    var routes: [Route] {
        [.put("/v1/inquiries/{inquiryId}/acceptance", "inquiry.change", of: .inquiry("inquiryId"), accept)]
    }

    private func accept(_ call: Call) async throws -> Answer {
        let acceptance = try call.body(Acceptance.init)
        let id: ID<Inquiry> = call.id("inquiryId")
        let outcome = try await explained(acceptance, call) { transaction, _ in
            let standing = try await transaction.pipeline(Acceptance.standing(id, in: call.practiceID))
            guard standing.state != .accepted else {
                return try await repeated(acceptance, id, standing, transaction, call)
            }
            let acceptance = acceptance.completed(with: standing.contact, of: standing.kind)
            let faults = acceptance.faults(on: standing.today)
            guard faults.isEmpty else { throw Problem.invalid(faults) }
            do {
                return try await made(acceptance, id, transaction, call)
            } catch let error as PostgresError where error.refusal?.raisedCode == Inquiry.doesNotFollow {
                throw Inquiry.refusal(.conflict(Inquiry.doesNotFollow, ""), from: standing.state)
            }
        }
        return .json(.ok, outcome)
    }

    private func explained<Value: Sendable>(
        _ acceptance: Acceptance, _ call: Call, _ work: @Sendable (Transaction, Principal) async throws -> Value
    ) async throws -> Value {
        do { return try await call.transaction(faults: Acceptance.faults, work) } catch let problem as Problem {
            throw acceptance.naming(Guardianship.refusal(problem))
        }
    }

    private func made(
        _ acceptance: Acceptance, _ id: ID<Inquiry>, _ transaction: Transaction, _ call: Call
    ) async throws -> Acceptance.Outcome {
        let invitees = try await invitees(acceptance, transaction, call)
        let addresses = acceptance.addresses
        let taken = try await transaction.pipeline(Acceptance.taken(addresses.map(\.email)))
        guard taken.isEmpty else {
            throw Problem.invalid(
                addresses.filter { taken.contains($0.email) }.map {
                    FieldFault($0.pointer, "taken", "Somebody in this practice signs in with this address already.")
                })
        }
        let names = Acceptance.Names(inquiryID: id, at: call.now, practiceID: call.practiceID, keys: call.keys)
        let outcome = acceptance.outcome(names)
        let client = outcome.client.clientID
        let invitations = acceptance.invited(invitees).map { ($0, names.invitation($0, call.surroundings)) }
        let accounts = Dictionary(invitations.map { ($0.0, $0.1.accountID) }) { first, _ in first }
        var batch = Batch()
        let vault = try await call.vault()
        for statement in acceptance.statements(outcome, invitees: invitees, accounts: accounts, call) {
            _ = batch.append(statement)
        }
        let guardianships = zip(acceptance.guardians, outcome.guardians).map { guardian, guarded in
            batch.append(
                guardian.terms.insert(
                    guarded.guardianshipID, guarded.guardianID, of: client, in: call.practiceID, at: call.now))
        }
        let sending = try invitations.map { ($0, batch.append(try $1.send(with: vault, call))) }
        _ = batch.append(Acceptance.accept(outcome, call.bodyDigest, in: call.practiceID, at: call.now))
        let results = try await transaction.pipeline(batch)
        for slot in guardianships where try results[slot] != 1 { throw Problem.notAMinor }
        var sent = try sending.map { ($0, try results[$1]) }
        for (index, (guardian, guarded)) in zip(acceptance.guardians, outcome.guardians).enumerated() {
            guard let linked = try await linked(guardian, guarded, at: index, of: client, transaction, call)
            else { continue }
            sent.append(("guardian/\(index)", linked))
        }
        return acceptance.outcome(names, sent: Dictionary(sent) { first, _ in first })
    }

    /// Who signs in here already becomes a guardian with the account that exists, and is told so.
    private func linked(
        _ guardian: Acceptance.Responsible, _ guarded: Acceptance.Guarded, at index: Int, of client: ID<Client>,
        _ transaction: Transaction, _ call: Call
    ) async throws -> SentInvitation? {
        let id = guarded.guardianshipID
        guard let existing = guardian.new?.existing else {
            guard guardian.known != nil else { return nil }
            let told = try await transaction.pipeline(Guardianship.tell(id, of: client, at: call.now))
            return told.map { Guardianship.linked($0, at: call.now) }
        }
        do {
            let account = try await transaction.pipeline(
                Guardianship.appoint(id, of: client, with: existing, audit: call.newProvenRequest(), at: call.now))
            return Guardianship.linked(account, at: call.now)
        } catch {
            guard error.refusal?.raisedCode == "no_such_account" else { throw error }
            throw Problem.invalid([Guardianship.noAccount(at: "/guardians/\(index)/\(existing.member)")])
        }
    }

    /// The same acceptance again makes nobody twice, and is answered as at first, but for the tokens.
    private func repeated(
        _ acceptance: Acceptance, _ id: ID<Inquiry>, _ standing: Acceptance.Standing, _ transaction: Transaction,
        _ call: Call
    ) async throws -> Acceptance.Outcome {
        guard standing.digest == call.bodyDigest else {
            throw Problem.conflict("already_accepted", "This inquiry was accepted before, in another way.")
        }
        let names = Acceptance.Names(
            inquiryID: id, at: standing.since, practiceID: call.practiceID, keys: call.keys)
        let invitations = acceptance.roles.map { ($0, names.invitation($0, call.surroundings)) }
        let made = try await transaction.pipeline(Acceptance.made(invitations.map(\.1.accountID), in: call.practiceID))
        var again = invitations.filter { made.contains($0.1.accountID) }.map { ($0.0, $0.1.again) }
        for (index, guardian) in acceptance.guardians.enumerated() {
            let account: ID<Account>?
            if let known = guardian.known {
                account = try await transaction.pipeline(
                    Acceptance.told(known, in: call.practiceID, at: standing.since))
            } else if let existing = guardian.new?.existing {
                account = try await transaction.pipeline(existing.found)
            } else {
                account = nil
            }
            guard let account else { continue }
            again.append(("guardian/\(index)", Guardianship.linked(account, at: standing.since)))
        }
        return acceptance.outcome(names, sent: Dictionary(again) { first, _ in first })
    }

    /// The known clients who come, by role; all of them must be there.
    private func invitees(
        _ acceptance: Acceptance, _ transaction: Transaction, _ call: Call
    ) async throws -> [String: Client.Invitee] {
        var (invitees, faults) = ([String: Client.Invitee](), [FieldFault]())
        for (incomer, role) in [(acceptance.client, "client"), (acceptance.partner, "partner")] {
            guard let known = incomer?.known else { continue }
            invitees[role] = try await transaction.pipeline(Client.invitee(known, in: call.practiceID))
            if invitees[role] == nil {
                faults.append(FieldFault("/\(role)/id", "no_such_client", "There is no such client in this practice."))
            }
        }
        guard faults.isEmpty else { throw Problem.invalid(faults) }
        return invitees
    }
}

extension Acceptance {
    /// Who gets an account and an invitation: whoever has an e-mail address and no account, unless it is not wanted.
    fileprivate func invited(_ invitees: [String: Client.Invitee]) -> Set<String> {
        var invited: Set<String> = []
        for (incomer, role) in [(client, "client"), (partner, "partner")] {
            guard let incomer, incomer.isInvited != false, invitees[role]?.accountID == nil else { continue }
            if incomer.new?.contact?.email ?? invitees[role]?.email != nil { invited.insert(role) }
        }
        for (index, guardian) in guardians.enumerated() where guardian.new?.isInvited == true {
            invited.insert("guardian/\(index)")
        }
        return invited
    }
}

extension Acceptance.Outcome: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("inquiryId", inquiryID)
            json.member("client", client)
            json.member("partner", partner)
            json.member("coupleId", coupleID)
            json.array("guardians", guardians)
        }
    }
}

extension Acceptance.Accepted: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("clientId", clientID)
            json.member("invitation", invitation)
        }
    }
}

extension Acceptance.Guarded: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("guardianId", guardianID)
            json.member("guardianshipId", guardianshipID)
            json.member("invitation", invitation)
        }
    }
}
