import Postgres
import Practice
import Synchronization
import TestSupport
import Testing

@testable import Features

/// The two keys of a couple's homework under two hands at once: whatever meets whatever, in whichever order its statements
/// come, it comes out as if one had been done after the other.
@Suite struct HomeworkKeysTests {
    @Test(
        arguments: [
            [.share(1), .takeBack(0)], [.share(1), .unshare(0)], [.share(1), .giveBack(0)], [.share(1), .withdraw(0)],
            [.share(0), .share(1)], [.share(0), .takeBack(0)], [.share(0), .giveBack(0)], [.unshare(0), .unshare(1)],
            [.unshare(0), .takeBack(1)], [.takeBack(0), .takeBack(1)], [.takeBack(0), .giveBack(0)],
            [.takeBack(0), .withdraw(0)], [.takeBack(0), .giveBack(1)], [.giveBack(0), .giveBack(1)],
            [.giveBack(0), .withdraw(1)], [.unshare(0), .withdraw(0)], [.share(1), .endCouple],
            [.takeBack(0), .endCouple],
        ] as [[KeysModel.Act]])
    func `every order of the statements of two acts comes out as one after the other`(
        acts: [KeysModel.Act]
    ) async throws {
        try await withWorld { world in
            var pairs = try await KeyPairs(world)
            var (met, outcomes) = (0, Set<String>())
            for (his, hers) in [(false, false), (true, false), (false, true), (true, true)] {
                let start = KeysModel(his: his, hers: hers)
                for order in orders(3, 3) {
                    let pair = try await pairs.next(his: his, hers: hers)
                    let came = try await pair.play(acts, in: order, world)
                    let serial = [[0, 1], [1, 0]].map { Self.serial(acts, $0, from: start) }
                    #expect(serial.contains(came.ending), "\(acts) from \(his), \(hers) in \(order): \(came.ending)")
                    #expect(!came.ending.isRead, "\(acts) from \(his), \(hers) in \(order)")
                    if came.hasMet { met += 1 }
                    outcomes.formUnion(came.ending.told.map(\.word))
                    if acts.contains(.endCouple) { try await pairs.beginAgain() }
                }
            }
            // The orders are not all one after the other, and something is done in them.
            #expect(met > 20 && outcomes.contains("accepted"), "\(met), \(outcomes)")
        }
    }

    @Test(
        arguments: [[.share(1), .takeBack(0)], [.share(1), .unshare(0)], [.share(1), .giveBack(0)]] as [[KeysModel.Act]]
    )
    func `and so do the orders of every single statement, where one key is turned and the other taken back`(
        acts: [KeysModel.Act]
    ) async throws {
        try await withWorld { world in
            var pairs = try await KeyPairs(world)
            var endings = Set<String>()
            let serial = [[0, 1], [1, 0]].map { Self.serial(acts, $0, from: KeysModel(his: true, hers: false)) }
            for order in orders(5, 5) {
                let came = try await pairs.next(his: true, hers: false).play(acts, in: order, world, isFine: true)
                #expect(serial.contains(came.ending) && !came.ending.isRead, "\(acts) in \(order): \(came.ending)")
                endings.insert("\(came.ending.told.map(\.word))")
            }
            // Either of them may come first.
            #expect(endings.count == 2, "\(endings)")
        }
    }

    @Test func `who changes a key without having held both pieces is stopped by the row's own rule`() async throws {
        try await withWorld { world in
            var pairs = try await KeyPairs(world)
            for acts in [[.share(1), .takeBack(0)], [.share(1), .unshare(0)], [.share(1), .giveBack(0)]]
                as [[KeysModel.Act]]
            {
                let serial = [[0, 1], [1, 0]].map { Self.serial(acts, $0, from: KeysModel(his: true, hers: false)) }
                for order in orders(3, 3) {
                    let came = try await pairs.next(his: true, hers: false).play(acts, in: order, world, holds: false)
                    #expect(serial.contains(came.ending) && !came.ending.isRead, "\(acts) in \(order): \(came.ending)")
                }
            }
        }
    }

    /// How two acts come out one after the other.
    private static func serial(_ acts: [KeysModel.Act], _ order: [Int], from start: KeysModel) -> Ending {
        var (model, told) = (start, [KeysModel.Told](repeating: .init(word: ""), count: 2))
        for index in order { told[index] = model.take(acts[index], seen: start) }
        return Ending(acts: acts, told: told, model: model)
    }
}

/// How two acts came out: what each was told, and how everything stands afterwards.
private struct Ending: Equatable {
    var acts: [KeysModel.Act]
    var told: [KeysModel.Told]
    var model: KeysModel

    /// Whether one was shown what the other was told to have taken back.
    var isRead: Bool {
        zip(acts, told).contains { act, told in told.isOpen && told.word == "accepted" && act.shares }
            && zip(acts, told).contains { act, told in told.word == "accepted" && act.takesBack }
    }
}

extension KeysModel.Act {
    fileprivate var shares: Bool { if case .share = self { true } else { false } }

    fileprivate var takesBack: Bool {
        switch self {
        case .unshare, .takeBack, .giveBack: true
        case .share, .withdraw, .endCouple: false
        }
    }
}

/// Pieces of the couple, a pair for each order that is tried.
struct KeyPairs {
    let world: World
    private let assignment: ID<Assignment>
    private var occurrence = 100

    init(_ world: World) async throws {
        self.world = world
        assignment = try await world.database.superuser.pipeline(
            Query.row("select assignment_id from homework where homework_id = \(world.mesa.coupleHomework[0])") {
                try $0.next()
            })
    }

