import Postgres
import Practice
import WebAPI

extension Screening {
    static func questionnaires(_ page: Page, in practice: ID<Practice>) throws(Problem) -> Query<[Listed]> {
        var after: SQL = ""
        if let key = page.after { after = "and q.code > \(try key.text(0))" }
        return .rows(
            """
            select q.code, q.title, v.questionnaire_version_id, v.number, v.definition
            from questionnaires q join questionnaire_versions v
                on v.practice_id = q.practice_id and v.questionnaire_version_id = q.current_version_id
            where q.practice_id = \(practice) \(after) order by q.code limit \(page.fetch)
            """
        ) { row in
            Listed(
                code: try row.next(), title: try row.next(), versionID: try row.next(), number: try row.next(),
                definition: try row.next(JSONB.self).bytes)
        }
    }

    /// No row where the practice has no such questionnaire.
    static func asked(_ code: String, _ version: ID<QuestionnaireVersion>, in practice: ID<Practice>) -> Query<Asked> {
        .row(
            """
            select v.definition
            from questionnaires q left join questionnaire_versions v
                on v.practice_id = q.practice_id and v.code = q.code and v.questionnaire_version_id = \(version)
            where q.practice_id = \(practice) and q.code = \(code)
            """
        ) { row in
            Asked(definition: try row.next(JSONB?.self)?.bytes)
        }
    }

    /// Who comes at the same time waits, and finds what was added.
    static func lock(_ inquiry: ID<Inquiry>, in practice: ID<Practice>) -> Query<Int> {
        .row(
            """
            select 1 from inquiries where practice_id = \(practice) and inquiry_id = \(inquiry)
            for no key update
            """
        ) { try $0.next() }
    }

    /// The last answers to a questionnaire, if they are these.
    static func same(
        _ digest: [UInt8], _ code: String, of inquiry: ID<Inquiry>, in practice: ID<Practice>
    ) -> Query<ID<Screening>?> {
        .optionalRow(
            """
            select screening_id from (
                select screening_id, digest from inquiry_screenings
                where practice_id = \(practice) and inquiry_id = \(inquiry) and code = \(code)
                order by taken_at desc, screening_id desc limit 1) last
            where digest = \(digest)
            """
        ) { try $0.next() }
    }

    static func insert(
        _ id: ID<Screening>, _ outcome: Questionnaire.Outcome, sealed answers: [UInt8], digest: [UInt8],
        to code: String, _ version: ID<QuestionnaireVersion>, of inquiry: ID<Inquiry>, in practice: ID<Practice>,
        at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into inquiry_screenings
                (practice_id, screening_id, inquiry_id, code, questionnaire_version_id, answers, digest, score, band,
                 raises_risk, taken_at, recorded_by)
            values (\(practice), \(id), \(inquiry), \(code), \(version), \(answers), \(digest),
                    \(outcome.score), \(outcome.band), \(outcome.raisesRisk), \(now), access.account())
            """)
    }

    private static let columns: SQL = """
        s.screening_id, s.code, q.title, s.questionnaire_version_id, v.number, s.score, s.band, s.raises_risk, s.taken_at,
        s.recorded_by, s.answers
        """
    private static let tables: SQL = """
        inquiry_screenings s
            join questionnaires q on q.practice_id = s.practice_id and q.code = s.code
            join questionnaire_versions v
                on v.practice_id = s.practice_id and v.questionnaire_version_id = s.questionnaire_version_id
        """

    static func one(_ id: ID<Screening>, of inquiry: ID<Inquiry>, in practice: ID<Practice>) -> Query<Record> {
        .row(
            """
            select \(columns) from \(tables)
            where s.practice_id = \(practice) and s.inquiry_id = \(inquiry) and s.screening_id = \(id)
            """, read)
    }

    /// The latest first.
    static func list(
        of inquiry: ID<Inquiry>, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[Record]> {
        var after: SQL = ""
        if let key = page.after {
            after = "and (s.taken_at, s.screening_id) < (\(try key.instant(0)), \(try key.id(1, of: Screening.self)))"
        }
        return .rows(
            """
            select \(columns) from \(tables)
            where s.practice_id = \(practice) and s.inquiry_id = \(inquiry) \(after)
            order by s.taken_at desc, s.screening_id desc limit \(page.fetch)
            """, read)
    }

    @Sendable private static func read(_ row: inout Row) throws -> Record {
        Record(
            id: try row.next(), code: try row.next(), title: try row.next(), versionID: try row.next(),
            number: try row.next(), score: try row.next(), band: try row.next(), raisesRisk: try row.next(),
            takenAt: try row.next(), recordedBy: try row.next(), sealedAnswers: try row.next())
    }
}
