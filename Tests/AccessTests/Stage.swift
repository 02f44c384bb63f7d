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

    /// The practice whose ids are those of the stage, and whose ties are others.
    static let twin = UUID(uuidString: "019b8ee3-0000-7000-8000-0000000000ff")

    /// A database with the stage in it, and with what the tests ask of it (`Asking`), of which each suite gets a copy.
    static let staging = Staging(name: "stage", files: ["Tests/AccessTests", "openapi.yaml"]) { world in
        let scenes = try await world.seed(world.mesa, scenes)
        try await Stage(world: world, scenes: scenes).prepareAsking()
    }

    /// The stage in a copy of that database.
    static func found(in world: World) async throws -> Stage {
        Stage(world: world, scenes: try await world.retrace(world.mesa, scenes))
    }

    @Sendable private static func scenes(_ seed: inout Seed) throws -> [Scene] {
        let program = seed.program("Stage")
        let hidden = seed.hiddenProgram()
        seed.questionnaire()
        let colleague = seed.staff("Bea Background", .counselor)
        let chief = seed.staff("Chris Chief", .supervisor)
        seed.supervision(colleague, chief)
        let stray = try seed.client("Stan Stray", born: "1980-01-01")
        let background = Background(
            program: program, hiddenProgram: hidden,
            farGroup: seed.group("Far", in: program, timeZone: "Pacific/Kiritimati"), colleague: colleague,
            stray: stray)
        var number = 0
        let scenes = try Tie.allCases.flatMap { tie in
            try tie.roles.map { role in
                number += 1
                return try seed.scene(number, tie, role, before: background)
            }
        }
        for scene in scenes { seed.supervision(scene.author, chief) }
        for scene in scenes where scene.isFull { try scene.fill(&seed) }
        if let scene = scenes.last { fillTheRest(&seed, scene) }
        return scenes
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

    /// What a function of the schema `asking` has to say, as the server's role asked it; with names in place of ids.
    func complaints(_ function: SQL, isUndone: Bool = false) async throws -> [String] {
        let query: Query<[String]> = .rows("select * from \(function)") { try $0.next() }
        return try await world.database.superuser.transaction(
            TransactionOptions(timeout: Patience.long, statementTime: Patience.long)
        ) { tx in
            let complaints = try await tx.pipeline(query).map(named)
            if isUndone { try await tx.script("rollback; begin") }
            return complaints
        }
    }

    /// The same of several, two at a time.
    func complaints<Value: Sendable>(
        of values: [Value], isUndone: Bool = false, _ function: @escaping @Sendable (Value) -> SQL
    ) async throws -> [String] {
        try await withThrowingTaskGroup(of: [String].self) { group in
            var complaints: [String] = []
            for (index, value) in values.enumerated() {
                if index >= 2 { complaints += try await group.next() ?? [] }
                group.addTask { try await self.complaints(function(value), isUndone: isUndone) }
            }
            for try await found in group { complaints += found }
            return complaints.sorted()
        }
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

extension Stage {
    /// A complaint in which the people and things of the scenes have names.
    func named(_ complaint: String) -> String {
        let ids = complaint.matches(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/).map { String($0.0) }
        return Set(ids).reduce(complaint) { text, id in
            guard let name = name(of: id) else { return text }
            return text.replacing(id, with: name)
        }
    }

    private func name(of id: String) -> String? {
        guard let id = UUID(uuidString: id) else { return nil }
        for scene in scenes {
            let people = [
                ("the caller", scene.caller.clientID.uuid), ("the caller", scene.caller.accountID.uuid),
                ("the client", scene.client.clientID.uuid), ("the partner", scene.partner.clientID.uuid),
                ("the couple", scene.couple.uuid), ("the group", scene.group.uuid),
            ]
            let things = scene.things.map { ("the \($0.key)", $0.value) }.sorted { $0.0 < $1.0 }
            if let (name, _) = (people + things).first(where: { $0.1 == id }) { return "\(name) of “\(scene.name)”" }
        }
        return nil
    }
}

/// Gives a suite a copy of the stage: its tests read and are refused, and leave nothing but audit rows.
struct OnStage: SuiteTrait, TestScoping {
    /// Whether the server's roles have every right on the tables, so that policies are asked alone.
    var isOpen = false

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withStage { stage in
            if isOpen { try await stage.world.database.superuser.run("select from asking.open_tables()") }
            try await Stage.$current.withValue(stage, operation: function)
        }
    }
}

/// Gives a test a copy of the stage.
func withStage<R: Sendable>(_ body: @Sendable (Stage) async throws -> R) async throws -> R {
    try await withWorld(Stage.staging) { try await body(try await Stage.found(in: $0)) }
}

extension Trait where Self == OnStage {
    /// On a stage that the whole suite shares.
    static var onStage: OnStage { OnStage() }

    /// The same, with every right on the tables.
    static var onOpenStage: OnStage { OnStage(isOpen: true) }
}
