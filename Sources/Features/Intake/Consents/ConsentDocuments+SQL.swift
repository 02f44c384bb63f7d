import Postgres
import Practice
import WebAPI

extension ConsentDocument {
    static func list(_ page: Page, in practice: ID<Practice>) throws(Problem) -> Query<[Item]> {
        var after: SQL = ""
        if let key = page.after { after = "and d.kind > \(try key.text(0))" }
        return .rows(
            """
            \(selection(text: "null::text")) where d.practice_id = \(practice) and \(isNewest) \(after)
            order by d.kind limit \(page.fetch)
            """, Item.init)
    }

    /// A document with its newest text.
    static func one(_ id: ID<ConsentDocument>, in practice: ID<Practice>) -> Query<Item> {
        .row(
            """
            \(selection(text: "v.body"))
            where d.practice_id = \(practice) and d.document_id = \(id) and \(isNewest)
            """, Item.init)
    }

    /// A document with one of its texts.
    static func one(_ id: ID<ConsentDocument>, number: Int, in practice: ID<Practice>) -> Query<Item> {
        .row(
            """
            \(selection(text: "v.body"))
            where d.practice_id = \(practice) and d.document_id = \(id) and v.number = \(number)
            """, Item.init)
    }

    /// All texts of a document, the newest first; none where there is no such document.
    static func versions(
        of id: ID<ConsentDocument>, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[Item]> {
        var after: SQL = ""
        if let key = page.after { after = "and v.number < \(try key.integer(0))" }
        return .rows(
            """
            \(selection(text: "null::text"))
            where d.practice_id = \(practice) and d.document_id = \(id) \(after)
            order by v.number desc limit \(page.fetch)
            """, Item.init)
    }

    static func insert(
        _ new: New, _ id: ID<ConsentDocument>, into practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into consent_documents (practice_id, document_id, kind, of_couple, created_at)
            values (\(practice), \(id), \(new.kind), \(new.isOfCouple), \(now))
            """)
    }

    /// Adds a text to a document, with the next number. What there is no document for is not added.
    static func publish(
        _ text: Text, _ version: ID<ConsentVersion>, of document: ID<ConsentDocument>, in practice: ID<Practice>,
        at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into consent_versions
                (practice_id, consent_version_id, document_id, number, title, body, valid_months, published_at,
                 published_by)
            select d.practice_id, \(version), d.document_id,
                coalesce((select max(v.number) from consent_versions v
                          where v.practice_id = d.practice_id and v.document_id = d.document_id), 0) + 1,
                \(text.title), \(text.text), \(text.validMonths.map(Int16.init(clamping:))), \(now), access.account()
            from consent_documents d where d.practice_id = \(practice) and d.document_id = \(document)
            """)
    }

    private static func selection(text: SQL) -> SQL {
        """
        select d.document_id, d.kind, d.of_couple, v.number, v.title, encode(v.text_hash, 'hex'), v.valid_months,
            v.published_at, \(text)
        from consent_documents d join consent_versions v using (practice_id, document_id)
        """
    }

    private static let isNewest: SQL = """
        not exists (select from consent_versions n where n.practice_id = v.practice_id
                    and n.document_id = v.document_id and n.number > v.number)
        """
}

extension ConsentDocument.Item {
    init(_ row: inout Row) throws {
        id = try row.next()
        kind = try row.next()
        isOfCouple = try row.next()
        current = ConsentDocument.Version(
            number: try row.next(), title: try row.next(), textHash: try row.next(), validMonths: try row.next(),
            publishedAt: try row.next(), text: try row.next())
    }
}
