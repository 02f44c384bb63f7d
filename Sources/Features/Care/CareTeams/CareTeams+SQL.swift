import Postgres
import Practice

extension CareTeamMembership {
    /// Who treats today, and who will; with the history, who ever did. A client sees names of today, and of a couple that
    /// has ended those of its last day; to whom the team is not shown, nobody.
    static func members(of subject: Subject, during period: Period, in practice: ID<Practice>) -> Query<[Member]> {
        .rows(
            """
            select case when shown.whole then m.membership_id end, case when shown.whole then m.account_id end, a.name, s.credentials,
                case when shown.whole then coalesce(lower(m.during), m.empty_on) end,
                case when shown.whole then coalesce(upper(m.during), m.empty_on) end,
                case when shown.whole then before.membership_id end
            from care_team_memberships m
                join staff s using (practice_id, account_id) join accounts a using (practice_id, account_id)
                left join care_team_memberships before
                    on before.practice_id = m.practice_id and before.successor_id = m.membership_id
                left join couples u on u.practice_id = m.practice_id and u.couple_id = m.couple_id
                cross join (select access.shows('team') or access.whole() as whole) shown
            where m.practice_id = \(practice) and m.\(subject.matches)
                and case when \(period == .all) and shown.whole then true
                    when isempty(m.during) then false
                    when u.ended_at is not null and not shown.whole then m.during @> upper(u.during) - 1
                    else not m.during << daterange(access.today(), null) end
                and (shown.whole or access.shows('names') or access.relation() = 'self')
            order by coalesce(lower(m.during), m.empty_on), m.membership_id
            """,
            read)
    }

    static func member(_ id: ID<CareTeamMembership>, in practice: ID<Practice>) -> Query<Member> {
        .row("\(one) where m.practice_id = \(practice) and m.membership_id = \(id)", read)
    }

    /// The membership that follows another one, if it is of this account and began on this day.
    static func successor(
        of id: ID<CareTeamMembership>, _ hand: HandOver, in practice: ID<Practice>
    ) -> Query<Member?> {
        .optionalRow(
            """
            \(one) where m.practice_id = \(practice) and before.membership_id = \(id)
                and m.account_id = \(hand.accountID)
                and (\(hand.on)::date is null or lower(m.during) = \(hand.on))
            """, read)
    }

    private static let one: SQL = """
        select m.membership_id, m.account_id, a.name, s.credentials, coalesce(lower(m.during), m.empty_on),
            coalesce(upper(m.during), m.empty_on),
            before.membership_id
        from care_team_memberships m
            join staff s using (practice_id, account_id) join accounts a using (practice_id, account_id)
            left join care_team_memberships before
                on before.practice_id = m.practice_id and before.successor_id = m.membership_id
        """

    /// Whether there is such a membership of this client or couple; no row when there is none.
    static func exists(_ id: ID<CareTeamMembership>, of subject: Subject, in practice: ID<Practice>) -> Query<Bool> {
        .row(
            """
            select true from care_team_memberships m
            where m.practice_id = \(practice) and m.membership_id = \(id) and m.\(subject.matches)
            """
        ) { try $0.next() }
    }

    /// Begins what follows a membership that still runs on the day of the hand-over, and ends that one on that day. One
    /// that has ended, or was handed over already, stays as it is. It is held first: of two who hand it over at once the
    /// second begins nothing.
    static func handOver(
        _ id: ID<CareTeamMembership>, of subject: Subject, to successor: ID<CareTeamMembership>, _ hand: HandOver,
        in practice: ID<Practice>, at now: Instant
    ) -> [Query<Int>] {
        let day: SQL = "coalesce(\(hand.on), access.today())"
        return [
            .run(
                """
                select from care_team_memberships m
                    cross join lateral access.say_handed_over(m.membership_id)
                where m.practice_id = \(practice) and m.membership_id = \(id) and m.\(subject.matches)
                for no key update of m
                """),
            .run(
                """
                insert into care_team_memberships (practice_id, membership_id, client_id, couple_id, account_id, during)
                select m.practice_id, \(successor), m.client_id, m.couple_id, \(hand.accountID),
                    daterange(\(day), upper(m.during))
                from care_team_memberships m
                where m.practice_id = \(practice) and m.membership_id = \(id) and m.\(subject.matches)
                    and m.successor_id is null and m.during @> \(day)
                """),
            .run(
                """
                update care_team_memberships m
                set during = m.during * daterange(null, \(day)), ended_at = \(now), successor_id = \(successor),
                    hand_over_reason = \(hand.reason)
                where m.practice_id = \(practice) and m.membership_id = \(id) and m.\(subject.matches)
                    and m.successor_id is null and m.during @> \(day)
                """),
        ]
    }

    /// Ends a membership today: today is no longer in its span, so the next request of who it was finds nothing.
    /// One that has ended stays as it is; no row when there is none.
    static func end(
        _ id: ID<CareTeamMembership>, of subject: Subject, in practice: ID<Practice>, at now: Instant
    ) -> Query<ID<CareTeamMembership>> {
        .row(
            """
            update care_team_memberships m
            set during = m.during * daterange(null, access.today()), ended_at = coalesce(m.ended_at, \(now))
            where m.practice_id = \(practice)
                and m.membership_id = \(id) and m.\(subject.matches)
            returning m.membership_id
            """
        ) { try $0.next() }
    }

    @Sendable private static func read(_ row: inout Row) throws -> Member {
        Member(
            id: try row.next(), accountID: try row.next(), name: try row.next(), credentials: try row.next(),
            from: try row.next(), until: try row.next(), predecessorID: try row.next())
    }
}

extension CareTeamMembership.Subject {
    var clientID: ID<Client>? { if case .client(let id) = self { id } else { nil } }

    var coupleID: ID<Couple>? { if case .couple(let id) = self { id } else { nil } }

    fileprivate var matches: SQL {
        switch self {
        case .client(let id): "client_id = \(id)"
        case .couple(let id): "couple_id = \(id)"
        }
    }
}
