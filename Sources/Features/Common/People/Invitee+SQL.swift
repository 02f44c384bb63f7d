import Postgres
import Practice

extension Client {
    /// The account of a client, and what one would be made of: no row when who asks may not invite. The chart is locked:
    /// who invites at the same time comes first, or afterwards.
    struct Invitee: Sendable {
        let name: String
        let email: String?
        let accountID: ID<Account>?
    }

    static func invitee(_ id: ID<Client>, in practice: ID<Practice>) -> Query<Invitee?> {
        .optionalRow(
            """
            select called(c.given_name, c.preferred_name, c.family_name), lower(k.email), a.account_id
            from clients c
                left join client_contacts k using (practice_id, client_id)
                left join accounts a using (practice_id, client_id)
            where c.practice_id = \(practice) and c.client_id = \(id) and access.shows('identity')
            for no key update of c
            """
        ) { row in
            Invitee(name: try row.next(), email: try row.next(), accountID: try row.next())
        }
    }
}
