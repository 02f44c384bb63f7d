import JSON
import Postgres
import Practice
import Synchronization
import WebAPI

/// The forms of exercise versions that were met lately. A version never changes, so what is kept is never stale.
///
/// It decides nothing about access: whoever asks for a form has still to pass the door with the statement that follows.
final class FormCache: Sendable {
    private struct Key: Hashable {
        var practice: ID<Practice>
        var version: ID<ExerciseVersion>
    }

    private struct State {
        var forms: [Key: Form] = [:]
        /// A ring: what was put in first goes first. To count every use would cost more than a miss.
        var ring: [Key] = []
        var oldest = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int = 1_000) {
        self.limit = limit
    }

    /// The form of a version of the caller's practice.
    ///
    /// - Throws: 409 `exercise_version_mismatch` when there is no such version, and what the door says, when it asks.
    func form(of version: ID<ExerciseVersion>, for call: Call) async throws -> Form {
        let key = Key(practice: call.practiceID, version: version)
        if let form = state.withLock({ $0.forms[key] }) { return form }
        let found = try await call.run(Homework.form(of: version, in: call.practiceID))
        guard let found else { throw Problem.exerciseVersionMismatch }
        let form = try Form(try JSONValue(parsing: found.fields.bytes))
            .watched(by: try JSONValue(parsing: found.risks.bytes))
        keep(form, key)
        return form
    }

    private func keep(_ form: Form, _ key: Key) {
        state.withLock { state in
            guard state.forms.updateValue(form, forKey: key) == nil else { return }
            if state.ring.count < limit { return state.ring.append(key) }
            state.forms[state.ring[state.oldest]] = nil
            state.ring[state.oldest] = key
            state.oldest = (state.oldest + 1) % limit
        }
    }
}
