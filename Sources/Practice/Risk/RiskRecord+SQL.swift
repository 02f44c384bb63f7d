import JSON
import Postgres

extension RiskRecord {
    /// Writes down that the submission just made speaks of danger: in the round trip that hands it in, behind it.
    ///
    /// The database looks whether the homework stands as handed in with these very answers; else, and for a submission
    /// that has its record already, nothing happens. It says whether a record was made, which no client must learn.
    /// - Parameter digest: of the answers, as they were handed in with.
    /// - Throws: ``KeyError`` when the words that were found cannot be sealed.
    public static func raise(
        _ finding: RiskFinding, _ risk: ID<RiskRecord>, for homework: ID<Homework>, digest: [UInt8], with vault: Vault,
        at now: Instant
    ) throws(KeyError) -> Query<Bool> {
        let detail =
            finding.words.isEmpty
            ? nil : try vault.seal(JSONValue.array(finding.words.map(JSONValue.text)).bytes, at: .riskDetail(risk))
        return .row(
            """
            select access.raise_risk(\(risk), \(homework), \(digest), \(finding.sources), \(detail), \(now))
            """
        ) { try $0.next() }
    }
}

extension Place {
    /// Where the words are that were found: a JSON array.
    public static func riskDetail(_ risk: ID<RiskRecord>) -> Place { Place("risk_records", "detail", risk) }
}
