import Postgres
import Practice

extension RiskWordList {
    /// No row for who is not shown all of a practice: clients and guardians.
    static func read(of practice: ID<Practice>) -> Query<RiskWordList> {
        .row(
            """
            select coalesce(w.words, \(RiskWords.standard)), w.changed_at, coalesce(w.version, 0)
            from practices p left join risk_words w using (practice_id)
            where p.practice_id = \(practice) and access.shows('risk_words')
            """
        ) { row in RiskWordList(words: try row.next(), changedAt: try row.next(), version: try row.next()) }
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
