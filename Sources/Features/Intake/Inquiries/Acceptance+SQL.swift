import JSON
import Postgres
import Practice

extension Acceptance {
    /// Where the inquiry stands, under a lock: who comes at the same time waits, and finds it accepted.
    struct Standing: Sendable {
        let state: Inquiry.State
        let since: Instant
        let digest: [UInt8]?
        let kind: Inquiry.Kind
        /// How whoever asked can be reached.
        let contact: Client.NewContact
        /// The day where the practice is, on which people are of age or are not.
        let today: Day
    }

    static func standing(_ id: ID<Inquiry>, in practice: ID<Practice>) -> Query<Standing> {
        .row(
            """
            select state, state_since, acceptance_digest, kind, email, phone, safe_channels, access.today() from inquiries
            where practice_id = \(practice) and inquiry_id = \(id) for update
            """
        ) { row in
            Standing(
                state: try row.next(), since: try row.next(), digest: try row.next(), kind: try row.next(),
                contact: Client.NewContact(
                    email: try row.next(), phone: try row.next(), safeChannels: try row.next()),
                today: try row.next())
        }
    }

    /// Which of these accounts were made.
    static func made(_ accounts: [ID<Account>], in practice: ID<Practice>) -> Query<[ID<Account>]> {
        .rows(
            "select account_id from accounts where practice_id = \(practice) and account_id = any (\(accounts))"
        ) { try $0.next() }
    }

    /// The account of a known guardian who was told of the acceptance by a letter.
    static func told(_ guardian: ID<Guardian>, in practice: ID<Practice>, at accepted: Instant) -> Query<ID<Account>?> {
        .optionalRow(
            """
            select g.account_id from guardians g join outbox o using (practice_id, account_id)
            where g.practice_id = \(practice) and g.guardian_id = \(guardian) and o.kind = 'notice'
                and o.created_at = \(accepted)
            limit 1
            """
        ) { try $0.next() }
    }

    /// Which of these addresses belong to an account already, as far as the caller may know it.
    static func taken(_ addresses: [String]) -> Query<[String]> {
        .row("select access.addresses_taken(\(addresses))") { try $0.next() }
    }

    static func accept(
        _ outcome: Outcome, _ digest: [UInt8], in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            update inquiries
            set state = 'accepted', state_since = \(now), client_id = \(outcome.client.clientID),
                partner_id = \(outcome.partner?.clientID), couple_id = \(outcome.coupleID),
                acceptance_digest = \(digest), version = version + 1
            where practice_id = \(practice) and inquiry_id = \(outcome.inquiryID)
            """)
    }

    static let faults: [String: FieldFault] = Guardianship.Terms.faults
        .merging(CareTeamMembership.faults(staff: "/counselorId")) { first, _ in first }
        .merging(NewAccount.faults(email: "")) { first, _ in first }
        .merging(
            [
                "couple_members_one_couple_at_a_time": FieldFault(
                    "/partner", "already_in_a_couple", "One of them is in another couple already."),
                "couple_members_are_different": FieldFault("/partner/id", "same", "These must be two people."),
            ]
        ) { first, _ in first }
}
