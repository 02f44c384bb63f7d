import Postgres
import Practice

extension ProgressNote {
    /// Holds a note until the end of the transaction: goes before what signs it or changes its text, so that of a group note the
    /// parts say what the note says that was signed.
    static func hold(_ note: ID<ProgressNote>, in practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            select from progress_notes where practice_id = \(practice) and note_id = \(note) for no key update
            """)
    }

    /// Signs a draft in the name and with the credentials of this moment, and with a group note all its parts.
    /// What is signed already stays as it is.
    static func sign(
        _ note: ID<ProgressNote>, in practice: ID<Practice>, version: Int?, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            update progress_notes n set
                state = 'signed', signed_at = \(now), signer_name = w.name, signer_credentials = w.credentials,
                version = case when n.note_id = \(note) then coalesce(\(version.map { $0 + 1 }), n.version + 1)
                               else n.version + 1 end
            from (\(signer(in: practice))) w
            where n.practice_id = \(practice) and n.state = 'draft'
              and (n.note_id = \(note) and n.kind <> 'attendee' or n.head_note_id = \(note))
            """)
    }

    static func cosign(_ note: ID<ProgressNote>, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            update progress_notes n set
                state = 'cosigned', cosigned_at = \(now), cosigner_id = w.account_id, cosigner_name = w.name,
                cosigner_credentials = w.credentials, version = n.version + 1
            from (\(signer(in: practice))) w
            where n.practice_id = \(practice) and n.state = 'signed' and n.needs_cosignature
              and (n.note_id = \(note) and n.kind <> 'attendee' or n.head_note_id = \(note))
            """)
    }

    /// Adds to a signed note; a trigger refuses to add to a draft.
    static func amend(
        _ note: ID<ProgressNote>, in practice: ID<Practice>, with addendum: ID<Addendum>, body: [UInt8],
        at now: Instant
    ) -> Query<Signature> {
        .row(
            """
            insert into note_addenda
                (practice_id, addendum_id, note_id, client_id, couple_id, group_id, author_id, body, signed_at,
                 signer_name, signer_credentials)
            select n.practice_id, \(addendum), n.note_id, n.client_id, n.couple_id, n.group_id, w.account_id, \(body),
                   \(now), w.name, w.credentials
            from progress_notes n, (\(signer(in: practice))) w
            where n.practice_id = \(practice) and n.note_id = \(note)
            returning signer_name, signer_credentials, signed_at
            """
        ) { row in try Signature(name: row.next(), credentials: row.next(), at: row.next()) }
    }

    private static func signer(in practice: ID<Practice>) -> SQL {
        """
        select a.account_id, a.name, s.credentials
        from accounts a join staff s on s.practice_id = a.practice_id and s.account_id = a.account_id
        where a.practice_id = \(practice) and a.account_id = access.account()
        """
    }
}
