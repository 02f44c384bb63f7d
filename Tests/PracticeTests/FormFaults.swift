import JSON
import Practice

extension Form {
    /// What is wrong with questions, as `pointer code`.
    static func faults(reading json: JSONValue) -> [String] {
        do {
            _ = try Form(json)
            return []
        } catch { return error.faults.map { "\($0.pointer) \($0.code)" } }
    }

    /// What is wrong with answers, as `pointer code`.
    func faults(_ answers: JSONValue, _ stage: Stage = .submission) -> [String] {
        do {
            _ = try check(answers, for: stage)
            return []
        } catch { return error.faults.map { "\($0.pointer) \($0.code)" } }
    }

    /// What is wrong with item rules, as `pointer code`.
    func faults(ofRisks json: JSONValue) -> [String] {
        do {
            _ = try watched(by: json)
            return []
        } catch { return error.faults.map { "\($0.pointer) \($0.code)" } }
    }
}

extension JSONValue {
    /// As it is sent.
    var sent: String { String(decoding: bytes, as: UTF8.self) }
}
