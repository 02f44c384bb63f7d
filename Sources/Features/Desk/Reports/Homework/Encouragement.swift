/// What a client is told about the homework. Healing is slow and uneven: no word here counts what was not done, compares
/// with others, or asks for more.
enum Encouragement {
    static let first = "You handed in your first piece. Every way begins with one step."
    static let cameBack = "You came back after a pause. Coming back is the skill that carries everything else."
    static let shared = "You and your partner opened a piece to each other. That took trust from both of you."

    static func done(_ count: Int) -> String {
        "You have handed in \(count) pieces. Each of them was time that you gave to your healing."
    }

    static func wholeWeek(_ times: Int) -> String {
        times == 1
            ? "A whole week with everything done."
            : "\(times) whole weeks with everything done."
    }

    /// One sentence on how things stand.
    static func now(_ run: ProgressRun) -> String {
        switch (run.done, run.present) {
        case (0, _): "Whenever you are ready: one small piece is a good place to begin."
        case (let done, 0):
            "You have handed in \(done == 1 ? "one piece" : "\(done) pieces"), and that stays. The next one is a fresh start."
        case (1, _): "You have begun. That is often the hardest part."
        case (let done, 1): "Welcome back. You have handed in \(done) pieces so far."
        case (_, let present) where present == run.longest:
            "\(present) pieces in a row, as many as never before. Steady work like this is how trust grows."
        case (_, let present): "\(present) pieces in a row. Steady work like this is how trust grows."
        }
    }
}
