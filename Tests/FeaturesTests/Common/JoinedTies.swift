import JSON
import Postgres
import Practice
import TestSupport

/// One account that has one tie after another to the people of a practice, and then several at once: what it is shown by
/// several is held against what each of them shows by itself. The people, and all that is about them, stay as they are.
struct JoinedTies: Sendable {
    /// What the account may have to do with people. Nearly all reach the house's minor.
    enum Tie: String, Sendable, CaseIterable {
        case isClient, guards, guardsAnother, treats, leads, oversees, overseesLeader, answers, isAtTheDesk

        var role: Role {
            switch self {
            case .isClient: .client
            case .guards, .guardsAnother: .guardian
            case .treats, .leads: .counselor
            case .oversees, .overseesLeader: .supervisor
            case .answers: .counselor
            case .isAtTheDesk: .intake
            }
        }
    }

    let world: World
    /// Whose account it is; a client with a chart where that is among the ties.
    let person: Person
    /// A minor whom the account guards with fewer rights than the other.
    let ward: Person
    let (otherGroup, guardian): (ID<Group>, ID<Guardian>)

    init(in world: World) async throws {
        self.world = world
        let house = world.mesa
        (person, ward, otherGroup, guardian) = try await world.seed(house) { seed in
            let person = try seed.client("Pat Palmer", born: "1975-01-01")
            let ward = try seed.client("Mia Miller", born: "2012-02-02", treatedBy: house.counselor)
            let other = seed.group("Thursday", in: house.program, facilitatedBy: house.facilitator)
            for (someone, group) in [(person, house.group), (ward, other), (house.minor, other)] {
                _ = seed.enrollment(of: someone, in: group)
            }
            let exercise = try seed.exercise("Evening check-in")
            for someone in [person, ward, house.minor, house.partner] {
                _ = seed.consent("treatment", of: someone)
                _ = seed.task("renew_consents", about: someone)
                _ = seed.homework(exercise, title: "Own", for: [someone], assignedBy: house.counselor)
            }
            let groups: [(ID<Group>, [Person])] = [
                (house.group, [person]), (house.valorGroup, [house.minor]), (other, [ward, house.minor]),
            ]
            for (group, members) in groups {
                let given = seed.homework(
                    exercise, title: "Together", for: members, as: .group(group), assignedBy: house.facilitator)
                seed.add(
                    """
                    update homework set state = 'submitted', submissions = 1, submitted_at = \(seed.now),
                        first_submitted_at = \(seed.now), version = version + 1
                    where practice_id = \(house.id) and homework_id = \(given.homework[0]) and title = 'Together'
                    """)
            }
            let guardian: ID<Guardian> = seed.id()
            seed.add(
                """
                insert into guardians (practice_id, guardian_id, name, email, account_id, created_at)
                values (\(house.id), \(guardian), 'Pat Palmer', 'pat@example.com', \(person.accountID), \(seed.now))
                """)
            seed.add("insert into staff (practice_id, account_id) values (\(house.id), \(person.accountID))")
            return (person, ward, other, guardian)
        }
        // What was given is overdue, and what was handed in has waited.
        try await world.advance(by: .seconds(9 * 86_400))
    }

    /// Gives the account these ties, and takes every other one away.
    func tie(_ ties: [Tie]) async throws {
        let (house, account) = (world.mesa, person.accountID)
        let roles = Role.allCases.filter { role in ties.contains { $0.role == role } }
        let chart = ties.contains(.isClient) ? person.clientID : nil
        var batch = Batch()
        func run(_ statement: SQL) { _ = batch.append(Query.run(statement)) }
        run("select from set_config('session_replication_role', 'replica', true)")
        for (table, column) in [
            ("care_team_memberships", "account_id"), ("group_facilitators", "account_id"),
            ("supervisions", "supervisor_id"),
        ] as [(String, String)] {
            run(
                """
                delete from \(.identifier(table)) where practice_id = \(house.id) and \(.identifier(column)) = \(account)
                """)
        }
        run("delete from guardianships where practice_id = \(house.id) and guardian_id = \(guardian)")
        run(
            """
            update inquiries set assigned_to = \(ties.contains(.answers) ? account : nil)
            where practice_id = \(house.id) and inquiry_id = \(house.inquiry)
            """)
        for table in ["accounts", "sign_ins"] as [String] {
            run(
                """
                update \(.identifier(table)) set roles = \(roles), client_id = \(chart)
                where practice_id = \(house.id) and account_id = \(account)
                """)
        }
        for tie in ties { for row in rows(of: tie) { run(row) } }
        _ = try await world.database.superuser.pipeline(batch)
    }

