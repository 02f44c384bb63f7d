import Postgres

extension AuditVerifier {
    static func lines(_ practice: ID<Practice>) -> Query<[AuditChain.Line]> {
        .rows(
            """
            select coalesce(e.seal_number, s.seal_number), s.event_count, s.first_event_id, s.last_event_id,
                   timestamptz_send(s.sealed_at), s.previous, s.seal, e.audit_event_id, \(AuditRow.columns)
            -- Whole rows: every column of them is under the seal.
            from (select * from audit_events where practice_id = \(practice)) e
                full join (select * from audit_seals where practice_id = \(practice)) s
                on s.seal_number = e.seal_number
            order by 1 nulls last, e.audit_event_id
            """
        ) { row in
            let number = try row.next(Int?.self)
            let (count, first, last) = (try row.next(Int?.self), try row.next(Int?.self), try row.next(Int?.self))
            let (sealedAt, previous) = (try row.next([UInt8]?.self), try row.next([UInt8]?.self))
            let code = try row.next([UInt8]?.self)
            var line = AuditChain.Line(
                sealNumber: number, code: code, eventID: try row.next(), row: AuditRow(columns: try row.next()))
            if let number, let count, let first, let last, let sealedAt, let previous {
                line.seal = AuditSeal(
                    practiceID: practice, number: number, eventCount: count, firstEventID: first, lastEventID: last,
                    sealedAt: sealedAt, previous: previous)
            }
            return line
        }
    }

    /// A request may enter several times, and be refused after it was let in; and what changes a thing may read it too, to
    /// answer with it. But it is one request: of one person, about one thing, at one instant. And these it does once. What
    /// follows from it for others, that a couple ends with a death or a free seat is offered on, stands beside it.
    static func contradictions(_ practice: ID<Practice>) -> Query<[AuditFinding]> {
        .rows(
            """
            select request_id, max(audit_event_id)
            from (
                select e.request_id, e.audit_event_id, e.at, e.account_id, e.sign_in_id, e.action, e.kind,
                    e.resource_id, e.outcome,
                    coalesce((e.action, e.kind) in (('couple.end', 'couple'), ('enrollment.offer', 'none')), false)
                        as follows
                from audit_events e where e.practice_id = \(practice)) told
            group by request_id
            having count(*) > 1 and (
                min(at) filter (where sign_in_id is not null) <> max(at) filter (where sign_in_id is not null)
                or min(split_part(action, '.', 1)) filter (where not follows)
                    <> max(split_part(action, '.', 1)) filter (where not follows)
                or min(action) filter (where action like '%.read') <> max(action) filter (where action like '%.read')
                or min(action) filter (where action not like '%.read' and not follows)
                    <> max(action) filter (where action not like '%.read' and not follows)
                or min(kind) filter (where not follows) <> max(kind) filter (where not follows)
                or min(account_id::text) <> max(account_id::text) or min(sign_in_id::text) <> max(sign_in_id::text)
                or min(resource_id::text) filter (where not follows)
                    <> max(resource_id::text) filter (where not follows)
                or count(*) filter (where outcome = 'allowed'
                    and action in ('sign_in.create', 'invitation.accept', 'reset.finish', 'inquiry.submit')) > 1)
            order by 2
            """
        ) { row in
            .requestContradicted(request: try row.next(), event: try row.next())
        }
    }
}
