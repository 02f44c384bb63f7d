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

    /// The door of a reading, to go between a change and what the change is answered with: behind it, in the same
    /// transaction and round trip, queries see what `GET` shows the caller, no more and no less.
    public func reading(_ action: Action, of target: Target) throws(Problem) -> Query<Int> {
        guard let token else { throw .unauthenticated }
        let (kind, parameter) = target.parts
        let resource: ID<Void>? = parameter.map { id($0) }
        return .run(
            """
            select from \(SQL.door(of: action.name, to: kind))(\(token.practiceID), \(token.hash), \(resource), \
            \(now), \(requestID), \(proof))
            """)
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

/// The route's door, and the record of those who did not get through it.
enum Entry {
    static func query(_ call: Call) throws(PostgresError) -> Query<Principal> {
        guard let token = call.token, let door = call.route.door else { throw .noSignIn }
        return .row(
            """
            select \(door)(\(token.practiceID), \(token.hash), \(resource(of: call)), \
            \(call.now), \(call.requestID), \(call.proof))
            """
        ) { row in
            try Principal(entry: row.next([String?].self))
        }
    }

    /// Asks whether the things that the request names besides its path are there for the caller, and whether the days that
    /// must have come have; nothing where it names none.
    static func judgements(_ call: Call) -> [Query<Int>] {
        let (references, days) = (call.references.unjudged, call.references.unjudgedDays)
        var queries: [Query<Int>] = []
        if !references.isEmpty {
            queries.append(
                .run("select from access.judge(\(references.map(\.kind.rawValue)), \(references.map(\.id)))"))
        }
        if !days.isEmpty { queries.append(.run("select from access.judge_days(\(days))")) }
        return queries
    }

    /// Behind an entry: from here on the transaction changes nothing, and what is told once is not told.
    static let looking: Query<Int> = .run("select from access.look(true)")

    /// The same where nobody enters, and tries are counted all the same.
    static let lookingInPublic: Query<Int> = .run("select from access.look(false)")

    /// Before an entry: the transaction may last for minutes.
    static let lasting: Query<Int> = .run("select from access.lasts()")

    /// Says that the caller was seen, which an entry into a transaction that lasts does not.
    static func seen(_ call: Call) -> Query<Int> {
        .run("select from access.seen(\(call.practiceID), \(call.token?.hash), \(call.now))")
    }

    /// What the entry let the caller reach, for ``stillStands(_:was:at:)``.
    static let standing: Query<JSONB> = .row("select access.standing()") { try $0.next() }

    /// Whether the caller would be let in now to all that the entry let him reach. Leaves no trace.
    static func stillStands(_ call: Call, was standing: JSONB, at now: Instant) -> Query<Bool> {
        guard let token = call.token, case .entering(let action, let target) = call.route.access else {
            return .row("select false") { try $0.next() }
        }
        return .row(
            """
            select access.still_stands(
                \(token.practiceID), \(token.hash), \(action.name), \(target.parts.kind), \(resource(of: call)),
                \(now), \(call.requestID), \(standing))
            """
        ) { try $0.next() }
    }

    fileprivate static func resource(of call: Call) -> ID<Void>? {
        guard case .entering(_, let target) = call.route.access else { return nil }
        return target.parts.parameter.map { call.namesThings ? call.id($0) : .nil }
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
    fileprivate static let noSignIn = PostgresError(.server(.init(sqlState: "28000")))
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
