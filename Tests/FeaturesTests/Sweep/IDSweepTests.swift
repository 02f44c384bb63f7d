import Features
import JSON
import Practice
import Synchronization
import Testing
import TestSupport

@testable import Postgres

/// Every place of every request in which an id stands: what the caller may not see answers as what is not there, byte for
/// byte, and nothing happens.
@Suite struct IDSweepTests {
    @Test func `an id that the caller may not see answers as one that nothing has`() async throws {
        try await withWorld(limits: .generous) { world in
            let sweep = try await Sweep(in: world)
            let positions = IDPosition.all(in: try Contract.current())
            #expect(positions.filter { Sweep.kind(at: $0) == nil } == [], "the sweep does not know these")
            #expect(try await sweep.missing() == [], "these are not there, and so prove nothing")
            let before = try await sweep.fingerprint()
            let findings = Findings()
            try await sweep.each(positions) { position, caller in
                try await sweep.compare(position, caller, findings)
            }
            #expect(findings.complaints == [])
            #expect(try await sweep.fingerprint() == before, "something has happened")
            let idle = try await sweep.idle(positions, findings)
            #expect(
                idle.sorted() == SweepBodies.closed.keys.sorted(), "nobody gets further there with an id of their own")
            print(
                "The sweep compared \(findings.cells) cells: \(positions.count) places, \(sweep.callers.count) callers."
            )
            #expect(findings.cells > 8_000)
        }
    }

    @Test func `what nothing has is not there to be ended, set or read`() async throws {
        try await withWorld(limits: .generous) { world in
            let sweep = try await Sweep(in: world)
            let positions = IDPosition.all(in: try Contract.current()).filter {
                if case .path = $0.place { $0.method != "POST" } else { false }
            }
            let before = try await sweep.fingerprint()
            let findings = Findings()
            try await sweep.each(positions) { position, caller in
                for whose in [Sweep.Whose.random, .malformed] {
                    let answer = try await sweep.send(position, whose, as: caller)
                    findings.count(1)
                    if answer.status < 400 {
                        findings.complain("\(position) as \(caller.name), \(whose): \(answer.status)")
                    }
                }
            }
            #expect(findings.complaints == [])
            #expect(findings.cells > 5_000)
            #expect(try await sweep.fingerprint() == before, "something has happened")
        }
    }

    @Test func `what a header says of ids is not believed`() async throws {
        try await withWorld(limits: .generous) { world in
            let sweep = try await Sweep(in: world)
            let positions = IDPosition.all(in: try Contract.current())
            #expect(!positions.contains { if case .header = $0.place { true } else { false } })
            let claims = [
                "X-Practice-Id": "\(world.tempe.id)", "X-Account-Id": "\(world.mesa.owner.accountID)",
                "X-Client-Id": sweep.hidden["client"] ?? "",
            ]
            let findings = Findings()
            // The audit grows with every request.
            let readings = positions.filter { $0.method == "GET" && $0.operationID != "listAuditEvents" }
            try await sweep.each(readings) { position, caller in
                let plain = try await sweep.send(position, .own, as: caller).signature
                let claimed = try await sweep.send(position, .own, as: caller, headers: claims).signature
                findings.count(1)
                if plain != claimed { findings.complain("\(position) as \(caller.name): \(plain) is not \(claimed)") }
            }
            #expect(findings.complaints == [])
            #expect(findings.cells > 1_000)
        }
    }
}

/// What a sweep has found.
final class Findings: Sendable {
    private struct State {
        var cells = 0
        var complaints: [String] = []
        var unknown: [IDPosition: [Sweep.Caller: String]] = [:]
    }

    private let state = Mutex(State())

    var cells: Int { state.withLock { $0.cells } }
    var complaints: [String] { state.withLock { $0.complaints.sorted() } }

    func count(_ cells: Int) { state.withLock { $0.cells += cells } }
    func complain(_ text: String) { state.withLock { $0.complaints.append(text) } }

    /// What an id that nothing has was answered.
    func remember(_ signature: String, _ position: IDPosition, _ caller: Sweep.Caller) {
        state.withLock { $0.unknown[position, default: [:]][caller] = signature }
    }

    func unknown(_ position: IDPosition, _ caller: Sweep.Caller) -> String? {
        state.withLock { $0.unknown[position]?[caller] }
    }
}

