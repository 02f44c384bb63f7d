/// The conditions in a piece of SQL: what stands behind `where`, `on` and `when`, what `and` and `or` join, and the lists of
/// `using`. Each is a place where a condition can be forgotten.
///
/// It reads what PostgreSQL prints of policies and functions, and what is written in `Migrations/routines/access`; it is no parser of SQL.
struct Conditions {
    /// A text with a condition forgotten.
    struct Slip: Sendable {
        /// The condition, as it stands in the text.
        let forgotten: String
        /// The text without it.
        let text: String
        /// Whether it is made of no other conditions.
        var isLeaf = false
    }

    private let characters: [Character]
    private let tokens: [Token]
    private var slips: [Slip] = []

    private struct Token {
        /// Lowercased, unless quoted.
        let text: String
        let range: Range<Int>
    }

    /// - Parameter isCondition: whether the whole text is one condition, as of a policy.
    static func slips(in text: String, isCondition: Bool) -> [Slip] {
        var conditions = Conditions(text)
        conditions.scan(0..<conditions.tokens.count, isCondition: isCondition)
        return conditions.slips
    }

    private init(_ text: String) {
        characters = Array(text)
        var tokens: [Token] = []
        var index = 0
        while index < characters.count {
            let start = index
            let character = characters[index]
            if character.isWhitespace {
                index += 1
                continue
            }
            if character == "-", index + 1 < characters.count, characters[index + 1] == "-" {
                while index < characters.count, characters[index] != "\n" { index += 1 }
                continue
            }
            if character == "'" || character == "\"" {
                index += 1
                while index < characters.count, characters[index] != character { index += 1 }
                index += 1
            } else if Self.isWord(character) {
                while index < characters.count, Self.isWord(characters[index]) { index += 1 }
            } else {
                index += 1
            }
            let end = min(index, characters.count)
            let word = String(characters[start..<end])
            tokens.append(Token(text: character == "'" ? word : word.lowercased(), range: start..<end))
        }
        self.tokens = tokens
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "."
    }

    private static let ends: Set<String> = [
        "group", "order", "limit", "union", "intersect", "except", "window", "for", "returning", "left", "right",
        "inner",
        "cross", "join", "full", "natural", "select", "offset", ",", ";",
    ]

    /// Looks through tokens of one depth; where they are a condition, or a condition begins, takes it apart.
    private mutating func scan(_ range: Range<Int>, isCondition: Bool) {
        var start = isCondition ? range.lowerBound : nil
        var index = range.lowerBound
        var isBetween = false
        while index < range.upperBound {
            switch tokens[index].text {
            case "(":
                let close = closing(index)
                if start == nil { scan(index + 1..<close, isCondition: false) }
                index = close
            case "case":
                let end = ending(index)
                if start == nil { scanCase(index..<end, isBoolean: false) }
                index = end
            case "where", "on", "having":
                finish(start, index)
                start = index + 1
            case "between": isBetween = true
            case "and" where isBetween: isBetween = false
            case "and", "or":
                finish(start, index)
                if start != nil { start = index + 1 }
            case "using":
                finish(start, index)
                start = nil
                scanList(after: index)
            case let word where Self.ends.contains(word):
                finish(start, index)
                start = nil
            default: break
            }
            index += 1
        }
        finish(start, range.upperBound)
    }

    /// Notes a condition down, and what it is made of.
    private mutating func finish(_ start: Int?, _ end: Int) {
        guard let start, start < end else { return }
        var range = start..<end
        while range.count > 2, tokens[range.lowerBound].text == "(", closing(range.lowerBound) == range.upperBound - 1,
            tokens[range.lowerBound + 1].text != "select"
        {
            range = range.lowerBound + 1..<range.upperBound - 1
        }
        let first = tokens[range.lowerBound].text
        forget(range, isLeaf: !joins(range) && first != "case" && first != "coalesce")
        if joins(range) {
            scan(range, isCondition: true)
        } else if first == "case", ending(range.lowerBound) == range.upperBound - 1 {
            scanCase(range.lowerBound..<range.upperBound - 1, isBoolean: true)
        } else if first == "coalesce", closing(range.lowerBound + 1) == range.upperBound - 1 {
            finish(range.lowerBound + 2, comma(range.lowerBound + 2..<range.upperBound - 1))
        } else if first != "not" {
            scan(range, isCondition: false)
        }
    }

