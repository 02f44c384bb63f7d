import Foundation
import Postgres
import Practice
import TestSupport

/// What a request names beside its path, and whether it is there for the caller: `Asking/6_references.sql`.
extension Stage {
    /// By which actions a thing of a kind is seen: the rules of reading of its resources, by the words of the domain.
    private static let readings = [
        "client": ["client.read", "client.search", "care_team.read"], "guardian": ["guardianship.read"],
        "staff": ["staff.read"], "program": ["program.read"], "track": ["program.read"], "phase": ["program.read"],
        "group": ["group.read"], "meeting": ["group.read"], "appointment": ["appointment.read"],
        "exercise": ["exercise.read"],
    ]

    private struct Name {
        let kind: String
        let id: UUID?
        let isThere: Bool
    }

    var swapOfPrograms: Query<Int> {
        let things = scenes.first?.things ?? [:]
        return .run("select from asking.swap_programs(\(Self.twin), \(things[.program]), \(things[.hiddenProgram]))")
    }

    /// All that the caller of a scene could name; from everywhere, from a request about the scene, and in the twin, where all are
    /// tied to it.
    func namings(of scene: Scene) -> [Query<Int>] {
        let ofRequest = [
            Name(kind: "client", id: scene.client.clientID.uuid, isThere: true),
            Name(kind: "group", id: scene.group.uuid, isThere: true),
        ]
        let inTwin = [
            Name(kind: "client", id: scene.client.clientID.uuid, isThere: true),
            Name(kind: "guardian", id: scene.parent.guardianID.uuid, isThere: true),
        ]
        let about = Reach(clients: [scene.client.clientID.uuid], groups: [scene.group.uuid])
        let isStranger = scene.tie == .none
        return [naming(names(in: scene), by: scene, in: world.mesa.id.uuid, about: .nothing)]
            + (isStranger ? [naming(ofRequest, by: scene, in: world.mesa.id.uuid, about: about)] : [])
            + (isStranger && scene.role == .counselor
                ? [naming(inTwin, by: scene, in: Self.twin, about: .nothing)] : [])
    }

    private func names(in scene: Scene) -> [Name] {
        func name(_ kind: String, _ id: UUID?, _ thing: Thing?) -> Name {
            let cells = (Self.readings[kind] ?? []).flatMap { Matrix.cells($0, scene.role) }
            let isThere = cells.contains { cell in
                guard let thing else { return cell.relation == "any" }
                return scene.tie.holds(cell.relation, thing, resource: cell.resource)
            }
            return Name(kind: kind, id: id, isThere: isThere)
        }
        let things: [Thing] = [
            .client, .staff, .program, .hiddenProgram, .group, .meeting, .appointment, .coupleAppointment,
            .groupAppointment, .exercise,
        ]
        let ofPrograms = [Thing.program, .hiddenProgram].flatMap { thing in
            ["track", "phase"].map { name($0, scene.things[thing], thing) }
        }
        // In the twin this scene's client is also a child of that scene's parent.
        let neighbour = scenes[scene.number % 7]
        let parents = [
            name("guardian", scene.parent.guardianID.uuid, .client),
            name("guardian", neighbour.parent.guardianID.uuid, neighbour.number == scene.number ? .client : nil),
        ]
        let nothing = Self.readings.keys.sorted().map { Name(kind: $0, id: nil, isThere: false) }
        return things.map { name($0.kind, scene.things[$0], $0) } + ofPrograms + parents + nothing
    }

    private func naming(_ names: [Name], by scene: Scene, in practice: UUID?, about: Reach) -> Query<Int> {
        let missing = names.enumerated().filter { !$0.element.isThere }.map { Int32($0.offset + 1) }
        return .run(
            """
            select from asking.name_things(
                \(scene.name), \(practice), \(scene.caller.accountID),
                \(scene.role == .client ? scene.caller.clientID : nil), \(scene.role.rawValue), \(Array(about.clients)),
                \(Array(about.groups)), \(names.map(\.kind)), \(names.map(\.id)), \(missing))
            """)
    }
}