extension Sweep {
    /// Runs a body for every place and caller, several at a time.
    func each(
        _ positions: [IDPosition], _ body: @escaping @Sendable (IDPosition, Caller) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, (position, caller)) in positions.flatMap({ position in callers.map { (position, $0) } })
                .enumerated()
            {
                if index >= 6 { try await group.next() }
                group.addTask { try await body(position, caller) }
            }
            try await group.waitForAll()
        }
    }

    /// Holds what is there and not to be seen against what is not there.
    fileprivate func compare(_ position: IDPosition, _ caller: Caller, _ findings: Findings) async throws {
        let unknown = try await send(position, .random, as: caller).signature
        findings.remember(unknown, position, caller)
        let kind = Self.kind(at: position) ?? ""
        var others = [("foreign", try await send(position, .foreign, as: caller).signature)]
        if !isOpen(position, kind, to: caller) {
            others.append(("hidden", try await send(position, .hidden, as: caller).signature))
            // With a key the request is one transaction, which the handler finds begun.
            if case .body = position.place, position.method == "POST" {
                let key = "\(position) \(caller.name)"
                let kept = try await send(position, .hidden, as: caller, idempotencyKey: key)
                let nothing = try await send(position, .random, as: caller, idempotencyKey: key + " again")
                if kept.signature != nothing.signature {
                    findings.complain("\(position) as \(caller.name), hidden with a key: \(kept.text.prefix(300))")
                }
                findings.count(1)
            }
        }
        findings.count(others.count)
        for (name, answer) in others where answer != unknown {
            findings.complain(
                "\(position) as \(caller.name), \(name): \(answer.prefix(300)) is not \(unknown.prefix(300))")
        }
    }

    /// The places where nobody gets further with an id of what they see. These requests have their effects: so what ends
    /// something comes last.
    fileprivate func idle(_ positions: [IDPosition], _ findings: Findings) async throws -> [String] {
        let order = ["GET": 0, "POST": 1, "PATCH": 2, "PUT": 3, "DELETE": 4]
        let sorted = positions.enumerated().sorted { left, right in
            let (one, other) = (left.element, right.element)
            let isMerge = (one.operationID == "createMerge", other.operationID == "createMerge")
            if isMerge.0 != isMerge.1 { return isMerge.1 }
            return (order[one.method] ?? 9, left.offset) < (order[other.method] ?? 9, right.offset)
        }.map(\.element)
        var idle: [String] = []
        for position in sorted {
            var further = false
            for caller in callers where !further {
                let answer = try await send(position, .own, as: caller)
                if answer.status >= 500 { findings.complain("\(position) as \(caller.name): \(answer.text)") }
                let isRefusedThere = answer.faults.contains { $0.hasPrefix(position.pointer + " ") }
                further =
                    ![400, 415].contains(answer.status) && !isRefusedThere
                    && answer.signature != findings.unknown(position, caller)
            }
            if !further { idle.append("\(position)") }
        }
        return idle
    }

    /// The ids of the estates that no table has as its key.
    fileprivate func missing() async throws -> [String] {
        let keys = try await tables().filter { $0.key != nil }.map { table -> SQL in
            "select \(.identifier(table.key ?? ""))::text from \(table.sql)"
        }
        let there = try await world.database.superuser.pipeline(
            Query.rows(.joined(keys, separator: " union all ")) { try $0.next(String.self) })
        let known = Set(there)
        return [own, hidden, foreign].flatMap { $0.ids.filter { !known.contains($0.value) }.map(\.key) }
    }

    /// What all tables hold, but for what every request leaves: the audit, and when somebody was last seen.
    func fingerprint() async throws -> [String] {
        let traces = ["audit_events", "audit_seals", "sign_ins", "rate_limits", "idempotency_keys"]
        let sums = try await tables().filter { !traces.contains($0.name) }.map { table -> SQL in
            """
            select \(table.name) || ' ' || count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0)
            from \(table.sql) t
            """
        }
        return try await world.database.superuser.pipeline(
            Query.rows(.joined(sums, separator: " union all ")) { try $0.next(String.self) })
    }

    private struct Table: Sendable {
        let sql: SQL
        let name: String
        /// The column that is its key beside the practice; nil where that is no one id.
        let key: String?
    }

    private func tables() async throws -> [Table] {
        try await world.database.superuser.pipeline(
            Query.rows(
                """
                select n.nspname::text, c.relname::text, (
                    select max(a.attname::text) from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
                    where i.indrelid = c.oid and i.indisprimary and a.attname <> 'practice_id' and a.atttypid = 'uuid'::regtype
                      and i.indnkeyatts <= 2)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('public', 'process') and c.relkind in ('r', 'p') and c.relname <> 'cairn_migrations'
                order by 1, 2
                """
            ) { row in
                let (schema, name) = (try row.next(String.self), try row.next(String.self))
                return Table(
                    sql: "\(.identifier(schema)).\(.identifier(name))", name: name, key: try row.next())
            })
    }
}
