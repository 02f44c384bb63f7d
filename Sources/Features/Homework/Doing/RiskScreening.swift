import JSON
import Postgres
import Practice
import Synchronization
import WebAPI

/// Looks at what is handed in, by the item rules of the exercise's version and by the practice's risk words.
///
/// The words are kept for a minute: a word that a practice adds is looked for a minute later at the latest.
final class RiskScreening: Sendable {
    private struct CachedWords {
        var words: RiskWords
        var until: Instant
    }

    private let cache = Mutex<[ID<Practice>: CachedWords]>([:])

    /// What in checked answers somebody should look at soon; nil where there is nothing.
    ///
    /// - Throws: what the route's door says, where the words have to be asked for.
    func found(in answers: JSONValue, form: Form, call: Call) async throws -> RiskFinding? {
        RiskFinding(in: answers, of: form, try await words(for: call))
    }

    private func words(for call: Call) async throws -> RiskWords {
        let (practice, now) = (call.practiceID, call.now)
        if let words = cache.withLock({ $0[practice].flatMap { $0.until > now ? $0.words : nil } }) { return words }
        let own: [String]? = try await call.run(RiskWords.entries(of: practice))
        let words = try RiskWords(own ?? RiskWords.standard)
        cache.withLock { $0[practice] = CachedWords(words: words, until: now + .seconds(60)) }
        return words
    }
}
