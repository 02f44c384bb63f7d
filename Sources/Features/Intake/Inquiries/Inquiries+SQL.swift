import JSON
import Postgres
import Practice
import WebAPI

extension Inquiry.Record {
    private static let ownColumns: SQL = """
        i.inquiry_id, i.kind, i.contact_name, i.email, i.phone, i.state, i.state_since, i.reason_code, i.reason,
        i.assigned_to, i.received_at, i.birth_date, i.born_in, i.region, i.program_id, i.track, i.known_client_id,
        i.risk_raised_at, i.risk_acknowledged_at, i.risk_acknowledged_by, i.client_id, i.partner_id, i.couple_id, i.version, i.message,
        i.repeats_id, i.safe_channels
        """
    /// Which of the inquiries that repeat this one the caller sees is a column of its own, since a list asks for all at once.
    private static let columns: SQL = """
        \(ownColumns), i.state_since + inquiry_limit(i.state, l.hours),
        case when i.repeats_id is null or (select access.whole()) then i.repeats_id
             else (select r.inquiry_id from inquiries r
                   where r.practice_id = i.practice_id and r.inquiry_id = i.repeats_id) end
        """
    /// What some of its ids are called.
    private static let names: SQL = """
        (select a.name from accounts a where a.practice_id = i.practice_id and a.account_id = i.assigned_to),
        (select p.name from programs p where p.practice_id = i.practice_id and p.program_id = i.program_id)
        """
    private static let limits: SQL = """
        left join inquiry_limits l on l.practice_id = i.practice_id and l.state = i.state
        """

    static func one(_ id: ID<Inquiry>, in practice: ID<Practice>) -> Query<Inquiry.Record> {
        .row(
            """
            select \(columns),
                   array(select r.inquiry_id from inquiries r
                         where r.practice_id = i.practice_id and r.repeats_id = i.inquiry_id order by r.inquiry_id),
                   \(names)
            from inquiries i \(limits)
            where i.practice_id = \(practice) and i.inquiry_id = \(id)
            """, read)
    }

    /// Oldest first: who waits longest is seen first.
    static func list(
        _ filter: Inquiry.Filter, in practice: ID<Practice>, at now: Instant
    ) throws(Problem) -> Query<[Inquiry.Record]> {
        var after: (at: Instant, id: ID<Inquiry>)?
        if let key = filter.page.after { after = (try key.instant(0), try key.id(1)) }
        return .rows(listStatement(filter, after: after, in: practice, at: now), read)
    }

    /// Whom the role alone does not show all sees those assigned: of the two halves the one that does not apply is not
    /// begun. That each ends at 101, more than a page has, tells the planner to take an index that gives the order and to
    /// stop early: with the page's own limit, which it does not know, it read and sorted all.
    static func listStatement(
        _ filter: Inquiry.Filter, after: (at: Instant, id: ID<Inquiry>)?, in practice: ID<Practice>, at now: Instant
    ) -> SQL {
        var conditions = self.conditions(filter, in: practice, at: now)
        if let after { conditions.append("(i.received_at, i.inquiry_id) > (\(after.at), \(after.id))") }
        let shared = SQL.joined(conditions, separator: " and ")
        let order: SQL = "order by i.received_at, i.inquiry_id limit"
        return """
            with page as materialized (
                (select i.practice_id, \(ownColumns) from inquiries i where \(shared) and access.whole() \(order) 101)
                union all
                (select i.practice_id, \(ownColumns) from inquiries i
                 where \(shared) and not access.whole() and i.assigned_to = access.account() \(order) 101)
                order by received_at, inquiry_id limit \(filter.page.fetch)
            ), repetitions as (
                select r.repeats_id, array_agg(r.inquiry_id order by r.inquiry_id) as ids from inquiries r
                where r.practice_id = \(practice) and r.repeats_id = any (array(select inquiry_id from page))
                group by r.repeats_id
            ), people as (
                select a.account_id, a.name from accounts a
                where a.practice_id = \(practice) and a.account_id = any (array(select assigned_to from page))
            ), named_programs as (
                select p.program_id, p.name from programs p
                where p.practice_id = \(practice) and p.program_id = any (array(select program_id from page))
            )
            select \(columns), coalesce(repetitions.ids, '{}'), people.name, named_programs.name
            from page i \(limits)
                left join repetitions on repetitions.repeats_id = i.inquiry_id
                left join people on people.account_id = i.assigned_to
                left join named_programs on named_programs.program_id = i.program_id
            order by i.received_at, i.inquiry_id
            """
    }

