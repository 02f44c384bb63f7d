/// Why Cairn does not start or a command does not do what it was told, in sentences for the person at the keyboard.
package struct Refusal: Error, CustomStringConvertible, Equatable {
    package var sentences: [String]

    package init(_ sentences: [String]) {
        self.sentences = sentences
    }

    package init(_ sentence: String) {
        self.init([sentence])
    }

    package var description: String {
        guard sentences.count > 1 else { return sentences.first ?? "" }
        return "\(sentences.count) things are wrong:\n" + sentences.map { "  - \($0)" }.joined(separator: "\n")
    }
}
