import Postgres

extension RiskWords {
    /// The entries of a practice, as they are kept; nil where it has never changed them, and ``standard`` holds.
    public static func entries(of practice: ID<Practice>) -> Query<[String]?> {
        .optionalRow("select w.words from risk_words w where w.practice_id = \(practice)") { try $0.next() }
    }
}