    /// How many the list has on all its pages.
    static func total(_ filter: Inquiry.Filter, in practice: ID<Practice>, at now: Instant) -> Query<Int?> {
        let conditions = conditions(filter, in: practice, at: now)
        return filter.page.total("from inquiries i where \(SQL.joined(conditions, separator: " and "))")
    }

    private static func conditions(_ filter: Inquiry.Filter, in practice: ID<Practice>, at now: Instant) -> [SQL] {
        var conditions: [SQL] = ["i.practice_id = \(practice)"]
        if let state = filter.state { conditions.append("i.state = \(state.rawValue)") }
        if let risk = filter.risk {
            conditions.append(risk ? "i.risk_raised_at is not null" : "i.risk_raised_at is null")
        }
        if let overdue = filter.overdue {
            let hours: SQL = """
                (select l.hours from inquiry_limits l where l.practice_id = \(practice) and l.state = i.state)
                """
            conditions.append(
                "coalesce(i.state_since + inquiry_limit(i.state, \(hours)) < \(now), false) = \(overdue)")
        }
        if let repeated = filter.repeated {
            conditions.append(repeated ? "i.repeats_id is not null" : "i.repeats_id is null")
        }
        if let assignedTo = filter.assignedTo { conditions.append("i.assigned_to = \(assignedTo)") }
        return conditions
    }

    @Sendable private static func read(_ row: inout Row) throws -> Inquiry.Record {
        let (id, kind, name) = (try row.next(ID<Inquiry>.self), try row.next(String.self), try row.next(String.self))
        let (email, phone) = (try row.next(String?.self), try row.next(String?.self))
        let (state, since) = (try row.next(Inquiry.State.self), try row.next(Instant.self))
        let (code, reason) = (try row.next(String?.self), try row.next(String?.self))
        let (assignedTo, receivedAt) = (try row.next(ID<Account>?.self), try row.next(Instant.self))
        let about = Inquiry.About(
            birthDate: try PartialDay(day: row.next(), part: row.next()), region: try row.next(),
            programID: try row.next(), track: try row.next(),
            knownClientID: try row.next())
        let (raisedAt, acknowledgedAt) = (try row.next(Instant?.self), try row.next(Instant?.self))
        let acknowledgedBy = try row.next(ID<Account>?.self)
        let (clientID, partnerID) = (try row.next(ID<Client>?.self), try row.next(ID<Client>?.self))
        let (coupleID, version) = (try row.next(ID<Couple>?.self), try row.next(Int.self))
        let message = try row.next([UInt8]?.self)
        try row.skip()  // What it repeats, whether or not the caller sees that.
        let safeChannels = try row.next([String].self)
        let dueAt = try row.next(Instant?.self)
        let repetition = Inquiry.Repetition(of: try row.next(), by: try row.next())
        let names = Inquiry.Names(assignedTo: try row.next(), program: try row.next())
        return Inquiry.Record(
            id: id, kind: kind, name: name, email: email, phone: phone, state: state, stateSince: since, dueAt: dueAt,
            reasonCode: code, reason: reason, assignedTo: assignedTo, receivedAt: receivedAt, about: about,
            risk: raisedAt.map {
                Inquiry.Risk(raisedAt: $0, acknowledgedAt: acknowledgedAt, acknowledgedBy: acknowledgedBy)
            },
            clientID: clientID, partnerID: partnerID, coupleID: coupleID, repetition: repetition, names: names,
            version: version, safeChannels: safeChannels, sealedMessage: message)
    }
}

