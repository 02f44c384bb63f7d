import Foundation
import Postgres

extension Mutant {
    // MARK: Policies

    private struct Policy: Sendable {
        let (name, table, command): (String, String, String)
        let using: String?
        let check: String?
        let columns: Set<String>
    }

    static func ofPolicies(_ database: PostgresClient) async throws -> [Mutant] {
        let policies = try await database.pipeline(
            Query.rows(
                """
                select polname, polrelid::regclass::text, polcmd::text, pg_get_expr(polqual, polrelid),
                       pg_get_expr(polwithcheck, polrelid),
                       array(select attname::text from pg_attribute where attrelid = polrelid and attnum > 0)
                from pg_policy order by polrelid::regclass::text, polname
                """
            ) { row in
                Policy(
                    name: try row.next(), table: try row.next(), command: try row.next(), using: try row.next(),
                    check: try row.next(), columns: Set(try row.next([String].self)))
            })
        return policies.flatMap { policy in
            [("using", policy.using), ("with check", policy.check)].flatMap { clause, condition -> [Mutant] in
                guard let condition else { return [] }
                let slips = Conditions.slips(in: condition, isCondition: true) + strangers(in: condition)
                return slips.map { mutant(of: policy, clause, condition, $0) }
            }
        }
    }

    private static func mutant(
        of policy: Policy, _ clause: String, _ condition: String, _ slip: Conditions.Slip
    ) -> Mutant {
        let kind: Kind =
            switch policy.command {
            case "a": .addsTooMuch
            case "w": .changesTooMuch
            case "d": .takesOutTooMuch
            default: .seesTooMuch
            }
        let (sights, writes): (SQL, SQL) = (
            "asking.wrong_sights(\(policy.table), 1)", "asking.wrong_writes(\(policy.table), 1)"
        )
        return Mutant(
            kind: kind, place: "\(policy.table) \(policy.name) \(clause)", change: "without \(slip.forgotten.oneLine)",
            script: "alter policy \(policy.name) on \(policy.table) \(clause) (\(slip.text))",
            checks: policy.command == "r" ? [sights] : policy.command == "*" ? [sights, writes] : [writes],
            proof: Comparison(condition, slip.text, columns: policy.columns).sql)
    }

    /// The first condition of a policy holds two things: which practice, and which resource or action. Each is forgotten by
    /// itself.
    private static func strangers(in condition: String) -> [Conditions.Slip] {
        guard let asked = Comparison.asked(in: condition) else { return [] }
        let whole = "practice_id = \(asked)"
        return [
            Conditions.Slip(
                forgotten: "the list of what may be asked, in \(whole)",
                text: condition.replacing(whole, with: "practice_id = access.practice()")),
            Conditions.Slip(
                forgotten: "the practice, in \(whole)", text: condition.replacing(whole, with: "(\(asked)) is not null")
            ),
        ]
    }

    /// Tables whose policies nobody asks, and policies that are asked for more than the role that they are for.
    static func ofTables(_ database: PostgresClient) async throws -> [Mutant] {
        let tables = try await database.pipeline(
            Query.rows(
                "select oid::regclass::text from pg_class where relrowsecurity and relnamespace <> 'access'::regnamespace order by 1"
            ) {
                try $0.next(String.self)
            })
        let policies = try await database.pipeline(
            Query.rows(
                """
                select polrelid::regclass::text, polname from pg_policy where polroles <> '{0}' order by 1, 2
                """
            ) { (table: try $0.next(String.self), name: try $0.next(String.self)) })
        func checks(_ table: String) -> [SQL] {
            ["asking.wrong_sights(\(table), 1)", "asking.wrong_writes(\(table), 1)"]
        }
        return tables.map { table in
            Mutant(
                kind: .switchedOff, place: table, change: "without row-level security",
                script: "alter table \(table) disable row level security", checks: checks(table))
        }
            + policies.map { table, name in
                Mutant(
                    kind: .forEverybody, place: "\(table) \(name)", change: "to public",
                    script: "alter policy \(name) on \(table) to public", checks: checks(table))
            }
    }

    // MARK: Relations

    fileprivate struct Judge: Sendable {
        let (name, definition): (String, String)
        let textFrom: Int
        let isCondition: Bool
        let (doors, tables, sayings): ([String], [String], [String])
        /// Whether the judge of ids beside the path asks it.
        let isOfJudge: Bool
    }

    static func ofFunctions(_ database: PostgresClient) async throws -> [Mutant] {
        let judges = try await database.pipeline(
            Query.rows("select * from asking.judges()") { row in
                Judge(
                    name: try row.next(), definition: try row.next(), textFrom: Int(try row.next(Int32.self)),
                    isCondition: try row.next(), doors: try row.next(), tables: try row.next(), sayings: try row.next(),
                    isOfJudge: try row.next())
            })
        return judges.flatMap { judge in
            let (head, rest) = (judge.definition.prefix(judge.textFrom), judge.definition.dropFirst(judge.textFrom))
            // Behind the text stands what ends it.
            let end = rest.range(of: "$function$", options: .backwards)?.lowerBound ?? rest.endIndex
            let (body, tail) = (rest[..<end], rest[end...])
            return Conditions.slips(in: String(body), isCondition: judge.isCondition).map { slip in
                Mutant(
                    kind: .conditionForgotten, place: judge.name, change: "without \(slip.forgotten.oneLine)",
                    script: head + slip.text + tail, checks: judge.checks)
            }
        }
    }

    // MARK: Sign-ins

    /// The doors are made from one text, in which each condition on the sign-in stands once.
    static func ofSignIns(_ database: PostgresClient) async throws -> [Mutant] {
        let definition = try await database.pipeline(
            Query.row("select pg_get_functiondef('access.make_door'::regproc)") { try $0.next(String.self) })
        guard let match = definition.firstMatch(of: /where (i\.practice_id = practice and [^;]*i\.idle_limit > at);/)
        else { return [] }
        return Conditions.slips(in: String(match.1), isCondition: true).map { slip in
            Mutant(
                kind: .signInForgotten, place: "make_door", change: "without \(slip.forgotten.oneLine)",
                script: definition.replacing(match.1, with: slip.text),
                checks: ["asking.wrong_remade('client.read', 1)"])
        }
    }
}

extension Mutant.Judge {
    fileprivate var checks: [SQL] {
        (doors.isEmpty ? [] : ["asking.wrong_answers(\(doors), null, 1)"])
            + (sayings.isEmpty ? [] : ["asking.wrong_sayings(\(sayings), 1)"])
            + (isOfJudge ? ["asking.wrong_judgements(1)"] : [])
            + tables.flatMap { ["asking.wrong_sights(\($0), 1)", "asking.wrong_writes(\($0), 1)"] as [SQL] }
    }
}

extension String {
    fileprivate var oneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
