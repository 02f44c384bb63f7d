import Postgres
import Practice
import WebAPI

extension Staff {
    private static let columns: SQL = """
        a.account_id, a.name, a.roles, s.credentials, a.disabled_at is not null, a.version,
        access.shows('all_but_the_owner_role'), a.email, s.license_number, s.maximum_caseload,
        coalesce((
            select jsonb_agg(jsonb_build_object('region', l.region, 'number', l.number, 'validUntil', l.valid_until)
                             order by l.region)
            from staff_licenses l where l.practice_id = s.practice_id and l.account_id = s.account_id), '[]')
        """

    static func member(_ id: ID<Account>, in practice: ID<Practice>) -> Query<Member> {
        .row(
            """
            select \(columns) from staff s join accounts a using (practice_id, account_id)
            where s.practice_id = \(practice) and s.account_id = \(id)
            """, read)
    }

    static func list(_ page: Page, in practice: ID<Practice>) throws(Problem) -> Query<[Member]> {
        var after: SQL = ""
        if let key = page.after {
            after = "and (a.name, a.account_id) > (\(try key.text(0)), \(try key.id(1, of: Account.self)))"
        }
        return .rows(
            """
            select \(columns) from staff s join accounts a using (practice_id, account_id)
            where s.practice_id = \(practice) \(after)
            order by a.name, a.account_id limit \(page.fetch)
            """, read)
    }

    static func insert(_ invite: Invite, _ id: ID<Account>, in practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            insert into staff (practice_id, account_id, credentials, license_number)
            values (\(practice), \(id), \(invite.credentials), \(invite.licenseNumber))
            """)
    }

    /// Before a change that may end an owner: of two at once the second finds what the first left.
    static func holdOwners(_ id: ID<Account>) -> Query<Int> { .run("select from access.hold_owners(\(id))") }

    /// The roles of a client or guardian, which a professional may have too, stay. Sign-ins of who is disabled are
    /// ended by the database.
    static func update(
        _ change: Change, _ id: ID<Account>, seen version: Int, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        var changes = Changes(version: version)
        changes.set("name", change.name)
        if let roles = change.roles {
            changes.set(
                "roles",
                to: "\(roles) || array(select r from unnest(roles) r where not access.is_staff(array[r]))")
        }
        if let isDisabled = change.isDisabled {
            changes.set("disabled_at", to: isDisabled ? "coalesce(disabled_at, \(now))" : "null")
        }
        return .run(
            """
            update accounts set \(changes.sql)
            where practice_id = \(practice) and account_id = \(id)
            """)
    }

    static func updateDetails(_ change: Change, _ id: ID<Account>, in practice: ID<Practice>) -> Query<Int>? {
        var changes = Changes()
        changes.set("credentials", change.credentials)
        changes.set("license_number", change.licenseNumber)
        changes.set("maximum_caseload", change.maximumCaseload)
        guard !changes.isEmpty else { return nil }
        return .run(
            """
            update staff set \(changes.sql) where practice_id = \(practice) and account_id = \(id)
            """)
    }

    /// Those that are not among them are taken out.
    static func set(_ licenses: [License], of id: ID<Account>, in practice: ID<Practice>) -> [Query<Int>] {
        let take: Query<Int> = .run(
            """
            delete from staff_licenses
            where practice_id = \(practice) and account_id = \(id) and region <> all (\(licenses.map(\.region)))
            """)
        return [take]
            + licenses.map { license in
                .run(
                    """
                    insert into staff_licenses (practice_id, account_id, region, number, valid_until)
                    values (\(practice), \(id), \(license.region), \(license.number), \(license.validUntil))
                    on conflict (practice_id, account_id, region) do update
                        set number = excluded.number, valid_until = excluded.valid_until
                    """)
            }
    }

    @Sendable private static func read(_ row: inout Row) throws -> Member {
        let (id, name, roles) = (try row.next(ID<Account>.self), try row.next(String.self), try row.next([Role].self))
        let (credentials, isDisabled) = (try row.next(String?.self), try row.next(Bool.self))
        let (version, isDetailed) = (try row.next(Int.self), try row.next(Bool.self))
        let details = Member.Details(
            email: try row.next(), licenseNumber: try row.next(), maximumCaseload: try row.next(),
            licenses: try row.next(JSONB.self).bytes)
        return Member(
            id: id, name: name, roles: roles, credentials: credentials, isDisabled: isDisabled, version: version,
            details: isDetailed ? details : nil)
    }
}

extension Staff {
    static func supervisors(of id: ID<Account>, in practice: ID<Practice>, at now: Instant) -> Query<[Supervisor]> {
        .rows(
            """
            select v.supervisor_id, a.name, s.credentials, lower(v.during)
            from supervisions v
                join staff s on s.practice_id = v.practice_id and s.account_id = v.supervisor_id
                join accounts a on a.practice_id = v.practice_id and a.account_id = v.supervisor_id
                join practices p on p.practice_id = v.practice_id
            where v.practice_id = \(practice) and v.supervisee_id = \(id)
                and v.during @> (\(now) at time zone p.time_zone)::date
            order by a.name, v.supervisor_id
            """
        ) { row in
            Supervisor(id: try row.next(), name: try row.next(), credentials: try row.next(), since: try row.next())
        }
    }

    /// Whether the one named may supervise; no row when there is no such professional.
    static func supervises(_ id: ID<Account>, in practice: ID<Practice>) -> Query<Bool> {
        .row(
            """
            select 'supervisor' = any (a.roles) and a.disabled_at is null
            from staff s join accounts a using (practice_id, account_id)
            where s.practice_id = \(practice) and s.account_id = \(id)
            """
        ) { try $0.next() }
    }

    /// Begins today, unless it runs already. What was ended today goes on, so that a day has one span at most.
    static func supervise(
        _ id: ID<Account>, by supervisor: ID<Account>, in practice: ID<Practice>, at now: Instant
    ) -> [Query<Int>] {
        let today: SQL = """
            (select (\(now) at time zone time_zone)::date from practices where practice_id = \(practice))
            """
        let pair: SQL = """
            practice_id = \(practice) and supervisor_id = \(supervisor) and supervisee_id = \(id)
            """
        return [
            .run(
                """
                update supervisions set during = daterange(\(today), null), ended_at = null
                where \(pair) and isempty(during)
                    and not exists (select from supervisions where \(pair) and during @> \(today))
                """),
            .run(
                """
                insert into supervisions (practice_id, supervisor_id, supervisee_id, during)
                select \(practice), \(supervisor), \(id), daterange(\(today), null)
                where not exists (select from supervisions where \(pair) and during @> \(today))
                """),
        ]
    }

    /// Answers whether the one has ever supervised the other: what has ended already may be ended again.
    static func unsupervise(
        _ id: ID<Account>, by supervisor: ID<Account>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Bool> {
        .row(
            """
            with ended as (
                update supervisions v
                set during = v.during * daterange(null, (\(now) at time zone p.time_zone)::date),
                    ended_at = \(now)
                from practices p
                where p.practice_id = v.practice_id and v.practice_id = \(practice)
                    and v.supervisor_id = \(supervisor) and v.supervisee_id = \(id)
                    and v.during @> (\(now) at time zone p.time_zone)::date
            )
            select exists (
                select from supervisions v
                where v.practice_id = \(practice) and v.supervisor_id = \(supervisor)
                    and v.supervisee_id = \(id))
            """
        ) { try $0.next() }
    }
}
