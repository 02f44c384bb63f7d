import JSON
import Postgres
import Practice

/// Where the queries of a call run.
enum Unit: Sendable {
    /// Each ``Call/run(_:faults:)`` is a segment: a transaction and a round trip of its own.
    case segment
    /// All of them are in one transaction, which has entered already.
    case transaction(Transaction, Principal)
}

extension Call {
    /// Enters, and runs queries in the same transaction and round trip.
    ///
    /// The route's door (`Migrations/routines/access/doors.sql`) goes first: the database judges who asks, for what, and about what, and refuses the whole.
    /// A query whose one row does not come is 404, but does not undo what the others did: what must not happen
    /// without it, the statements themselves have to refuse.
    ///
    /// - Parameter faults: what a constraint's name, or a word of our own functions, says about a member.
    /// - Throws: 401, 403, 404, 409, 412, 422 as the database decides; 503 when it cannot be asked.
    public func run<each Value>(
        _ queries: repeat Query<each Value>, faults: [String: FieldFault] = [:]
    ) async throws(Problem) -> (repeat each Value) {
        try refuseUnreadQuery()
        do throws(PostgresError) {
            var (batch, _) = try entering()
            let slots = (repeat batch.append(each queries))
            let results = try await send(batch)
            return (repeat try results[each slots])
        } catch {
            throw Problem(error, in: self, faults: faults)
        }
    }

    /// Enters, runs queries like ``run(_:faults:)``, and gives the principal that the database proved too.
    public func enter<each Value>(
        _ queries: repeat Query<each Value>, faults: [String: FieldFault] = [:]
    ) async throws(Problem) -> (Principal, repeat each Value) {
        try refuseUnreadQuery()
        do throws(PostgresError) {
            var (batch, entry) = try entering()
            let slots = (repeat batch.append(each queries))
            let results = try await send(batch)
            return (try principal(results, entry), repeat try results[each slots])
        } catch {
            throw Problem(error, in: self, faults: faults)
        }
    }

    /// Enters, and runs as many queries as the closure adds, in one transaction and round trip.
    ///
    /// ```swift
    /// let (results, slots) = try await call.run { batch in items.map { batch.append(insert($0)) } }
    /// ```
    public func run<Slots>(
        faults: [String: FieldFault] = [:], adding queries: (inout Batch) -> Slots
    ) async throws(Problem) -> (Batch.Results, Slots) {
        try refuseUnreadQuery()
        do throws(PostgresError) {
            var (batch, _) = try entering()
            let slots = queries(&batch)
            return (try await send(batch), slots)
        } catch {
            throw Problem(error, in: self, faults: faults)
        }
    }

    /// Enters, and runs a closure in a transaction on a connection of its own: for work that needs an answer before it
    /// can ask on. Anything that fits in one round trip belongs in ``run(_:faults:)``.
    public func transaction<Value: Sendable>(
        faults: [String: FieldFault] = [:], _ body: @Sendable (Transaction, Principal) async throws -> Value
    ) async throws -> Value {
        try refuseUnreadQuery()
        do {
            let (batch, entry) = try entering()
            if case .transaction(let transaction, let principal) = unit {
                if !references.areJudged { _ = try await send(batch) }
                return try await body(transaction, principal)
            }
            return try await server.database.transaction { transaction in
                let results = try await transaction.pipeline(batch)
                references.settle()
                return try await body(transaction, try principal(results, entry))
            }
        } catch let error as PostgresError {
            throw Problem(error, in: self, faults: faults)
        }
    }

    /// Runs queries of a public route in one transaction and round trip. Nobody enters: the first of them must be a
    /// function of the database that judges for itself, such as `access.enter_public`.
    public func runPublic<each Value>(
        _ queries: repeat Query<each Value>, faults: [String: FieldFault] = [:]
    ) async throws(Problem) -> (repeat each Value) {
        try refuseUnreadQuery()
        do throws(PostgresError) {
            var batch = Batch()
            if onlyLooks { _ = batch.append(Entry.lookingInPublic) }
            let slots = (repeat batch.append(each queries))
            let results = try await server.database.pipeline(batch)
            return (repeat try results[each slots])
        } catch {
            throw Problem(error, in: self, faults: faults)
        }
    }

    /// Runs as many queries of a public route as the closure adds, in one transaction and round trip.
    public func runPublic<Slots>(
        faults: [String: FieldFault] = [:], adding queries: (inout Batch) -> Slots
    ) async throws(Problem) -> (Batch.Results, Slots) {
        try refuseUnreadQuery()
        do throws(PostgresError) {
            var batch = Batch()
            if onlyLooks { _ = batch.append(Entry.lookingInPublic) }
            let slots = queries(&batch)
            return (try await server.database.pipeline(batch), slots)
        } catch {
            throw Problem(error, in: self, faults: faults)
        }
    }

    /// What goes before the queries of a handler: the door, unless it has been passed, and the judge of the ids that the
    /// request names besides its path.
    func entering() throws(PostgresError) -> (Batch, entry: Batch.Slot<Principal>?) {
        var batch = Batch()
        var entry: Batch.Slot<Principal>?
        if case .segment = unit { entry = batch.append(try Entry.query(self)) }
        for judgement in Entry.judgements(self) { _ = batch.append(judgement) }
        if onlyLooks { _ = batch.append(Entry.looking) }
        return (batch, entry)
    }

    private func send(_ batch: Batch) async throws(PostgresError) -> Batch.Results {
        let results =
            switch unit {
            case .segment: try await server.database.pipeline(batch)
            case .transaction(let transaction, _): try await transaction.pipeline(batch)
            }
        references.settle()
        return results
    }

    private func principal(_ results: Batch.Results, _ entry: Batch.Slot<Principal>?) throws(PostgresError) -> Principal
    {
        if case .transaction(_, let principal) = unit { return principal }
        guard let entry else { throw .noSignIn }
        return try results[entry]
    }
}

extension Refused {
    /// The refusal of a request that brought a token; nil for others.
    init?(_ call: Call, _ outcome: String) {
        guard let token = call.token, case .entering(let action, let target) = call.route.access else { return nil }
        self.init(
            practiceID: token.practiceID, tokenHash: token.hash, action: action.name, kind: target.parts.kind,
            resourceID: Entry.resource(of: call), at: call.now, requestID: call.requestID, outcome: outcome)
    }
}

extension PostgresError {
    /// What the database says to who is not signed in.
    static let noSignIn = PostgresError(.server(.init(sqlState: "28000")))
}

extension Principal {
    /// Reads what a door answers: account, sign-in, role, relation, own client, then what the rule shows.
    init(entry: [String?]) throws(PostgresDecodingError) {
        guard entry.count >= 5, let account = entry[0].flatMap({ ID<Account>($0) }),
            let signIn = entry[1].flatMap({ ID<SignIn>($0) }), let role = entry[2].flatMap(Role.init),
            let relation = entry[3]
        else { throw PostgresDecodingError(.malformed, expected: Principal.self) }
        self.init(
            accountID: account, signInID: signIn, role: role, relation: relation,
            clientID: entry[4].flatMap { ID<Client>($0) }, shows: Set(entry.dropFirst(5).compactMap(\.self)))
    }
}