extension Inquiry {
    static func practice(named slug: String) -> Query<ID<Practice>?> {
        .optionalRow("select practice_id from access.practice_named(\(slug))") { try $0.next() }
    }

    static func enter(_ slug: String, request: ProvenRequest, at now: Instant) -> Query<Int> {
        .run(
            """
            select from access.enter_public(
                \(slug), 'inquiry.submit', \(now), \(request.id), \(request.proof))
            """)
    }

    static func insert(
        _ inquiry: Submission, _ id: ID<Inquiry>, sealed message: [UInt8]?, digest: [UInt8]?, in practice: ID<Practice>,
        at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into inquiries
                (practice_id, inquiry_id, kind, contact_name, email, phone, message, state_since, received_at,
                 sent_digest, birth_date, born_in, region, safe_channels)
            values (\(practice), \(id), \(inquiry.kind.rawValue), \(inquiry.name), \(inquiry.email), \(inquiry.phone),
                    \(message), \(now), \(now), \(digest), \(inquiry.birthDate?.day),
                    \(inquiry.birthDate?.part), \(inquiry.region), \(inquiry.safeChannels.map(\.rawValue)))
            on conflict do nothing
            """)
    }

    static func was(_ id: ID<Inquiry>, _ digest: [UInt8], in practice: ID<Practice>) -> Query<Bool> {
        .row("select access.inquiry_was(\(practice), \(id), \(digest))") { try $0.next() }
    }

    static func update(
        _ change: Change, _ id: ID<Inquiry>, seen version: Int, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        var changes = Changes(version: version)
        changes.set("reason_code", change.reasonCode)
        changes.set("reason", change.reason)
        changes.set("birth_date", change.birthDate.part(\.day))
        changes.set("born_in", change.birthDate.part(\.part))
        changes.set("region", change.region)
        changes.set("program_id", change.programID)
        changes.set("track", change.track)
        changes.set("known_client_id", change.knownClientID)
        if let state = change.state {
            changes.set("state", state.rawValue)
            changes.set(
                "state_since", to: "case when state = \(state.rawValue) then state_since else \(now) end")
        }
        return .run(
            """
            update inquiries set \(changes.sql) where practice_id = \(practice) and inquiry_id = \(id)
            """)
    }

    /// No row changes where no risk was raised. Who takes note of it again changes nothing.
    static func acknowledge(
        _ id: ID<Inquiry>, seen version: Int, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            update inquiries
            set risk_acknowledged_at = coalesce(risk_acknowledged_at, \(now)),
                risk_acknowledged_by = coalesce(risk_acknowledged_by, access.account()), version = \(version + 1)
            where practice_id = \(practice) and inquiry_id = \(id) and risk_raised_at is not null
            """)
    }

    static let faults = [
        "inquiries_program_fkey": FieldFault(
            "/programId", "no_such_program", "There is no such program in this practice."),
        "inquiries_known_client_fkey": FieldFault(
            "/knownClientId", "no_such_client", "There is no such client in this practice."),
        "inquiries_closed_with_a_reason": FieldFault(
            "/reason", "required", "An inquiry is declined, referred or withdrawn with a reason, or the code of one."),
        "inquiries_reason_code_is_of_an_ending": FieldFault(
            "/reasonCode", "not_closed", "Only what is declined, referred or withdrawn has the code of a reason."),
        "no_such_reason": FieldFault("/reasonCode", "no_such_reason", "The practice uses no such reason."),
        "reason_of_another_state": FieldFault(
            "/reasonCode", "reason_of_another_state", "The practice does not use this reason for this state."),
        "reason_needs_text": FieldFault("/reason", "required", "This reason needs words of your own beside it."),
    ]
}
