import JSON
import Practice

/// Reads the parameters of a query, strictly. Each method names a parameter that the route allows; what no method
/// named is unknown, and refused with every other fault at once.
public struct QueryReader {
    private let parameters: [(name: String, value: String)]
    private var isTaken: [Bool]
    private var faults: FaultSink
    private let cursors: CursorBinding
    private var cursorFault: Problem?

    init(_ query: Substring?, _ cursors: CursorBinding, at now: Instant? = nil) {
        var faults = FaultSink(context: Asked(now: now))
        parameters = query.map { FormURLEncoding.parse($0, &faults) } ?? []
        isTaken = [Bool](repeating: false, count: parameters.count)
        self.faults = faults
        self.cursors = cursors
    }

    /// A parameter that must be there.
    public mutating func required<Value>(_ name: String, _ shape: JSONShape<Value>) -> Value {
        guard let text = take(name) else {
            faults.record(member: name, "required", "This parameter is required.")
            return shape.placeholder()
        }
        return read(name, .text(text), shape) ?? shape.placeholder()
    }

    /// A parameter that may be absent.
    public mutating func optional<Value>(_ name: String, _ shape: JSONShape<Value>) -> Value? {
        take(name).flatMap { read(name, .text($0), shape) }
    }

    /// A whole number in a range, or nil when absent.
    public mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let text = take(name) else { return nil }
        guard text.utf8.count <= 10, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text),
            range.contains(value)
        else {
            faults.record(
                member: name, "out_of_range",
                "This must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return value
    }

    /// `true` or `false`, or nil when absent.
    public mutating func bool(_ name: String) -> Bool? {
        guard let text = take(name) else { return nil }
        if text == "true" { return true }
        if text == "false" { return false }
        faults.record(member: name, "wrong_type", "This must be true or false.")
        return nil
    }

    /// The page asked for: `limit` (1–100, 25 when absent) and `cursor`.
    public mutating func page() -> Page { page(wantsTotal: false) }

    /// The same of a list that can be counted: `total=true` asks how many items there are on all pages.
    public mutating func countedPage() -> Page { page(wantsTotal: bool("total") ?? false) }

    private mutating func page(wantsTotal: Bool) -> Page {
        let limit = integer("limit", Page.limits) ?? Page.usualLimit
        guard let cursor = take("cursor") else {
            return Page(limit: limit, cursors: cursors, wantsTotal: wantsTotal)
        }
        guard let after = cursors.open(cursor) else {
            cursorFault = .invalidCursor
            return Page(limit: limit, cursors: cursors)
        }
        return Page(limit: limit, after: after, cursors: cursors, wantsTotal: wantsTotal)
    }

    /// Records a fault that only the reader's user can see, such as an end before its start.
    public mutating func fault(_ name: String, _ code: String, _ detail: String) {
        faults.record(member: name, code, detail)
    }

    /// The ids that the query names, for the database to judge.
    var references: [Reference] { faults.asked.references }

    mutating func finish() throws(Problem) {
        for (index, parameter) in parameters.enumerated() where !isTaken[index] {
            faults.record(member: parameter.name, "unknown_parameter", "There is no such parameter here.")
        }
        if !faults.faults.isEmpty { throw .invalidQuery(faults.faults) }
        if let cursorFault { throw cursorFault }
    }

    private mutating func take(_ name: String) -> String? {
        var found: String?
        for (index, parameter) in parameters.enumerated() where parameter.name == name {
            isTaken[index] = true
            if found == nil {
                found = parameter.value
            } else {
                faults.record(member: name, "duplicate_parameter", "This parameter appears more than once.")
            }
        }
        return found
    }

    private mutating func read<Value>(_ name: String, _ json: JSONValue, _ shape: JSONShape<Value>) -> Value? {
        faults.path.enter(member: name)
        defer { faults.path.leave() }
        return shape.read(json, &faults)
    }
}
