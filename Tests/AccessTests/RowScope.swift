import Foundation
import JSON
import Postgres
import Practice
import TestSupport

/// What a request has proven of itself when it looks at rows, and what it reaches by way of other tables.
struct RowScope: Sendable {
    let who: String
    let about: String
    /// The role at the database.
    let databaseRole: String
    let scene: Scene
    let account: ID<Account>?
    let ownClient: ID<Client>?
    let action: String
    let role: String
    let relation: String
    let shows: [String]
    let bound: String
    let reach: Reach
    let apart: [Admission.Apart]

    /// Of somebody whom a door lets in.
    init(_ scene: Scene, _ action: String, _ thing: Thing?, _ admission: Admission) {
        self.scene = scene
        self.action = action
        who = scene.name
        about = thing?.rawValue ?? "a list"
        databaseRole = "cairn_server"
        account = scene.caller.accountID
        ownClient = scene.role == .client ? scene.caller.clientID : nil
        role = admission.role.rawValue
        relation = admission.relation
        shows = admission.shows
        bound = admission.bound
        reach = admission.reach
        apart = admission.apart
    }

    /// Of nobody's: of the worker, or of the public.
    init(
        of role: String, by relation: String, _ action: String, _ shows: String, bound: String, _ databaseRole: String,
        reach: Reach = .nothing, in scene: Scene
    ) {
        self.scene = scene
        self.action = action
        self.role = role
        self.relation = relation
        self.databaseRole = databaseRole
        self.bound = bound
        self.reach = reach
        apart = []
        who = "the \(role)"
        about = "its work"
        account = nil
        ownClient = nil
        self.shows = [shows]
    }

    // MARK: What is reached by way of other tables

    /// The guardians of the clients in scope, also those whose right has ended, which the list of guardians says; a guardian
    /// is alone in it.
    private var guardians: Set<UUID> {
        let own = account == nil ? nil : scene.ownGuardian?.uuid
        var guardians: Set<UUID> = []
        if role != "guardian", reach.clients.contains(scene.client.clientID.uuid) {
            guardians.insert(scene.parent.guardianID.uuid)
            if scene.tie.scopes != nil, let guardian = scene.ownGuardian { guardians.insert(guardian.uuid) }
        }
        return own.map { guardians.union([$0]) } ?? guardians
    }

    private var attended: Set<UUID> {
        guard account != nil, scene.tie.isAttendee else { return [] }
        return Set(Thing.allCases.filter { $0.kind == "appointment" }.compactMap { scene.things[$0] })
    }

    /// The partner's homework that two keys have opened, while the couple is one.
    private var released: Set<UUID> {
        scene.tie == .sharesWithTheClient ? Set([scene.things[.coupleHomework]].compactMap(\.self)) : []
    }

    private var inquiries: Set<UUID> {
        guard account != nil, scene.tie.hasTheInquiry else { return [] }
        return Set([Thing.inquiry, .acceptedInquiry].compactMap { scene.things[$0] })
    }

    /// Whom the caller treats or oversees, of those whom several ties reach.
    private var inFull: Set<UUID> {
        Set(apart.filter { ["treats", "oversees"].contains($0.relation) }.flatMap(\.reach.clients))
    }

    /// As the door says it of ties that differ in what they show.
    private var ties: JSONB? {
        if apart.isEmpty { return nil }
        let ties = apart.map { tie in
            JSONValue.object([
                JSONMember("staff", .bool(tie.isOfStaff)),
                JSONMember("shows", .array(tie.shows.map { .text($0) })),
                JSONMember("bound", .text(Admission.bound(by: tie.relation, to: nil))),
                JSONMember("clients", .array(tie.reach.clients.map { .text($0.uuidString) })),
                JSONMember("groups", .array(tie.reach.groups.map { .text($0.uuidString) })),
            ])
        }
        return JSONB(bytes: JSONValue.array(ties).bytes)
    }

    /// Whose identity the caller may see, and so search by: of whom the caller treats or oversees.
    private var identified: Set<UUID> {
        if action == "client.read" { return Set(apart.filter { $0.shows("identity") }.flatMap(\.reach.clients)) }
        guard account != nil, action == "client.search" else { return [] }
        switch role {
        case "counselor", "intern": return scene.reach(by: "treats")?.clients ?? []
        case "supervisor": return scene.reach(by: "oversees")?.clients ?? []
        default: return []
        }
    }

    /// Whoever was ever in the groups in scope.
    private var members: Set<UUID> {
        let ofGroup = reach.groups.contains(scene.group.uuid) ? Set(scene.places.map(\.client)) : []
        return reach.groups == scene.ofOtherGroup.groups ? ofGroup.union(scene.ofOtherGroup.clients) : ofGroup
    }