    /// Two pieces that were handed in, with their keys.
    mutating func next(his: Bool, hers: Bool) async throws -> KeyPair {
        occurrence += 1
        let (mesa, now) = (world.mesa, world.clock.now)
        let ids = [ID<Homework>(world.surroundings.newID()), ID<Homework>(world.surroundings.newID())]
        // The ids of his and of hers lie in this order or in that.
        let pieces = occurrence.isMultiple(of: 2) ? ids : ids.reversed()
        for (piece, (person, isShared)) in zip(pieces, [(mesa.client, his), (mesa.partner, hers)]) {
            try await world.run(
                """
                insert into homework
                    (practice_id, homework_id, assignment_id, exercise_version_id, client_id, couple_id, occurrence, title,
                     opens_at, due_at, state, submissions, submitted_at, first_submitted_at, submitted_digest, shared_at,
                     version)
                values (\(mesa.id), \(piece), \(assignment), \(mesa.exerciseVersion), \(person.clientID), \(mesa.couple),
                        \(occurrence), 'Check-in', \(now), \(now), 'submitted', 1, \(now), \(now), sha256('\\x00'),
                        \(isShared ? now : nil), 2)
                """)
        }
        return KeyPair(pieces: pieces)
    }

    /// The couple as it was.
    func beginAgain() async throws {
        try await world.run(
            """
            update couples set during = daterange(lower(during), null), ended_at = null, version = version + 1
            where couple_id = \(world.mesa.couple) and ended_at is not null
            """)
        try await world.run(
            "update couple_members set during = daterange(lower(during), null) where couple_id = \(world.mesa.couple)")
    }
}

struct KeyPair {
    let pieces: [ID<Homework>]

    /// Steps two acts beside each other: the door and the locks, the act and what is shown of the partner, the commit. Fine
    /// steps are single statements.
    fileprivate func play(
        _ acts: [KeysModel.Act], in order: [Int], _ world: World, isFine: Bool = false, holds: Bool = true
    ) async throws -> (ending: Ending, hasMet: Bool) {
        let told = acts.map { _ in Box() }
        let transactions = zip(acts, told).map { act, told in
            let single = steps(of: act, telling: told, world)
            let steps = holds ? single : [single[0], single[2], single[3]]
            guard !isFine else { return steps }
            let half = steps.count / 2
            return [steps[..<half], steps[half...]].map { steps -> InterleavedStep in
                { tx in for step in steps { try await step(tx) } }
            }
        }
        let (outcomes, waited, _) = try await interleave(order, transactions, in: world.database)
        var ending = Ending(acts: acts, told: told.map(\.value), model: try await standing(world))
        for (index, outcome) in outcomes.enumerated() {
            if case .refused(let code) = outcome { ending.told[index] = KeysModel.Told(word: code) }
        }
        return (ending, !waited.isEmpty)
    }

    private func steps(of act: KeysModel.Act, telling box: Box, _ world: World) -> [InterleavedStep] {
        let (mesa, practice, now) = (world.mesa, world.mesa.id, world.clock.now)
        func steps(_ index: Int, _ person: Person, _ action: String, _ work: Query<Homework.Changed>)
            -> [InterleavedStep]
        {
            let piece = pieces[index]
            return [
                world.enter(person, action, "homework", piece.uuid).step(), Homework.holdBoth(piece).step(),
                work.step { box.value = KeysModel.Told(word: $0.outcome.rawValue) },
                Homework.partnerHomework(beside: piece).step { box.value.isOpen = act.shares && $0 != nil },
            ]
        }
        let (clients, counselors) = ([mesa.client, mesa.partner], [mesa.counselor, mesa.intern])
        switch act {
        case .share(let index), .unshare(let index):
            return steps(
                index, clients[index], "homework.share",
                Homework.share(act.shares, pieces[index], of: practice, ifVersion: 2, at: now))
        case .takeBack(let index):
            return steps(
                index, clients[index], "homework.submit",
                Homework.takeBack(pieces[index], of: practice, ifVersion: 2, at: now))
        case .giveBack(let index):
            return steps(
                index, counselors[index], "homework.review",
                Homework.review(.returned, sealedComment: nil, of: pieces[index], of: practice, ifVersion: 2, at: now))
        case .withdraw(let index):
            return steps(
                index, counselors[index], "homework.withdraw",
                Homework.withdraw(pieces[index], andLater: false, of: practice, ifVersion: 2))
        case .endCouple:
            return [
                world.enter(mesa.counselor, "couple.change", "couple", mesa.couple.uuid).step(),
                { tx in
                    for change in Couple.end(mesa.couple, on: nil, seen: nil) {
                        _ = try await tx.pipeline(change)
                    }
                    box.value = KeysModel.Told(word: "accepted")
                },
            ]
        }
    }

    private func standing(_ world: World) async throws -> KeysModel {
        var model = KeysModel(his: false, hers: false)
        let rows = try await world.database.superuser.pipeline(
            Query.rows(
                """
                select h.state, h.shared_at is not null, h.version::int, c.ended_at is not null
                from unnest(\(pieces)) with ordinality p (id, n) join homework h on h.homework_id = p.id
                    join couples c using (practice_id, couple_id) order by p.n
                """
            ) { (try $0.next(String.self), try $0.next(Bool.self), try $0.next(Int.self), try $0.next(Bool.self)) })
        model.pieces = rows.map { KeysModel.Piece(state: $0.0, isShared: $0.1, version: $0.2) }
        model.hasEnded = rows.contains(where: \.3)
        return model
    }
}

/// What a step came to.
private final class Box: Sendable {
    private let told = Mutex(KeysModel.Told(word: ""))

    var value: KeysModel.Told {
        get { told.withLock { $0 } }
        set { told.withLock { $0 = newValue } }
    }
}
