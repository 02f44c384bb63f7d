import JSON
import Practice
import WebAPI

extension Inquiry {
    /// One state that an inquiry was in.
    struct Stay: Sendable {
        let number: Int
        let state: String
        let since: Instant
        /// Nil: it still is.
        let until: Instant?
        let enteredBy: ID<Account>?
        let reasonCode: String?
        let reason: String?
    }

    /// Who waits in one state, and how many too long.
    struct Waiting: Sendable {
        let state: String
        let limitHours: Int
        let count: Int
        let overdue: Int
        let oldest: Instant?
    }

    /// How many hours an inquiry may wait in each state.
    struct Limits: Sendable {
        let hours: [(state: State, hours: Int)]

        init(_ body: inout JSONObjectReader) {
            hours = State.waiting.map { ($0, body.required($0.rawValue, .integer(1...8_760))) }
        }

        init(_ hours: [(state: State, hours: Int)]) {
            self.hours = hours
        }
    }

    /// Why an inquiry ends without care, in the practice's words.
    struct Reason: Sendable {
        let code: String
        let label: String
        let states: [String]
        let needsText: Bool
        let isInUse: Bool
    }
}

extension Inquiry.Reason {
    init(_ body: inout JSONObjectReader) {
        code = body.required("code", .reasonCode)
        label = body.required("label", .line(1...120))
        let states = body.required("states", .array(1...3, of: .choice(Inquiry.State.self)))
        let isSound = states.allSatisfy(Inquiry.State.closing.contains) && Set(states).count == states.count
        self.states = states.map(\.rawValue)
        needsText = body.optional("needsText", .bool) ?? false
        isInUse = body.optional("inUse", .bool) ?? true
        body.check(
            isSound, "states", "not_a_choice", "These must be different ones of: declined, referred, withdrawn.")
    }

    /// All reasons of a practice.
    static func all(_ body: inout JSONObjectReader) -> [Inquiry.Reason] {
        let reasons = body.required("items", .array(1...100, of: .object(Inquiry.Reason.init(_:))))
        body.check(
            Set(reasons.map(\.code)).count == reasons.count, "items", "duplicate", "Each reason has a code of its own.")
        return reasons
    }
}

extension JSONShape where Value == String {
    fileprivate static var reasonCode: Self {
        JSONShape<String>.line(1...40).map(
            or: "", code: "not_a_code", detail: "This must be lower-case letters, digits and underscores."
        ) { text in
            let isPlain = text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
            }
            return isPlain && (0x61...0x7A).contains(text.utf8.first ?? 0) ? text : nil
        }
    }
}

extension Inquiry.Stay: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("state", state)
            json.member("since", since)
            json.member("until", until)
            json.member("enteredBy", enteredBy)
            json.member("reasonCode", reasonCode)
            json.member("reason", reason)
        }
    }
}

extension Inquiry.Waiting: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("state", state)
            json.member("limitHours", limitHours)
            json.member("count", count)
            json.member("overdue", overdue)
            json.member("oldest", oldest)
        }
    }
}

extension Inquiry.Limits: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in for (state, hours) in hours { json.member(named: state.rawValue, hours) } }
    }
}

extension Inquiry.Reason: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("code", code)
            json.member("label", label)
            json.array("states", states)
            json.member("needsText", needsText)
            json.member("inUse", isInUse)
        }
    }
}