    private func rows(of tie: Tie) -> [SQL] {
        let (house, account) = (world.mesa, person.accountID)
        switch tie {
        case .isClient, .isAtTheDesk, .answers: return []
        case .guards: return [guardianship(of: house.minor, ["attendance", "schedule", "homework", "consent"])]
        case .guardsAnother: return [guardianship(of: ward, ["schedule"])]
        case .treats:
            return [house.minor, house.partner].map { client in
                """
                insert into care_team_memberships (practice_id, membership_id, client_id, account_id, during)
                values (\(house.id), md5('treats' || \(client.clientID)::text)::uuid, \(client.clientID), \(account),
                        '[2025-01-01,)')
                """
            }
        case .leads:
            return [house.valorGroup, otherGroup].map { group in
                """
                insert into group_facilitators (practice_id, group_id, account_id, during)
                values (\(house.id), \(group), \(account), '[2025-01-01,)')
                """
            }
        case .oversees, .overseesLeader:
            let supervisee = tie == .oversees ? house.counselor : house.facilitator
            return [
                """
                insert into supervisions (practice_id, supervisor_id, supervisee_id, during)
                values (\(house.id), \(account), \(supervisee.accountID), '[2025-01-01,)')
                """
            ]
        }
    }

    private func guardianship(of minor: Person, _ scopes: [String]) -> SQL {
        """
        insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
        values (\(world.mesa.id), md5('guards' || \(minor.clientID)::text)::uuid, \(guardian), \(minor.clientID),
            \(scopes), '[2025-01-01,)')
        """
    }

    // MARK: What is read

    /// All lists that name no thing in their path, by what the server declares: but what is about the account itself, and
    /// reports that add up.
    var lists: [String] {
        world.routes.filter { $0.method == "GET" && !$0.isPublic && !$0.path.contains("{") }.map(\.path)
            .filter { path in
                !["/v1/me", "/v1/sign-ins"].contains { path.hasPrefix($0) }
                    && (!path.hasPrefix("/v1/reports") || ["overdue", "unreviewed"].contains { path.hasSuffix($0) })
            }.sorted()
    }

    /// Things of the people whom the ties reach, and what lies below them.
    var things: [String] {
        let house = world.mesa
        var paths = ["/v1/homework/\(house.minorHomework)", "/v1/homework/\(house.homework)"]
        paths += ["/v1/inquiries/\(house.inquiry)", "/v1/enrollments/\(house.minorEnrollment)"]
        paths.append("/v1/programs/\(house.program)")
        for client in [house.minor, ward] {
            let chart = "/v1/clients/\(client.clientID)"
            paths.append(chart)
            for part in ["care-team", "guardians", "consents", "enrollments", "attendance", "homework", "couples"] {
                paths.append("\(chart)/\(part)")
            }
        }
        for id in [house.group, house.valorGroup] {
            let group = "/v1/groups/\(id)"
            paths.append(group)
            for part in ["enrollments", "meetings", "facilitators", "homework"] {
                paths.append("\(group)/\(part)")
            }
        }
        return paths
    }

    /// The answers to the account with these ties, where it is answered; without the account itself, which is what changes.
    func answers(_ paths: [String], by ties: [Tie]) async throws -> [String: JSONValue] {
        try await tie(ties)
        var answers: [String: JSONValue] = [:]
        for path in paths {
            let answer = try await world.request(.get, path, as: person)
            if answer.status == 200 { answers[path] = answer.json.without(.text("\(person.accountID)")) }
        }
        return answers
    }
}

extension JSONValue {
    /// The same without what has this id.
    fileprivate func without(_ id: JSONValue) -> JSONValue {
        switch self {
        case .object(let members): .object(members.map { JSONMember($0.name, $0.value.without(id)) })
        case .array(let elements): .array(elements.filter { $0["id"] != id }.map { $0.without(id) })
        default: self
        }
    }
}