    func insert(_ number: Int, in practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            insert into asking.scopes
                (scope, who, about, db_role, scene, practice, account, own_client, role, relation, action, shows, bound,
                 clients, couples, groups, guardians, attended, released, inquiries, members,
                 identified, apart, in_full)
            values (\(Int32(number)), \(who), \(about), \(databaseRole), \(Int32(scene.number)), \(practice), \(account),
                    \(ownClient), \(role), \(relation), \(action), \(shows), \(bound), \(Array(reach.clients)),
                    \(Array(reach.couples)), \(Array(reach.groups)), \(Array(guardians)), \(Array(attended)),
                    \(Array(released)), \(Array(inquiries)), \(Array(members)), \(Array(identified)),
                    \(ties), \(Array(inFull)))
            """)
    }
}

extension Stage {
    /// The scopes that tables are looked at with: of each way through a door, from each tie that makes a difference to it.
    var rowScopes: [RowScope] {
        var met: Set<String> = []
        var scopes: [RowScope] = []
        for scene in scenes {
            for action in Matrix.allActions {
                for thing in Thing.targets(of: action) {
                    for admission in scene.expectation(action, thing).admissions {
                        let key = "\(action) \(scene.differs(admission, action, thing))"
                        if met.insert(key).inserted { scopes.append(RowScope(scene, action, thing, admission)) }
                    }
                }
            }
        }
        return scopes + scopesOfOnePartner + scopesOfTwoClients + scopesThatReachNobody + scopesOfNobody
    }

    /// The partner as if the door had let the partner in, whatever became of the keys: the rows are behind a lock of their
    /// own.
    private var scopesOfOnePartner: [RowScope] {
        scenes.filter(\.tie.isPartner).map { scene in
            let admission = Admission(
                scene: scene.number, role: .client, relation: "shared_with",
                shows: ["answers", "done", "due", "title"], bound: "shared",
                reach: scene.reach(of: .coupleHomework, by: "shared_with", resource: "homework"))
            return RowScope(scene, "homework.read", .coupleHomework, admission)
        }
    }

    /// Requests that reach both the client and the partner: of whoever sees the identity of both, of one, or of none, in searching
    /// and elsewhere; and of a client, though no door reaches two.
    private var scopesOfTwoClients: [RowScope] {
        let ties: [Tie] = [.none, .treats, .treatsThePartner, .facilitates]
        let searchers = scenes.filter { ties.contains($0.tie) && $0.role == .counselor }
        let requests =
            searchers.map { ($0, "client.search", "sees_client", ["name"]) }
            + searchers.map { ($0, "client.change", "treats", ["all"]) }
            + scenes.filter { $0.tie == .isTheClient }.map {
                ($0, "client.change", "self", ["contact", "safe_contact"])
            }
        return requests.map { scene, action, relation, shows in
            let both: Set<UUID> = [scene.client.clientID.uuid, scene.partner.clientID.uuid]
            let admission = Admission(
                scene: scene.number, role: scene.role, relation: relation, shows: shows, bound: "client",
                reach: Reach(clients: both))
            return RowScope(scene, action, nil, admission)
        }
            + searchers.filter { $0.tie == .treats }.flatMap { scene in
                ["client.read", "client.change"].map { scopeOfTwoTies(scene, $0) }
            }
    }

    /// Of a list that two ties let in: of the client, whom the caller treats, all is shown, and of the partner, whom the caller
    /// leads, less; and as if it were no list.
    private func scopeOfTwoTies(_ scene: Scene, _ action: String) -> RowScope {
        let (client, partner) = (scene.client.clientID.uuid, scene.partner.clientID.uuid)
        let less = ["age", "name", "safe_contact"]
        let admission = Admission(
            scene: scene.number, role: scene.role, relation: "leads_client", shows: less, bound: "client",
            reach: Reach(clients: [client, partner]),
            apart: [
                .init(isOfStaff: true, relation: "treats", shows: ["all"], reach: Reach(clients: [client])),
                .init(isOfStaff: true, relation: "leads_client", shows: less, reach: Reach(clients: [partner])),
            ])
        return RowScope(scene, action, nil, admission)
    }

    /// Somebody who writes about nobody in scope, though no door lets in to that: it is refused for that alone.
    private var scopesThatReachNobody: [RowScope] {
        scenes.filter { $0.role == .counselor && $0.tie == .isTiedInEveryWay }.flatMap { scene in
            [("process_note.create", "treats", "client"), ("enrollment.propose", "facilitates", "group")].map {
                let admission = Admission(
                    scene: scene.number, role: scene.role, relation: $1, shows: ["all"], bound: $2, reach: .nothing)
                return RowScope(scene, $0, nil, admission)
            }
        }
    }

    private var scopesOfNobody: [RowScope] {
        guard let scene = scenes.first else { return [] }
        let client = Reach(clients: [scene.client.clientID.uuid])
        return Matrix.workersActions.map {
            RowScope(of: "worker", by: "any", $0, "all", bound: "practice", "cairn_worker", in: scene)
        }
            + Matrix.jobs.sorted { $0.key < $1.key }.map {
                RowScope(
                    of: "worker", by: "leased", $0.key, $0.value, bound: "client", "cairn_worker", reach: client,
                    in: scene)
            }
            + [RowScope(of: "public", by: "none", "inquiry.submit", "none", bound: "none", "cairn_server", in: scene)]
    }
}

extension Scene {
    /// What tells one scope of an action from another, to rows: not which of the staff it is, and no more of the tie than that
    /// it holds, whose the name on it is, and how far the keys of a couple are turned.
    fileprivate func differs(_ admission: Admission, _ action: String, _ thing: Thing?) -> String {
        let role = admission.role.isStaff ? "staff" : admission.role.rawValue
        if admission.relation == "any" { return "\(role) any" }
        let names = [
            tie.isAuthor, tie.isAttendee, tie.hasTheInquiry, tie == .answeredTheInquiryUntilYesterday, tie.isPartner,
            tie.isTiedInAllWays, [.treatsThePartner, .guardsThePartner, .facilitatesAnotherGroup].contains(tie),
        ]
        let details =
            if action.hasPrefix("homework.") && tie.isPartner || admission.relation == "reviews" { tie.rawValue }
            // What is searched by depends on the tie, which the relation does not say.
            else if action == "client.search" { "\(self.role) \(tie)" } else { "" }
        let reach = admission.reach
        return """
            \(role) \(admission.relation) \(admission.bound) \(thing?.rawValue ?? "") \(names) \(details) \
            \(reach.clients.count) \(reach.couples.count) \(reach.groups.count) \(admission.apart.map(\.relation))
            """
    }
}
