import Practice
import Testing

@testable import Features

/// A streak without punishment: whatever happens, nothing that was reached is taken away.
@Suite struct ProgressRunTests {
    @Test(arguments: 0..<400 as Range<UInt64>)
    func `through random months nothing that was reached falls, and no victory goes`(_ seed: UInt64) {
        var history = RandomMonths(seed)
        var (before, victories): (ProgressRun?, [SmallVictory]) = (nil, [])
        for _ in 0..<120 {
            history.step()
            let run = ProgressRun(history.pieces, at: history.now)
            let present = SmallVictory.all(history.pieces, run, firstShared: nil, today: history.now.utcDay)
            #expect(run.done == history.handedIn)
            #expect(run.present <= run.longest && run.longest <= run.done)
            if let before {
                #expect(run.done >= before.done && run.longest >= before.longest)
                for victory in victories {
                    #expect(present.contains { $0.code == victory.code && $0.times >= victory.times })
                }
            }
            (before, victories) = (run, present)
        }
        #expect(history.gaps > 0 && history.handedIn > 0, "the history has both")
    }

    @Test func `a gap begins a new run and leaves the longest`() {
        let run = Told.run(.done(1), .done(2), .done(3), .open(4), .done(5), .done(6))
        #expect([run.present, run.longest, run.done] == [2, 3, 5])
        #expect(run.returns == [.day(5)])
    }

    @Test func `what was withdrawn breaks no run, though to go on after it is to come back`() {
        let run = Told.run(.done(1), .done(2), .withdrawn(3), .done(4))
        #expect([run.present, run.longest, run.done] == [3, 3, 3])
        #expect(run.returns == [.day(4)])
    }

    @Test func `what is late counts for the next run, what is not due yet for nothing but itself`() {
        let late = Told.run(.done(1), .late(2, 4), .done(3))
        #expect([late.present, late.longest, late.done] == [2, 2, 3])
        let early = Told.run(.done(1), .early(20, 2), .open(30))
        #expect([early.present, early.longest, early.done] == [2, 2, 2])
    }

    @Test func `no word of encouragement reproaches`() {
        let words = [
            "late", "missed", "miss", "fail", "failed", "only", "should", "must", "lost", "behind", "but", "streak",
            "broken",
        ]
        for (done, gap) in [
            (0, false), (1, false), (1, true), (2, true), (2, false), (7, true), (7, false), (100, false),
        ] {
            let pieces = (0..<done).map { Told.done($0 + 1).piece() } + (gap ? [Told.open(200).piece()] : [])
            let run = ProgressRun(pieces, at: .day(gap ? 300 : 150))
            let victories = SmallVictory.all(pieces, run, firstShared: .day(3), today: Instant.day(400).utcDay)
            for text in victories.map(\.text) + [Encouragement.now(run), Encouragement.cameBack] {
                let said = Set(text.lowercased().split { !$0.isLetter }.map(String.init))
                #expect(said.isDisjoint(with: words), "\(text)")
            }
        }
    }

    @Test func `milestones are told at the piece that reached them`() {
        let pieces = (1...30).map { Told.done($0).piece() }
        let run = ProgressRun(pieces, at: .day(40))
        let victories = SmallVictory.all(pieces, run, firstShared: nil, today: Instant.day(20).utcDay)
        #expect(
            victories.filter { $0.code.hasPrefix("done") }.map { [$0.code, "\($0.firstAt)"] } == [
                ["done_5", "\(Instant.day(5))"], ["done_10", "\(Instant.day(10))"], ["done_25", "\(Instant.day(25))"],
            ])
        #expect(victories.first { $0.code == "whole_week" }?.times == 2)
    }
}

/// A piece in a word: when it was due, and when it was handed in.
private enum Told {
    case done(Int), late(Int, Int), early(Int, Int), open(Int), withdrawn(Int)

    /// The run on the tenth day.
    static func run(_ told: Told...) -> ProgressRun { ProgressRun(told.map { $0.piece() }, at: .day(10)) }

    func piece() -> ClientProgress.Piece {
        switch self {
        case .done(let day): .at(.day(day), .day(day))
        case .late(let due, let at): .at(.day(due), .day(at))
        case .early(let due, let at): .at(.day(due), .day(at), isDue: false)
        case .open(let due): .at(.day(due), nil)
        case .withdrawn(let due): .at(.day(due), nil, isDue: false)
        }
    }
}

extension Instant {
    /// Noon of a day since 2026-01-04, a Sunday.
    fileprivate static func day(_ number: Int) -> Instant {
        Instant(secondsSince1970: 1_767_528_000 + Int64(number) * 86_400)
    }
}

extension ClientProgress.Piece {
    fileprivate static func at(_ due: Instant, _ handedIn: Instant?, isDue: Bool = true, lateFrom: Instant? = nil)
        -> Self
    {
        let monday = Weekday.allCases.firstIndex(of: due.utcDay.weekday) ?? 0
        return Self(
            week: due.utcDay.adding(days: -monday), isInPeriod: true, isDue: isDue, isDone: handedIn != nil,
            detail: ClientProgress.Detail(
                exercise: .nil, title: "", lateFrom: lateFrom ?? due, reachedAt: handedIn,
                isOnTime: handedIn.map { $0 <= lateFrom ?? due } ?? false, isMissed: false, isWaiting: false,
                lagMinutes: nil))
    }
}

/// A client's months, as they may go: homework is given, done early, late or never, sent back, taken back, withdrawn.
private struct RandomMonths {
    private struct Given {
        var due: Instant
        var lateFrom: Instant
        var handedIn: Instant?
        var isWithdrawn = false
    }

    private(set) var now = Instant.day(0)
    private(set) var handedIn = 0
    private var given: [Given] = []
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// As the statement gives them: what was due by now, or was ever handed in.
    var pieces: [ClientProgress.Piece] {
        given.sorted { $0.due < $1.due }.compactMap { piece in
            guard piece.due <= now || piece.handedIn != nil else { return nil }
            return .at(
                piece.due, piece.handedIn, isDue: piece.due <= now && !piece.isWithdrawn, lateFrom: piece.lateFrom)
        }
    }

    var gaps: Int { given.count { $0.lateFrom <= now && ($0.handedIn ?? .distantFuture) > $0.lateFrom } }

    mutating func step() {
        now = now + .seconds(Int(next(3 * 86_400)))
        switch next(10) {
        case 0...3:
            let due = now + .seconds(Int(1 + next(10 * 86_400)))
            given.append(Given(due: due, lateFrom: due + .seconds(Int(next(3)) * 43_200)))
        case 4...8:
            let open = given.indices.filter { given[$0].handedIn == nil && !given[$0].isWithdrawn }
            guard !open.isEmpty else { return }
            given[open[Int(next(UInt64(open.count)))]].handedIn = now
            handedIn += 1
        default:
            guard !given.isEmpty else { return }
            given[Int(next(UInt64(given.count)))].isWithdrawn = true
        }
    }

    private mutating func next(_ bound: UInt64) -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state % bound
    }
}
