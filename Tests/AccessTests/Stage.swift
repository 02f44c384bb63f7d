import Foundation
import Postgres
import Practice
import TestSupport
import Testing

/// A practice with a scene for every tie and role that the matrix knows, and the practice next door.
struct Stage: Sendable {
    let world: World
    let scenes: [Scene]

    @TaskLocal static var current: Stage?

    static func set(in world: World) async throws -> Stage {
        let scenes = try await world.seed(world.mesa) { seed in
            let program = seed.program("Stage")
            seed.questionnaire()
            let colleague = seed.staff("Bea Background", .counselor)
            let stray = try seed.client("Stan Stray", born: "1980-01-01")
            var number = 0
            let scenes = try Tie.allCases.flatMap { tie in
                try tie.roles.map { role in
                    number += 1
                    return try seed.scene(number, tie, role, in: program, with: colleague, and: stray)
                }
            }
            if let scene = scenes.last { fillTheRest(&seed, scene) }
            return scenes
        }
        return Stage(world: world, scenes: scenes)
    }

    /// What a door said.
    enum Answer: Sendable, Hashable, CustomStringConvertible {
        case allowed(role: String, relation: String, shows: Set<String>)
        case refused(String)

        static let notFound = Answer.refused("PC404")
        static let never = Answer.refused("42501")

        var isAllowed: Bool { if case .allowed = self { true } else { false } }

        var description: String {
            switch self {
            case .allowed(let role, let relation, _): "allowed as \(role) by \(relation)"
            case .refused(let state): state
            }
        }
    }

    /// Has somebody try.
    func enter(_ person: Person, _ action: String, _ kind: String, _ id: UUID?) async throws -> Answer {
        do {
            let entry = try await world.database.server.pipeline(
                world.enter(person, action, kind, id))
            return .allowed(
                role: entry[2] ?? "", relation: entry[3] ?? "", shows: Set(entry.dropFirst(5).compactMap(\.self)))
        } catch {
            guard let state = error.sqlState else { throw error }
            return .refused(state)
        }
    }

    /// Has the caller of a scene try, about a thing of that scene.
    func enter(_ scene: Scene, _ action: String, _ thing: Thing?) async throws -> Answer {
        try await enter(scene.caller, action, thing?.kind ?? "none", thing.flatMap { scene.things[$0] })
    }

    /// Runs a body over many values, several at a time, and gathers what it has to say.
    func complaints<Value: Sendable>(
        _ values: some Sequence<Value>, _ body: @escaping @Sendable (Value) async throws -> String?
    ) async throws -> [String] {
        try await withThrowingTaskGroup(of: String?.self) { group in
            var complaints: [String] = []
            for (index, value) in values.enumerated() {
                if index >= 8, let complaint = try await group.next() ?? nil { complaints.append(complaint) }
                group.addTask { try await body(value) }
            }
            for try await complaint in group { if let complaint { complaints.append(complaint) } }
            return complaints.sorted()
        }
    }
}

/// Sets the stage once for a suite: its tests read and are refused, and leave nothing but audit rows.
struct OnStage: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withWorld { world in
            try await Stage.$current.withValue(try await Stage.set(in: world), operation: function)
        }
    }
}

extension Trait where Self == OnStage {
    /// On a stage that the whole suite shares.
    static var onStage: OnStage { OnStage() }
}
