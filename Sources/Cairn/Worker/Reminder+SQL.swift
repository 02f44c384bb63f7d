import Postgres
import Practice

/// A piece of homework whose hour to be reminded of has come, taken by this worker.
struct Reminder: Sendable {
    let homeworkID: ID<Homework>
    let clientID: ID<Client>
    /// Who is to be reminded, and until when. Nil where nobody is: it is done, closed or not open, or the client has no
    /// account, no safe address, or no wish to be reminded.
    let recipient: Recipient?

    struct Recipient: Sendable {
        let accountID: ID<Account>
        let address: String
        let end: Instant
    }

    static func practices(at now: Instant) -> Query<[ID<Practice>]> {
        .rows("select p from access.practices_with_homework_to_remind(\(now)) as p order by 1") { try $0.next() }
    }

    /// Takes pieces that nobody else holds, and has none of them come again. A reminder is of use until the piece is due;
    /// where it was due already, until it is late or closes.
    static func take(_ count: Int, of practice: ID<Practice>, at now: Instant) -> Query<[Reminder]> {
        .rows(
            """
            with taken as materialized (
                select h.homework_id, h.client_id, case when homework_is_outstanding(h.state)
                    and h.opens_at <= \(now) then case when h.due_at > \(now) then h.due_at
                    when h.late_at > \(now) then h.late_at when h.closes_at > \(now) then h.closes_at end end as ends
                from homework h
                where h.practice_id = \(practice) and h.remind_at <= \(now)
                order by h.remind_at limit \(count) for no key update skip locked
            ), cleared as (
                update homework h set remind_at = null from taken t
                where h.practice_id = \(practice) and h.homework_id = t.homework_id
            )
            select t.homework_id, t.client_id, r.account_id, r.address, t.ends
            from taken t left join lateral (
                select a.account_id, coalesce(k.email, a.email) as address
                from access.accounts_in_use(array[t.client_id]) a
                    join client_contacts k on k.practice_id = \(practice) and k.client_id = t.client_id
                where t.ends is not null and k.homework_reminders and 'email' = any (k.safe_channels)) r on true
            """
        ) { row in
            Reminder(homeworkID: try row.next(), clientID: try row.next(), recipient: try Recipient(&row))
        }
    }

    /// The letter, where somebody is to be reminded.
    func letter(_ id: ID<Letter>, at now: Instant) -> NewLetter? {
        recipient.map {
            NewLetter(
                id, reminding: clientID, of: homeworkID, account: $0.accountID, address: $0.address, at: now,
                until: $0.end)
        }
    }
}

extension Reminder.Recipient {
    fileprivate init?(_ row: inout Row) throws {
        let (account, address) = (try row.next(ID<Account>?.self), try row.next(String?.self))
        let end = try row.next(Instant?.self)
        guard let account, let address, let end else { return nil }
        self.init(accountID: account, address: address, end: end)
    }
}
