import JSON
import Practice

/// A typed instrument: items, choices that are worth numbers, and bands of their sum.
struct Questionnaire: Sendable, Equatable {
    let instructions: String
    /// Who made it, and on what terms it may be used.
    let source: String
    let items: [Item]
    let choices: [Choice]
    /// From the lowest; the first begins at the lowest sum.
    let bands: [Band]

    struct Item: Sendable, Equatable {
        let key: String
        let text: String
        /// Any answer above the lowest raises a flag.
        let raisesRisk: Bool
    }

    struct Choice: Sendable, Equatable {
        let value: Int
        let label: String
    }

    struct Band: Sendable, Equatable {
        let from: Int
        let name: String
    }

    /// What complete answers come to.
    struct Outcome: Sendable, Equatable {
        let score: Int
        let band: String
        let raisesRisk: Bool
        /// The answers, in the order of the items.
        let answers: JSONValue
    }

    /// Judges answers, by the key of each item.
    ///
    /// - Throws: every item that is missing or has no answer of the choices, and every answer to no item, at once.
    func outcome(of answers: JSONValue) throws(FieldFaults) -> Outcome {
        guard case .object(let members) = answers else {
            throw FieldFaults([FieldFault("", "wrong_type", "This must be an object.")])
        }
        var (faults, values) = ([FieldFault](), [Int]())
        for item in items {
            switch answers[item.key] {
            case nil, .null?: faults.append(FieldFault("/\(item.key)", "required", "This item has no answer yet."))
            case let answer?:
                if let value = value(of: answer) {
                    values.append(value)
                } else {
                    faults.append(FieldFault("/\(item.key)", "not_a_choice", "This must be one of: \(words)."))
                }
            }
        }
        if members.contains(where: { member in !items.contains { $0.key == member.name } }) {
            faults.append(FieldFault("", "unknown_member", "There are answers to items that do not exist."))
        }
        guard faults.isEmpty else { throw FieldFaults(faults) }
        return outcome(of: values)
    }

    private func outcome(of values: [Int]) -> Outcome {
        let score = values.reduce(0, +)
        let lowest = choices.map(\.value).min() ?? 0
        return Outcome(
            score: score, band: bands.last { $0.from <= score }?.name ?? "",
            raisesRisk: zip(items, values).contains { $0.raisesRisk && $1 > lowest },
            answers: .object(zip(items, values).map { JSONMember($0.key, .number(JSONNumber($1))) }))
    }

    private func value(of answer: JSONValue) -> Int? {
        guard case .number(let number) = answer, let value = number.integer else { return nil }
        return choices.contains { $0.value == value } ? value : nil
    }

    private var words: String { choices.map { "\($0.value)" }.joined(separator: ", ") }
}
