import JSON
import Postgres
import Practice
import WebAPI

/// The words at which somebody should look at what a client hands in.
struct RiskWordRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/risk-words", "practice.read", of: .practice, read),
            .put("/v1/risk-words", "practice.change", of: .practice, bodyLimit: 131_072, replace),
        ]
    }

    @Sendable private func read(_ call: Call) async throws -> Answer {
        let words = try await call.run(RiskWordList.read(of: call.practiceID))
        return .json(etag: words.version, words)
    }

    @Sendable private func replace(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let words = try call.body(RiskWordList.words)
        let (isChanged, list) = try await call.run(
            RiskWordList.replace(with: words, of: call.practiceID, ifVersion: version, at: call.now),
            RiskWordList.read(of: call.practiceID))
        guard isChanged else { throw Problem.stale }
        return .json(etag: list.version, list)
    }
}

/// A practice's risk words as the API shows them.
struct RiskWordList: Sendable, JSONWritable {
    var words: [String]
    /// Nil while the practice has the words that ship.
    var changedAt: Instant?
    /// 0 while it has these.
    var version: Int

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.array("words", words)
            json.member("changedAt", changedAt)
        }
    }

    static func words(_ body: inout JSONObjectReader) -> [String] {
        guard case .array(let values) = body.required("words", .value) else {
            if body.has("words") { body.fault("words", "wrong_type", "This must be a list of words and phrases.") }
            return []
        }
        let texts = values.map(\.text)
        for (index, text) in texts.enumerated() where text == nil {
            body.record(FieldFaults([FieldFault("/\(index)", "wrong_type", "This must be text.")]), in: "words")
        }
        do throws(FieldFaults) {
            return try RiskWords(texts.compactMap(\.self)).entries
        } catch {
            if !texts.contains(nil) { body.record(error, in: "words") }
            return []
        }
    }
}
