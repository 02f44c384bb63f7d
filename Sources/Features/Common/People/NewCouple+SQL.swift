import JSON
import Postgres
import Practice

extension Couple {
    /// What one partner tells alone: nothing stays secret, the counselor decides, or it stays with that partner.
    enum Confidentiality: String, Sendable, CaseIterable, PostgresWord {
        case limited, confidential
        case noSecrets = "no_secrets"
    }

    /// Makes a couple of two clients. It gives no rows back: who makes it does not see it before it is made.
    static func insert(
        _ id: ID<Couple>, of partners: [ID<Client>], _ confidentiality: Confidentiality, from: Day?,
        in practice: ID<Practice>, at now: Instant
    ) -> [Query<Int>] {
        let span: SQL = "daterange(coalesce(\(from), (\(now) at time zone time_zone)::date), null)"
        let couple = Query.run(
            """
            insert into couples (practice_id, couple_id, during, confidentiality, created_at)
            select practice_id, \(id), \(span), \(confidentiality.rawValue), \(now)
            from practices where practice_id = \(practice)
            """)
        // In the order of their ids, in which a trigger holds them.
        let members = Query.run(
            """
            insert into couple_members (practice_id, couple_id, seat, client_id, during)
            select practice_id, \(id), p.seat, p.client_id, \(span)
            from practices, unnest(\(partners)) with ordinality p (client_id, seat)
            where practice_id = \(practice) order by p.client_id
            """)
        return [couple, members]
    }
}

extension CareTeamMembership {
    /// A new member of a care team, from a day on, or from today; with `unlessThere`, only one who is not in it yet.
    static func begin(
        _ id: ID<CareTeamMembership>, client: ID<Client>? = nil, couple: ID<Couple>? = nil, _ account: ID<Account>,
        from: Day? = nil, unlessThere: Bool = false, in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        let there: SQL = """
            and not exists (
                select from care_team_memberships m
                where m.practice_id = \(practice) and m.account_id = \(account)
                    and (m.client_id = \(client) or m.couple_id = \(couple)) and upper_inf(m.during)
                    and not isempty(m.during))
            """
        return .run(
            """
            insert into care_team_memberships (practice_id, membership_id, client_id, couple_id, account_id, during)
            select practice_id, \(id), \(client), \(couple), \(account),
                daterange(coalesce(\(from), (\(now) at time zone time_zone)::date), null)
            from practices where practice_id = \(practice) \(unlessThere ? there : "")
            """)
    }

    /// What the constraints say about the member that names the professional.
    static func faults(staff pointer: String) -> [String: FieldFault] {
        let unknown = FieldFault(pointer, "no_such_staff", "There is no such professional in this practice.")
        return ["care_team_memberships_practice_id_account_id_fkey": unknown]
    }
}
