import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// A second chart of the house's client, and of each thing one, in one chart or the other.
struct TwoCharts: Sendable {
    let world: World
    /// The chart with everything in it.
    let duplicate: Person
    /// The chart that stays: treated by the same counselor, and with the same guardian.
    let survivor: Person

    static func make(in world: World, survivorSignsIn: Bool = true) async throws -> TwoCharts {
        let house = world.mesa
        let client = house.client.clientID
        let survivor = try await world.seed(house) { seed in
            let survivor = try seed.client("Adam Archer-Two", born: "1986-03-14", treatedBy: house.counselor)
            let guardian = seed.guardian("Gus Archer", of: survivor)
            let (practice, now, today) = (seed.practiceID, seed.now, seed.today)
            // From long before until long after the survivor's: what is left of it is the time before.
            seed.add(
                """
                insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
                values (\(practice), \(seed.id(Guardianship.self)), \(guardian.guardianID), \(client), '{schedule}',
                        daterange(\(today.adding(days: -300)), null))
                """)
            seed.add(
                """
                insert into client_identifiers (practice_id, system, value, client_id)
                values (\(practice), 'urn:old', '77', \(client))
                """)
            seed.add(
                """
                insert into inquiries (practice_id, inquiry_id, kind, contact_name, email, state, state_since, received_at,
                                       client_id, partner_id)
                values (\(practice), \(seed.id(Inquiry.self)), 'couple', 'Beth', 'b@example.com', 'accepted', \(now), \(now),
                        \(house.partner.clientID), \(client))
                """)
            seed.add(
                """
                insert into appointments (practice_id, appointment_id, kind, client_id, starts_at, minutes)
                values (\(practice), \(seed.id(Appointment.self)), 'individual', \(client), \(now), 50)
                """)
            seed.add(
                """
                update enrollment_spans set during = daterange(lower(during) - 1, null)
                where practice_id = \(practice) and enrollment_id = \(house.enrollment)
                """)
            seed.add(
                """
                update homework set state = 'withdrawn', version = version + 1
                where practice_id = \(practice) and homework_id = \(house.homework)
                """)
            seed.add(
                """
                insert into homework_answers (practice_id, homework_id, number, client_id, exercise_version_id, answers,
                                              digest, saved_at)
                select practice_id, homework_id, n, client_id, exercise_version_id, '\\x00', sha256('\\x00'), \(now)
                from homework, generate_series(0, 1) n where practice_id = \(practice) and homework_id = \(house.homework)
                """)
            seed.add(
                """
                insert into homework_reviews (practice_id, homework_id, number, client_id, reviewer_id, outcome, reviewed_at)
                values (\(practice), \(house.homework), 1, \(client), \(house.counselor.accountID), 'reviewed', \(now))
                """)
            let addendum: ID<Addendum> = seed.id()
            let body = try seed.vault.seal("He called.", at: Place("note_addenda", "body", addendum))
            seed.add(
                """
                insert into note_addenda (practice_id, addendum_id, note_id, client_id, author_id, body, signed_at,
                                          signer_name)
                values (\(practice), \(addendum), \(house.signedNote), \(client),
                        \(house.counselor.accountID), \(body), \(now), 'Carl Cohen')
                """)
            seed.add(
                """
                insert into possible_duplicates (practice_id, client_id, other_id, reasons, found_at)
                select practice_id, least(client_id, \(client)), greatest(client_id, \(client)), '{birthDate}', \(now)
                from clients where practice_id = \(practice) and client_id in (\(survivor.clientID), \(house.loner.clientID))
                """)
            // Both were asked for the same thing, of which one is enough.
            _ = seed.consent("treatment", of: survivor)
            _ = seed.task("renew_consents", about: survivor)
            let signed = seed.consent("treatment", of: house.client, isSigned: true)
            let signature: ID<ConsentSignature> = seed.id()
            seed.add(
                """
                insert into consent_signatures (practice_id, signature_id, consent_id, client_id, account_id, capacity,
                                                signer_name, text_hash, signed_at)
                values (\(practice), \(signature), \(signed), \(client), \(house.client.accountID), 'self',
                        'Adam Archer', sha256('x'), \(now))
                """)
            seed.add(
                """
                insert into consent_revocations (practice_id, signature_id, consent_id, client_id, account_id, address,
                                                 revoked_at)
                values (\(practice), \(signature), \(signed), \(client), \(house.client.accountID), '\\x00', \(now))
                """)
            seed.add(
                """
                update guardianships set scopes = '{billing}', version = version + 1, recorded_at = \(now)
                where practice_id = \(practice) and client_id = \(client)
                """)
            _ = try seed.letter(to: house.client)
            if !survivorSignsIn {
                seed.add("delete from sign_ins where account_id = \(survivor.accountID)")
                seed.add("delete from accounts where account_id = \(survivor.accountID)")
            }
            return survivor
        }
        return TwoCharts(world: world, duplicate: house.client, survivor: survivor)
    }

