import Postgres
import Practice

// What goes before the queries of a handler. The door judges; what it says is in Migrations/routines/access/doors.sql.

extension Call {
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

    static func resource(of call: Call) -> ID<Void>? {
        guard case .entering(_, let target) = call.route.access else { return nil }
        return target.parts.parameter.map { call.namesThings ? call.id($0) : .nil }
    }
}
