import Practice
import TestSupport

@testable import Postgres

/// A world with three estates, who may try something in it, and how a request to a place of an id is made.
struct Sweep: Sendable {
    let world: World
    /// Of which the callers have what their roles and ties give them.
    let own: Estate
    /// Of the same practice, and with other people in it.
    let hidden: Estate
    let foreign: Estate
    let callers: [Caller]
    /// Action and role where the role alone is enough.
    private let open: Set<[String]>

    /// Somebody in one role, with one tie.
    struct Caller: Sendable, Hashable {
        let name: String
        let person: Person
        var role: Role { person.roles[0] }

        static func == (left: Caller, right: Caller) -> Bool { left.name == right.name }
        func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }

    /// Which thing an id is of.
    enum Whose: CaseIterable { case own, hidden, foreign, random, malformed }

    init(in world: World) async throws {
        self.world = world
        own = try await world.estate("Own", in: world.mesa)
        hidden = try await world.estate("Hidden", in: world.mesa, isPublished: false)
        foreign = try await world.estate("Foreign", in: world.tempe)
        let house = world.mesa
        let strangers = try await world.seed(house) { seed in
            let ward = try seed.client("Will Ward", born: "2011-03-04")
            let former = seed.guardian("Fern Former", of: ward)
            seed.add(
                """
                update guardianships set during = daterange('2025-01-01', '2025-12-31'), version = 2
                where practice_id = \(house.id) and guardian_id = \(former.guardianID)
                """)
            let left = try seed.client("Lou Left")
            seed.add(
                """
                update clients set status = 'inactive', version = 2
                where practice_id = \(house.id) and client_id = \(left.clientID)
                """)
            return [
                ("supervisor of nobody", seed.staff("Saul Stray", .supervisor)),
                ("intern of nobody", seed.staff("Ivy Stray", .intern)), ("former guardian", former),
                ("client who left", left),
            ]
        }
        let cast = own
        let tied = try [
            "counselor", "intern", "supervisor", "leader", "leadingSupervisor", "leadingIntern", "client", "partner",
            "member", "guardian",
        ].map { ($0, try cast.person($0)) }
        let roleAlone: [(String, Person)] = [
            ("owner", house.owner), ("admin", house.admin), ("intake", house.intake), ("auditor", house.auditor),
            ("counselor of nobody", house.newcomer),
        ]
        callers = (roleAlone + tied + strangers).map(Caller.init)
        let rules = try await world.database.superuser.pipeline(
            Query.rows("select action, role from access.rules where relation = 'any'") { row in
                [try row.next(String.self), try row.next(String.self)]
            })
        open = Set(rules)
    }

    /// Whether the role alone shows the caller everything of the practice that could stand there.
    func isOpen(_ position: IDPosition, _ kind: String, to caller: Caller) -> Bool {
        switch kind {
        // Seen by whoever sees one.
        case "closure", "document": return true
        default: break
        }
        let action: String?
        switch position.place {
        // Who is shown all rows of a list may pick any of them.
        case .query where open.contains([self.action(of: position) ?? "", caller.role.rawValue]): return true
        case .path(let name) where position.path.firstParameter == name: action = self.action(of: position)
        // Below its subject a thing of another subject is never there.
        case .path where !["peer", "staff", "supervisor"].contains(kind): return false
        default: action = Self.readings[kind]
        }
        return action.map { open.contains([$0, caller.role.rawValue]) } ?? false
    }

    /// What the route does, as its door is named.
    private func action(of position: IDPosition) -> String? {
        let route = world.routes.first { $0.method == position.method && $0.path == position.path }
        return route?.door?.text.split(separator: "\"").dropFirst().first?.split(separator: " ").first.map(String.init)
    }

    /// What reads a thing that is not the subject of the route. Others are only there below their subject.
    private static let readings = [
        "client": "client.read", "peer": "client.read", "member": "client.read", "single": "client.read",
        "guardian": "guardianship.read", "staff": "staff.read", "supervisor": "staff.read", "program": "program.read",
        "track": "program.read", "phase": "program.read", "otherPhase": "program.read", "group": "group.read",
        "otherGroup": "group.read", "meeting": "group.read", "appointment": "appointment.read",
        "exercise": "exercise.read",
        // Whose address it is, the desk may know of clients and guardians.
        "account": "client.read",
    ]
}

extension String {
    /// The first parameter of a path in braces.
    var firstParameter: String? { firstMatch(of: /\{([^}]*)\}/).map { String($0.1) } }
}