    /// Whether there is an `and` or an `or` between the conditions of a range, and not only deeper in it.
    private func joins(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        var isBetween = false
        while index < range.upperBound {
            switch tokens[index].text {
            case "(": index = closing(index)
            case "case": index = ending(index)
            case "between": isBetween = true
            case "and" where isBetween: isBetween = false
            case "and", "or": return true
            default: break
            }
            index += 1
        }
        return false
    }

    /// What a `case` decides by, where it decides by conditions, and what it decides, where that is one.
    private mutating func scanCase(_ range: Range<Int>, isBoolean: Bool) {
        let isSearched = tokens[range.lowerBound + 1].text == "when"
        var (start, word) = (range.lowerBound + 1, isSearched ? "" : "case")
        var index = range.lowerBound + 1
        while index <= range.upperBound {
            let text = tokens[index].text
            if text == "(" {
                index = closing(index)
            } else if text == "case" {
                index = ending(index)
            } else if ["when", "then", "else", "end"].contains(text) {
                let isCondition = word == "when" && isSearched || isBoolean && (word == "then" || word == "else")
                if isCondition {
                    finish(start, index)
                } else if start < index {
                    scan(start..<index, isCondition: false)
                }
                (start, word) = (index + 1, text)
            }
            index += 1
        }
    }

    /// Notes down each column of `using (…)`, where there are several.
    private mutating func scanList(after using: Int) {
        guard using + 1 < tokens.count, tokens[using + 1].text == "(" else { return }
        let columns = (using + 2..<closing(using + 1)).filter { tokens[$0].text != "," }
        guard columns.count > 1 else { return }
        for column in columns {
            let rest = columns.filter { $0 != column }.map { tokens[$0].text }.joined(separator: ", ")
            let range = tokens[columns[0]].range.lowerBound..<tokens[columns[columns.count - 1]].range.upperBound
            slips.append(Slip(forgotten: "using \(tokens[column].text)", text: replacing(range, with: rest)))
        }
    }

    private mutating func forget(_ range: Range<Int>, isLeaf: Bool) {
        let place = tokens[range.lowerBound].range.lowerBound..<tokens[range.upperBound - 1].range.upperBound
        let forgotten = String(characters[place])
        if ["true", "false"].contains(forgotten.lowercased()) { return }
        slips.append(Slip(forgotten: forgotten, text: replacing(place, with: "true"), isLeaf: isLeaf))
    }

    private func replacing(_ range: Range<Int>, with text: String) -> String {
        String(characters[..<range.lowerBound]) + text + String(characters[range.upperBound...])
    }

    /// The place of the parenthesis that closes this one.
    private func closing(_ open: Int) -> Int {
        var depth = 0
        for index in open..<tokens.count {
            if tokens[index].text == "(" { depth += 1 }
            if tokens[index].text == ")" { depth -= 1 }
            if depth == 0 { return index }
        }
        return tokens.count - 1
    }

    /// The place of the `end` of this `case`.
    private func ending(_ start: Int) -> Int {
        var depth = 0
        for index in start..<tokens.count {
            if tokens[index].text == "case" { depth += 1 }
            if tokens[index].text == "end" { depth -= 1 }
            if depth == 0 { return index }
        }
        return tokens.count - 1
    }

    /// The place of the first comma of a range, or its end.
    private func comma(_ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound {
            if tokens[index].text == "(" { index = closing(index) }
            if tokens[index].text == "," { return index }
            index += 1
        }
        return range.upperBound
    }
}
