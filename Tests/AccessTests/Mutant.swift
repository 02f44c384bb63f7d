import JSON
import Postgres

/// A mistake that somebody could make in the access layer, and what must notice it.
struct Mutant: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case ruleDropped = "a rule dropped"
        case ruleShowsAll = "a rule that shows all"
        case ruleForAnybody = "a rule that asks no tie"
        case roleAdded = "a rule for one more role"
        case seesTooMuch = "a policy of reading weakened"
        case addsTooMuch = "a policy of adding weakened"
        case changesTooMuch = "a policy of changing weakened"
        case takesOutTooMuch = "a policy of taking out weakened"
        case forEverybody = "a policy for one role at the database opened to all"
        case switchedOff = "row-level security switched off"
        case conditionForgotten = "a condition of a relation forgotten"
        case signInForgotten = "a condition of a sign-in forgotten"
    }

    let kind: Kind
    /// The rule, policy or function.
    let place: String
    /// What it lacks, or has too much.
    let change: String
    /// Puts the mistake in.
    let script: String
    /// The functions that give complaints, the likeliest first.
    let checks: [SQL]
    /// Says whether a request can tell it from what it was made of, where that can be worked out.
    var proof: SQL?

    var name: String { "\(place): \(change)" }
}

extension Mutant {
    /// All of them, from what stands in the database's catalog: a new rule, policy or relation is among them by itself.
    static func all(in database: PostgresClient) async throws -> [Mutant] {
        try await ofRules(database) + ofPolicies(database) + ofTables(database) + ofFunctions(database)
            + ofSignIns(database)
    }

    // MARK: Rules

    private struct Rule {
        let written: Int
        let (action, role, relation): (String, String, String)
        let shows: [String]

        var name: String { "\(action) for \(role) by \(relation)" }
        var check: SQL { "asking.wrong_remade(\(action), 1)" }
    }

    /// What changes nothing: who enters as the worker does so by rules of no tie; of some actions there are no doors; and who
    /// is shown all of something by one rule is shown no more by another, least of all who is let in by the mere role, which
    /// is asked first where it shows no less, and before what one has written (decision 0046).
    private static func changesNothing(
        _ role: String, _ rule: Rule, _ rules: [Rule], _ doors: Set<String>
    ) -> Bool {
        if role == "worker" { return rule.relation != "any" }
        if role == "public" { return false }
        let isWider = rules.contains {
            let isShownAll = $0.shows == ["all"]
            let isFirst = $0.relation == "any" && (rule.relation == "authored" || covers($0.shows, rule.shows))
            return ($0.action, $0.role) == (rule.action, role) && $0.written != rule.written
                && (isFirst || $0.relation == rule.relation && isShownAll)
        }
        return isWider || !doors.contains(rule.action)
    }

    /// Whether who is shown these fields is shown those too: identity says name and age, and contact says which is safe.
    private static func covers(_ wider: [String], _ narrower: [String]) -> Bool {
        let parts = ["identity": ["name", "age"], "contact": ["safe_contact"]]
        return wider.contains("all") || Set(wider + wider.flatMap { parts[$0] ?? [] }).isSuperset(of: narrower)
    }

    private static func ofRules(_ database: PostgresClient) async throws -> [Mutant] {
        let doors = Set(
            try await database.pipeline(
                Query.rows("select distinct action from access.targets") { try $0.next(String.self) }))
        let rules = try await database.pipeline(
            Query.rows("select written, action, role, relation, shows from access.rules order by written") { row in
                Rule(
                    written: Int(try row.next(Int32.self)), action: try row.next(), role: try row.next(),
                    relation: try row.next(), shows: try row.next())
            })
        let single = rules.flatMap { rule -> [Mutant] in
            if rule.role != "worker", rule.role != "public", changesNothing(rule.role, rule, rules, doors) {
                return []
            }
            let row = "where written = \(rule.written)"
            var mutants = [
                Mutant(
                    kind: .ruleDropped, place: rule.name, change: "dropped", script: "delete from access.rules \(row)",
                    checks: [rule.check])
            ]
            if rule.shows != ["all"] {
                mutants.append(
                    Mutant(
                        kind: .ruleShowsAll, place: rule.name, change: "shows all, not \(rule.shows)",
                        script: "update access.rules set shows = '{all}' \(row)", checks: [rule.check]))
            }
            if !["any", "none", "leased"].contains(rule.relation) {
                mutants.append(
                    Mutant(
                        kind: .ruleForAnybody, place: rule.name, change: "by any",
                        script: "update access.rules set relation = 'any' \(row)", checks: [rule.check]))
            }
            return mutants
        }
        return single + withMoreRoles(rules, doors)
    }

    /// Each rule for each role that it is not for. Who is signed in with a chart of their own has the role `client`
    /// (`accounts_clients_have_a_chart`): the relations to one's own chart hold for nobody else, whatever the rule says, and
    /// that role is in all their rules.
    private static func withMoreRoles(_ rules: [Rule], _ doors: Set<String>) -> [Mutant] {
        let roles = Set(rules.map(\.role)).sorted()
        let ofOwnChart = ["self", "enrolled_in", "shared_with"]
        let groups = Dictionary(grouping: rules) { "\($0.action) \($0.relation) \($0.shows)" }
        return groups.sorted { $0.key < $1.key }.flatMap { _, group -> [Mutant] in
            guard let rule = group.first, !ofOwnChart.contains(rule.relation), rule.relation != "leased" else {
                return []
            }
            return roles.filter { role in
                !group.contains { $0.role == role } && !changesNothing(role, rule, rules, doors)
            }.map { role in
                Mutant(
                    kind: .roleAdded, place: rule.name, change: "for \(role) too",
                    script: """
                        insert into access.rules (action, role, relation, shows)
                        select action, '\(role)', relation, shows from access.rules where written = \(rule.written)
                        """,
                    checks: [rule.check])
            }
        }
    }
}
