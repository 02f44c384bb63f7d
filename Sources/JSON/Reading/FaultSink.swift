/// Where a fault lies: the steps from the root of a document to a value.
package struct JSONPath: Sendable {
    private enum Step: Sendable {
        case member(String)
        case element(Int)
    }

    private var steps: [Step] = []

    package mutating func enter(member name: String) { steps.append(.member(name)) }

    package mutating func enter(element index: Int) { steps.append(.element(index)) }

    package mutating func leave() { steps.removeLast() }

    /// The pointer to this place. A name that no schema of ours could have is not repeated to the one who sent it:
    /// the pointer then ends at the object around it.
    package var pointer: String {
        var pointer = ""
        for step in steps {
            switch step {
            case .element(let index): pointer += "/\(index)"
            case .member(let name):
                guard Self.looksLikeName(name) else { return pointer }
                pointer += "/" + name
            }
        }
        return pointer
    }

    private static func looksLikeName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 40 else { return false }
        let isLetter = { (byte: UInt8) in (0x61...0x7A).contains(byte | 0x20) }
        return isLetter(first) && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}

/// Collects faults with their places while a document is read.
package struct FaultSink: Sendable {
    /// A document with more faults than this is not read to its end: an answer must not outgrow the question.
    package static let limit = 100

    package private(set) var faults: [FieldFault] = []
    package var path = JSONPath()
    /// What those bring who have the document read, and find there, that is no matter of JSON. Nil of what was kept.
    package var context: (any Sendable)?
    /// While muted, reading goes through the motions for a placeholder and records nothing.
    package var isMuted = false

    package init(_ faults: [FieldFault] = [], context: (any Sendable)? = nil) {
        self.faults = faults
        self.context = context
    }

    package mutating func record(_ code: String, _ detail: String) {
        guard !isMuted, faults.count < Self.limit else { return }
        faults.append(FieldFault(path.pointer, code, detail))
    }

    /// Records the faults of a part of the document, whose pointers begin at this place.
    package mutating func record(_ found: FieldFaults) {
        guard !isMuted else { return }
        let room = max(0, Self.limit - faults.count)
        faults.append(contentsOf: found.within(path.pointer).faults.prefix(room))
    }

    package mutating func record(member name: String, _ code: String, _ detail: String) {
        path.enter(member: name)
        record(code, detail)
        path.leave()
    }

    /// Records a fault and returns nil, so that a shape can end with it.
    package mutating func refuse<Value>(_ code: String, _ detail: String) -> Value? {
        record(code, detail)
        return nil
    }

    package mutating func wrongType<Value>(_ expected: String) -> Value? {
        refuse("wrong_type", "This must be \(expected).")
    }
}
