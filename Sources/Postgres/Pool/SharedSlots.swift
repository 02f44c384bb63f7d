/// Which shared connection takes the next segment. Pure.
struct SharedSlots {
    let depth: Int
    private var slots: [Slot] = []

    private struct Slot {
        let link: Int
        var inFlight = 0
        var isHeld = false
    }

    init(depth: Int) {
        self.depth = depth
    }

    var inFlight: Int { slots.reduce(0) { $0 + $1.inFlight } }

    /// The connection with the fewest segments in flight; nil if all are full, held or gone.
    func pick() -> Int? {
        var best: Slot?
        for slot in slots where !slot.isHeld && slot.inFlight < (best?.inFlight ?? depth) { best = slot }
        return best?.link
    }

    mutating func add(_ link: Int) {
        slots.append(Slot(link: link))
    }

    mutating func remove(_ link: Int) {
        slots.removeAll { $0.link == link }
    }

    mutating func sent(_ link: Int) {
        change(link) { $0.inFlight += 1 }
    }

    mutating func answered(_ link: Int) {
        change(link) { $0.inFlight -= 1 }
    }

    /// A held connection gets no further segments: a cancellation is in the air that may hit whatever runs there.
    mutating func hold(_ link: Int, _ isHeld: Bool) {
        change(link) { $0.isHeld = isHeld }
    }

    private mutating func change(_ link: Int, _ body: (inout Slot) -> Void) {
        for index in slots.indices where slots[index].link == link { body(&slots[index]) }
    }
}
