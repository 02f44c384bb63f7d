import Practice

/// Where a fault lies: the steps from the root of a document to a value.
struct JSONPath: Sendable {
    private enum Step: Sendable {
        case member(String)
        case element(Int)
    }

    private var steps: [Step] = []

    var depth: Int { steps.count }

    mutating func enter(member name: String) { steps.append(.member(name)) }

    mutating func enter(element index: Int) { steps.append(.element(index)) }

    mutating func leave() { steps.removeLast() }

    /// The pointer to this place. A name that no schema of ours could have is not repeated to the one who sent it:
    /// the pointer then ends at the object around it.
    var pointer: String {
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
struct FaultSink: Sendable {
    /// A document with more faults than this is not read to its end: an answer must not outgrow the question.
    static let limit = 100

    private(set) var faults: [FieldFault] = []
    /// The ids that the document names, for the database to judge.
    private(set) var references: [Reference] = []
    /// The days of the document that must have come where the practice is, for the database to judge.
    private(set) var days: [NamedDay] = []
    var path = JSONPath()
    /// When the document was sent: seen from then, some days make no sense. Nil of what was kept, which is not judged again.
    var now: Instant?
    /// While muted, reading goes through the motions for a placeholder and records nothing.
    var isMuted = false

    init(_ faults: [FieldFault] = [], at now: Instant? = nil) {
        self.faults = faults
        self.now = now
    }

    mutating func record(_ code: String, _ detail: String) {
        guard !isMuted, faults.count < Self.limit else { return }
        faults.append(FieldFault(path.pointer, code, detail))
    }

    mutating func refer(to id: ID<Void>, of kind: ReferenceKind) {
        guard !isMuted else { return }
        references.append(Reference(kind: kind, id: id, pointer: path.pointer))
    }

    mutating func noteDay(_ day: Day, _ range: String) {
        guard !isMuted else { return }
        days.append(NamedDay(day: day, fault: FieldFault(path.pointer, "out_of_range", range)))
    }

    /// Records the faults of a part of the document, whose pointers begin at this place.
    mutating func record(_ found: FieldFaults) {
        guard !isMuted else { return }
        let room = max(0, Self.limit - faults.count)
        faults.append(contentsOf: found.within(path.pointer).faults.prefix(room))
    }

    mutating func record(member name: String, _ code: String, _ detail: String) {
        path.enter(member: name)
        record(code, detail)
        path.leave()
    }
}
