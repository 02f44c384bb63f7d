import Postgres
import Practice
import WebAPI

extension CareTeamMembership {
    /// Who treats today, and who will. A client sees names; to whom the team is not shown, nobody.
    static func members(of subject: Subject, _ call: Call) -> Query<[Member]> {
        .rows(
            """
            select case when shown.whole then m.membership_id end, case when shown.whole then m.account_id end, a.name, s.credentials,
                case when shown.whole then lower(m.during) end, case when shown.whole then upper(m.during) end
            from care_team_memberships m
                join staff s using (practice_id, account_id) join accounts a using (practice_id, account_id)
                join practices p using (practice_id)
                cross join (select access.shows('team') or access.whole() as whole) shown
            where m.practice_id = \(call.practiceID) and m.\(subject.matches)
                and not isempty(m.during)
                and not m.during << daterange((\(call.now) at time zone p.time_zone)::date, null)
                and (shown.whole or access.shows('names') or access.relation() = 'self')
            order by lower(m.during), m.membership_id
            """,
            read)
    }

    static func member(_ id: ID<CareTeamMembership>, _ call: Call) -> Query<Member> {
        .row(
            """
            select m.membership_id, m.account_id, a.name, s.credentials, lower(m.during), upper(m.during)
            from care_team_memberships m
                join staff s using (practice_id, account_id) join accounts a using (practice_id, account_id)
            where m.practice_id = \(call.practiceID) and m.membership_id = \(id)
            """,
            read)
    }

    /// Ends a membership today: today is no longer in its span, so the next request of who it was finds nothing.
    /// One that has ended stays as it is; no row when there is none.
    static func end(_ id: ID<CareTeamMembership>, of subject: Subject, _ call: Call) -> Query<ID<CareTeamMembership>> {
        .row(
            """
            update care_team_memberships m
            set during = m.during * daterange(null, (\(call.now) at time zone p.time_zone)::date),
                ended_at = coalesce(m.ended_at, \(call.now))
            from practices p
            where p.practice_id = m.practice_id and m.practice_id = \(call.practiceID)
                and m.membership_id = \(id) and m.\(subject.matches)
            returning m.membership_id
            """
        ) { try $0.next() }
    }

    @Sendable private static func read(_ row: inout Row) throws -> Member {
        Member(
            id: try row.next(), accountID: try row.next(), name: try row.next(), credentials: try row.next(),
            from: try row.next(), until: try row.next())
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
