import Postgres
import Practice
import WebAPI

extension ProgressNote {
    /// The chart whose notes are asked for: nobody's record holds another's.
    enum Chart: Sendable {
        case client(ID<Client>)
        case couple(ID<Couple>)
        case group(ID<Group>)
    }

    static func list(
        in chart: Chart, of practice: ID<Practice>, _ page: Page
    ) throws(Problem) -> Query<[Sealed]> {
        var after: SQL = ""
        if let key = page.after {
            let (heldAt, id) = (try key.instant(0), try key.id(1, of: ProgressNote.self))
            after = "and (n.held_at, n.note_id) < (\(heldAt), \(id))"
        }
        return .rows(
            """
            \(selection) where n.practice_id = \(practice) and \(chart.condition) \(after)
            order by n.held_at desc, n.note_id desc limit \(page.fetch)
            """, Sealed.init)
    }

    static func sealed(_ note: ID<ProgressNote>, in practice: ID<Practice>) -> Query<Sealed> {
        .row("\(selection) where n.practice_id = \(practice) and n.note_id = \(note)", Sealed.init)
    }

    /// The parts of a group note, each sealed.
    static func parts(
        of note: ID<ProgressNote>, in practice: ID<Practice>
    ) -> Query<[(id: ID<ProgressNote>, client: ID<Client>, body: [UInt8])]> {
        .rows(
            """
            select note_id, client_id, body from progress_notes
            where practice_id = \(practice) and head_note_id = \(note) order by note_id
            """
        ) { row in (try row.next(), try row.next(), try row.next()) }
    }

    static func addenda(to note: ID<ProgressNote>, in practice: ID<Practice>) -> Query<[Addendum.Sealed]> {
        .rows(
            """
            select addendum_id, body, signer_name, signer_credentials, signed_at from note_addenda
            where practice_id = \(practice) and note_id = \(note) order by signed_at, addendum_id
            """
        ) { row in
            try Addendum.Sealed(
                id: row.next(), body: row.next(),
                signature: Signature(name: row.next(), credentials: row.next(), at: row.next()))
        }
    }

    static func insert(
        _ note: ID<ProgressNote>, in chart: Chart, of practice: ID<Practice>, _ occasion: Occasion, body: [UInt8],
        at now: Instant
    ) -> Query<Int> {
        let (form, client, couple): (Form, ID<Client>?, ID<Couple>?) =
            switch chart {
            case .client(let client): (.individual, client, nil)
            case .couple(let couple): (.couple, nil, couple)
            case .group: (.group, nil, nil)
            }
        return .run(
            """
            insert into progress_notes
                (practice_id, note_id, kind, client_id, couple_id, author_id, held_at, minutes, modality, body,
                 created_at)
            values (\(practice), \(note), \(form), \(client), \(couple), access.account(), \(occasion.heldAt),
                    \(occasion.minutes), \(occasion.modality), \(body), \(now))
            """)
    }

    private static let selection: SQL = """
        select n.note_id, n.kind, n.client_id, n.couple_id, n.group_id, n.meeting_id, n.author_id, a.name, n.held_at,
               n.minutes, n.modality, n.body, n.shared_body, n.state, n.needs_cosignature, n.created_at,
               n.signer_name, n.signer_credentials, n.signed_at,
               n.cosigner_name, n.cosigner_credentials, n.cosigned_at, n.version,
               (select count(*) from note_addenda d where d.practice_id = n.practice_id and d.note_id = n.note_id)
        from progress_notes n
            join accounts a on a.practice_id = n.practice_id and a.account_id = n.author_id
        """
}

extension ProgressNote.Chart {
    // An attendee's row belongs to the attendee's chart; the group's has the shared part alone.
    fileprivate var condition: SQL {
        switch self {
        case .client(let client): "n.client_id = \(client)"
        case .couple(let couple): "n.couple_id = \(couple)"
        case .group(let group): "n.group_id = \(group) and n.kind = 'group'"
        }
    }
}

extension ProgressNote.Sealed {
    init(_ row: inout Row) throws {
        id = try row.next()
        form = try row.next()
        clientID = try row.next()
        coupleID = try row.next()
        groupID = try row.next()
        meetingID = try row.next()
        author = try Group.Colleague(id: row.next(), name: row.next())
        heldAt = try row.next()
        minutes = try row.next()
        modality = try row.next()
        body = try row.next()
        sharedBody = try row.next()
        state = try row.next()
        needsCosignature = try row.next()
        createdAt = try row.next()
        signature = try ProgressNote.Signature(ifAny: &row)
        cosignature = try ProgressNote.Signature(ifAny: &row)
        version = try row.next()
        addendumCount = try row.next()
    }
}

extension ProgressNote.Signature {
    fileprivate init?(ifAny row: inout Row) throws {
        let (name, credentials, at) = (
            try row.next(String?.self), try row.next(String?.self), try row.next(Instant?.self)
        )
        guard let name, let at else { return nil }
        self.init(name: name, credentials: credentials, at: at)
    }
}
