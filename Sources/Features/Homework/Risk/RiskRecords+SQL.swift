import Postgres
import Practice
import WebAPI

extension RiskRecord {
    private static let columns: SQL = """
        r.risk_id, r.homework_id, r.number, r.client_id, r.couple_id, r.group_id, h.title, r.sources, r.raised_at, \
        r.taken_back_at, r.assessed_at, r.outcome, r.version
        """
    private static let tables: SQL = "risk_records r join homework h using (practice_id, homework_id)"

    /// Those that nobody has assessed come first, and of each the oldest.
    static func list(of practice: ID<Practice>, isOpen: Bool?, _ page: Page) throws(Problem) -> Query<[Item]> {
        var conditions: [SQL] = ["r.practice_id = \(practice)"]
        if let isOpen { conditions.append("(r.assessed_at is null) = \(isOpen)") }
        if let after = page.after {
            let (isAssessed, raisedAt) = (try after.text(0) == "true", try after.instant(1))
            conditions.append(
                """
                (r.assessed_at is not null, r.raised_at, r.risk_id)
                    > (\(isAssessed), \(raisedAt), \(try after.id(2, of: RiskRecord.self)))
                """)
        }
        return .rows(
            """
            select \(columns) from \(tables)
            where \(.joined(conditions, separator: " and "))
            order by r.assessed_at is not null, r.raised_at, r.risk_id limit \(Int32(page.fetch))
            """
        ) { try Item(&$0) }
    }

    /// No row for who may not see it: clients, partners and guardians among them.
    static func detail(_ risk: ID<RiskRecord>, of practice: ID<Practice>) -> Query<Detail> {
        .row(
            """
            select \(columns), r.detail from \(tables)
            where r.practice_id = \(practice) and r.risk_id = \(risk)
            """
        ) { row in Detail(item: try Item(&row), sealedWords: try row.next()) }
    }

    /// The earliest first.
    static func assessments(_ risk: ID<RiskRecord>, of practice: ID<Practice>) -> Query<[RiskAssessment.Entry]> {
        .rows(
            """
            select s.assessment_id, s.outcome, s.note, s.reported_to, s.reported_at, s.assessed_at, s.assessed_by, a.name
            from risk_assessments s join accounts a on a.practice_id = s.practice_id and a.account_id = s.assessed_by
            where s.practice_id = \(practice) and s.risk_id = \(risk)
            order by s.assessed_at, s.assessment_id
            """
        ) { row in
            RiskAssessment.Entry(
                id: try row.next(), outcome: try row.next(), sealedNote: try row.next(),
                sealedReportedTo: try row.next(), reportedAt: try row.next(), assessedAt: try row.next(),
                assessedBy: try row.next(), assessedByName: try row.next())
        }
    }

    /// Adds an assessment, and says whether the record was the one that the caller has seen.
    static func assess(
        _ assessment: RiskAssessment.Sealed, _ risk: ID<RiskRecord>, of practice: ID<Practice>, ifVersion: Int,
        at now: Instant
    ) -> Query<Bool> {
        .row(
            """
            with target as materialized (
                select r.version = \(ifVersion) as is_fresh from risk_records r
                where r.practice_id = \(practice) and r.risk_id = \(risk)
                for no key update
            ), changed as (
                update risk_records r
                set assessed_at = \(now), outcome = \(assessment.outcome), version = r.version + 1
                from target t
                where r.practice_id = \(practice) and r.risk_id = \(risk) and t.is_fresh
                returning r.client_id, r.couple_id, r.group_id
            ), added as (
                insert into risk_assessments
                    (practice_id, assessment_id, risk_id, client_id, couple_id, group_id, assessed_by, assessed_at,
                     outcome, note, reported_to, reported_at)
                select \(practice), \(assessment.id), \(risk), c.client_id, c.couple_id, c.group_id, access.account(),
                    \(now), \(assessment.outcome), \(assessment.note), \(assessment.reportedTo),
                    \(assessment.reportedAt)
                from changed c
            )
            select is_fresh from target
            """
        ) { try $0.next() }
    }
}
