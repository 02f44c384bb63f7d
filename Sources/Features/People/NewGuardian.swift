import Postgres
import Practice
import WebAPI

extension Guardian {
    /// A parent or custodian whom the practice does not know yet.
    struct New: Sendable {
        let name: String
        let email: String?
        let phone: String?
        /// Whether the person gets an account; not asked, whoever has an e-mail address does.
        let isInvited: Bool

        init(_ body: inout JSONObjectReader) {
            name = body.required("name", .line(1...200))
            let email = body.optional("email", .email)
            self.email = email
            phone = body.optional("phone", .line(1...40))
            isInvited = body.optional("invite", .bool) ?? (email != nil)
            body.check(email != nil || !isInvited, "email", "required", "An invitation needs an e-mail address.")
        }

        func insert(_ id: ID<Guardian>, account: ID<Account>?, _ call: Call) -> Query<Int> {
            .run(
                """
                insert into guardians (practice_id, guardian_id, name, email, phone, account_id, created_at)
                values (\(call.practiceID), \(id), \(name), \(email), \(phone), \(account), \(call.now))
                """)
        }
    }
}

extension Guardianship {
    enum LegalBasis: String, Sendable, CaseIterable {
        case parent, custodian, other
        case courtOrder = "court_order"
    }

    /// What a guardian may see or do.
    enum Scope: String, Sendable, CaseIterable {
        case attendance, schedule, homework, consent, billing
    }

    /// On what ground, for what and since when.
    struct Terms: Sendable {
        let legalBasis: LegalBasis
        /// Where the order or certificate is found.
        let documentReference: String?
        let scopes: [Scope]
        let from: Day?
        let until: Day?

        init(_ body: inout JSONObjectReader) {
            legalBasis = body.optional("legalBasis", .choice()) ?? .parent
            documentReference = body.optional("documentReference", .line(1...200))
            scopes = body.required("scopes", .scopes)
            let (from, until) = (body.optional("from", .day(.plans)), body.optional("until", .day(.longPlans)))
            (self.from, self.until) = (from, until)
            if let from, let until {
                body.check(from < until, "until", "before_from", "This must be after `from`.")
            }
        }

        /// The client must be a minor: of somebody of age, or of an unknown age, nothing is inserted.
        func insert(
            _ id: ID<Guardianship>, _ guardian: ID<Guardian>, of client: ID<Client>, _ call: Call
        ) -> Query<Int> {
            .run(
                """
                insert into guardianships
                    (practice_id, guardianship_id, guardian_id, client_id, legal_basis, document_reference, scopes,
                     during, recorded_at, recorded_by)
                select c.practice_id, \(id), \(guardian), c.client_id, \(legalBasis.rawValue), \(documentReference),
                    \(scopes.map(\.rawValue)), daterange(coalesce(\(from), p.today), \(until)), \(call.now),
                    access.account()
                from clients c
                    join (select practice_id, (\(call.now) at time zone time_zone)::date as today from practices) p
                        using (practice_id)
                where c.practice_id = \(call.practiceID) and c.client_id = \(client)
                    and c.birth_date + interval '18 years' > p.today
                """)
        }

        static let faults = [
            "guardianships_practice_id_guardian_id_fkey": FieldFault(
                "/guardianId", "no_such_guardian", "There is no such guardian in this practice."),
            "guardianships_overlap": FieldFault(
                "/guardianId", "already_guardian", "This person is a guardian of the client in that time already."),
        ]
    }
}

extension JSONShape where Value == [Guardianship.Scope] {
    static var scopes: Self { .array(0...5, of: .choice()) }
}

extension Problem {
    static let notAMinor = Problem.conflict(
        "not_a_minor", "Guardians are for clients under 18 whose birth date is known.")
}
