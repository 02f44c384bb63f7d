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
        let words = try await call.run(WordList.read(of: call.practiceID))
        return .json(etag: words.version, words)
    }

    @Sendable private func replace(_ call: Call) async throws -> Answer {
        let version = try call.ifMatch()
        let words = try call.body(WordList.words)
        let (isChanged, list) = try await call.run(
            WordList.replace(with: words, of: call.practiceID, ifVersion: version, at: call.now),
            WordList.read(of: call.practiceID))
        guard isChanged else { throw Problem.stale }
        return .json(etag: list.version, list)
    }
}

/// A practice's risk words as the API shows them.
private struct WordList: Sendable, JSONWritable {
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

    /// No row for who is not shown all of a practice: clients and guardians.
    static func read(of practice: ID<Practice>) -> Query<WordList> {
        .row(
            """
            select coalesce(w.words, \(RiskWords.standard)), w.changed_at, coalesce(w.version, 0)
            from practices p left join risk_words w using (practice_id)
            where p.practice_id = \(practice) and access.shows('risk_words')
            """
        ) { row in WordList(words: try row.next(), changedAt: try row.next(), version: try row.next()) }
    }

    /// Whether the list was the one that the caller has seen. Of two who are first at once, one is.
    static func replace(
        with words: [String], of practice: ID<Practice>, ifVersion: Int, at now: Instant
    ) -> Query<Bool> {
        .row(
            """
            with target as materialized (
                select w.version from risk_words w where w.practice_id = \(practice) for no key update
            ), made as (
                insert into risk_words (practice_id, words, changed_at)
                select \(practice), \(words), \(now) where \(ifVersion) = 0
                on conflict (practice_id) do nothing
                returning version
            ), changed as (
                update risk_words w set words = \(words), changed_at = \(now), version = w.version + 1
                from target t
                where w.practice_id = \(practice) and t.version = \(ifVersion)
                returning w.version
            )
            select exists (select from made union all select from changed)
            """
        ) { try $0.next() }
    }
}
