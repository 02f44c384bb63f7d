/// The two pieces of a couple's due date and what may be done with them, one act after the other: how it all would come out
/// if nobody ever met anybody.
struct KeysModel: Equatable {
    struct Piece: Equatable {
        var state = "submitted"
        var isShared = false
        var version = 2

        /// Whether its key is turned.
        var isOn: Bool { isShared && ["submitted", "reviewed"].contains(state) }
    }

    /// What somebody does: with his piece (0) or with hers (1).
    enum Act: Equatable {
        case share(Int)
        case unshare(Int)
        case takeBack(Int)
        case giveBack(Int)
        case withdraw(Int)
        case endCouple
    }

    /// What came of an act: a word, and of sharing whether the answer named the partner's piece.
    struct Told: Equatable {
        var word: String
        var isOpen = false
    }

    var pieces: [Piece]
    var hasEnded = false

    var isOpen: Bool { pieces[0].isOn && pieces[1].isOn && !hasEnded }

    init(his: Bool, hers: Bool) {
        pieces = [Piece(isShared: his), Piece(isShared: hers)]
    }

    /// Does something that was meant for the versions of `seen`.
    mutating func take(_ act: Act, seen: KeysModel) -> Told {
        switch act {
        case .share(let index): Told(word: share(index, seen), isOpen: isOpen)
        case .unshare(let index): unshare(index, seen)
        case .takeBack(let index): takeBack(index, seen)
        case .giveBack(let index): giveBack(index, seen)
        case .withdraw(let index): withdraw(index, seen)
        case .endCouple: end()
        }
    }

    private mutating func share(_ index: Int, _ seen: KeysModel) -> String {
        let piece = pieces[index]
        if !["submitted", "reviewed"].contains(piece.state) { return "not_submitted" }
        if piece.isShared { return "repeated" }
        if piece.version != seen.pieces[index].version { return "stale" }
        if hasEnded { return "couple_has_ended" }
        pieces[index].isShared = true
        pieces[index].version += 1
        return "accepted"
    }

    private mutating func unshare(_ index: Int, _ seen: KeysModel) -> Told {
        let piece = pieces[index]
        if !piece.isShared { return Told(word: "repeated") }
        if piece.version != seen.pieces[index].version { return Told(word: "stale") }
        if isClosed(index) { return Told(word: "already_opened") }
        pieces[index].isShared = false
        pieces[index].version += 1
        return Told(word: "accepted")
    }

    private mutating func takeBack(_ index: Int, _ seen: KeysModel) -> Told {
        let piece = pieces[index]
        switch piece.state {
        case "withdrawn": return Told(word: "withdrawn")
        case "draft": return Told(word: "repeated")
        case "returned": return Told(word: "already_returned")
        default: break
        }
        if piece.version != seen.pieces[index].version { return Told(word: "stale") }
        if isClosed(index) { return Told(word: "already_opened") }
        pieces[index] = Piece(state: "draft", isShared: false, version: piece.version + 1)
        return Told(word: "accepted")
    }

    private mutating func giveBack(_ index: Int, _ seen: KeysModel) -> Told {
        let piece = pieces[index]
        if piece.version != seen.pieces[index].version { return Told(word: "stale") }
        if piece.state != "submitted" { return Told(word: "not_submitted") }
        if isClosed(index) { return Told(word: "already_opened") }
        pieces[index].state = "returned"
        pieces[index].version += 1
        return Told(word: "accepted")
    }

    private mutating func withdraw(_ index: Int, _ seen: KeysModel) -> Told {
        let piece = pieces[index]
        if piece.state == "withdrawn" { return Told(word: "repeated") }
        if piece.version != seen.pieces[index].version { return Told(word: "stale") }
        pieces[index].state = "withdrawn"
        pieces[index].version += 1
        return Told(word: "accepted")
    }

    private mutating func end() -> Told {
        hasEnded = true
        return Told(word: "accepted")
    }

    /// Whether taking this key back would close what the partner has read.
    private func isClosed(_ index: Int) -> Bool { pieces[index].isOn && pieces[1 - index].isOn }
}