    var path: String { "/v1/clients/\(survivor.clientID)/merges" }

    func merge(as person: Person? = nil) async throws -> TestAnswer {
        try await world.merge(duplicate.clientID, into: survivor.clientID, as: person ?? world.mesa.admin)
    }

    /// Every column of every table in which the duplicate's id still stands, but where it is kept on purpose.
    func traces() async throws -> [String] {
        let columns = try await world.database.superuser.pipeline(
            Query.rows(
                """
                select n.nspname::text, c.relname::text, a.attname::text
                from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('public', 'process') and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
                    and a.atttypid = 'uuid'::regtype and c.relname not in ('client_merges', 'sign_ins', 'audit_events')
                """
            ) { (try $0.next(String.self), try $0.next(String.self), try $0.next(String.self)) })
        var traces: [String] = []
        for (schema, table, column) in columns {
            let count: Query<Int> = .row(
                """
                select count(*) from \(.identifier(schema)).\(.identifier(table))
                where \(.identifier(column)) = \(duplicate.clientID)
                """
            ) { try $0.next() }
            if try await world.database.superuser.pipeline(count) > 0 { traces.append("\(table).\(column)") }
        }
        return traces
    }

    /// Everything in the database besides versions, sign-ins, the audit and the merges themselves.
    func everything() async throws -> [String: String] { try await world.everything() }
}

extension World {
    /// Everything in the database besides versions, sign-ins, the audit and the merges themselves, and when the worker is
    /// to look at an assignment again: it has to after both a merge and its reversal.
    func everything() async throws -> [String: String] {
        let tables = try await database.superuser.pipeline(
            Query.rows(
                """
                select n.nspname::text, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('public', 'process') and c.relkind = 'r' and c.relname not in (
                    'client_merges', 'client_merge_moves', 'sign_ins', 'audit_events', 'idempotency_keys')
                """
            ) { (try $0.next(String.self), try $0.next(String.self)) })
        var everything: [String: String] = [:]
        for (schema, table) in tables {
            let rows: Query<String> = .row(
                """
                select coalesce(string_agg(row, e'\n' order by row), '')
                from (select (to_jsonb(t) - '{version,plan_next}'::text[])::text as row
                      from \(.identifier(schema)).\(.identifier(table)) t) r
                """
            ) { try $0.next() }
            everything["\(schema).\(table)"] = try await database.superuser.pipeline(rows)
        }
        return everything
    }

    /// Makes one chart of two, as the owner.
    func merge(_ duplicate: Person, into survivor: Person) async throws -> TestAnswer {
        try await merge(duplicate.clientID, into: survivor.clientID, as: mesa.owner)
    }

    /// Makes two charts of it again.
    func reverse(_ merge: TestAnswer, into survivor: Person) async throws -> TestAnswer {
        let id = try #require(merge["id"].text, "\(merge.text)")
        return try await request(
            .put, "/v1/clients/\(survivor.clientID)/merges/\(id)/reversal", as: mesa.owner)
    }

    /// Merges, looks at it, and reverses: everything is as it was.
    func mergeAndReverse(
        _ duplicate: Person, into survivor: Person, _ look: () async throws -> Void
    ) async throws {
        let before = try await everything()
        let merged = try await merge(duplicate, into: survivor)
        #expect(merged.status == 201, "\(merged.text)")
        try await look()
        let reversed = try await reverse(merged, into: survivor)
        #expect(reversed.status == 200, "\(reversed.text)")
        let after = try await everything()
        for (table, rows) in before { #expect(after[table] == rows, "\(table)") }
    }
}

extension World {
    /// Makes one chart of two: where somebody signs in to one of them, the desk confirms it. The answer is that of a merge
    /// that was made at once.
    func merge(_ duplicate: ID<Client>, into survivor: ID<Client>, as person: Person) async throws -> TestAnswer {
        let path = "/v1/clients/\(survivor)/merges"
        let asked = try await request(.post, path, as: person, json: ["duplicateId": .text("\(duplicate)")])
        guard asked.status == 202, let id = asked["id"].text else { return asked }
        let confirmed = try await request(.put, "\(path)/\(id)/confirmation", as: mesa.intake)
        guard confirmed.status == 200 else { return confirmed }
        let merges = try await request(.get, path, as: person)
        let made = try #require(merges.items.first { $0["id"] == .text(id) })
        return TestAnswer(status: 201, headers: merges.headers, body: made.bytes)
    }
}
