import JSON
import Postgres
import Practice
import TestSupport

extension Scene {
    /// Whether it has something of every kind, also of what scenes have no need of: one of each way in which rows are seen.
    var isFull: Bool { Self.isFull(tie, role) }

    static func isFull(_ tie: Tie, _ role: Role) -> Bool {
        switch tie {
        case .none: role == .owner
        case .treats, .treatsThePartner, .treatsTheCouple, .wroteEverything, .answersTheInquiry: role == .counselor
        case .facilitates, .facilitatesAFormerMember: role == .counselor
        case .oversees, .overseesTheGroup: role == .supervisor
        case .isTheClient, .isAMember, .sharesWithTheClient, .metOneKeyTurned, .guardsHomework, .guardsAFormerMember:
            true
        case .guards: role == .guardian
        case .isTiedInEveryWay: role == .counselor || role == .guardian
        case .isTheClientTiedInEveryWay: true
        default: false
        }
    }

    /// Puts a row into each table that scenes leave empty.
    func fill(_ seed: inout Seed) throws {
        try people(&seed)
        chart(&seed)
        signatures(&seed)
        keys(&seed)
        homework(&seed)
        files(&seed)
    }

    private func chart(_ seed: inout Seed) {
        let (practice, now) = (seed.practiceID, seed.now)
        tasks(&seed)
        seed.add(
            """
            insert into client_identifiers (practice_id, system, value, client_id)
            values (\(practice), 'urn:old', \("\(number)"), \(client.clientID))
            """)
        seed.add(
            """
            insert into placement_conflicts (practice_id, conflict_id, client_id, other_id, kind, recorded_at)
            values (\(practice), \(seed.id(PlacementConflict.self)), \(client.clientID), \(partner.clientID), 'relative',
                    \(now))
            """)
        seed.add(
            """
            insert into possible_duplicates (practice_id, client_id, other_id, reasons, found_at)
            values (\(practice), least(\(client.clientID)::uuid, \(partner.clientID)::uuid),
                    greatest(\(client.clientID)::uuid, \(partner.clientID)::uuid), '{phone}', \(now))
            """)
        // As long ago as the client was half of another couple, the caller was the partner's guardian.
        if let ownGuardian { seed.guardianship(ownGuardian, of: partner, ["consent"], .untilYesterday) }
        seed.add(
            """
            update guardianships set legal_basis = 'custodian', version = version + 1
            where practice_id = \(practice) and client_id in (\(client.clientID), \(partner.clientID))
            """)
        seed.add(
            """
            update attendance set mark = 'late', recorded_at = recorded_at + interval '1 hour'
            where practice_id = \(practice) and client_id = \(client.clientID)
            """)
        // Somebody who is not of the group was at its meeting.
        seed.add(
            """
            insert into attendance (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
            select practice_id, meeting_id, \(partner.clientID), group_id, mark, recorded_at, recorded_by
            from attendance where practice_id = \(practice) and meeting_id = \(things[.meeting])
            """)
        seed.add(
            """
            update attendance set mark = 'absent', recorded_at = recorded_at + interval '1 hour'
            where practice_id = \(practice) and client_id = \(partner.clientID)
            """)
        seed.add(
            """
            insert into staff_licenses (practice_id, account_id, region, number)
            values (\(practice), \(author.accountID), 'AZ', '1')
            """)
        seed.add(
            """
            insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes, by_hand)
            values (\(practice), \(seed.id(Meeting.self)), \(group), \(now + .seconds(86_400)), 90, true)
            """)
    }

    /// About the client's address, for some of the roles that may know whose it is; and proposals for the group, by the caller
    /// and by somebody else.
    private func tasks(_ seed: inout Seed) {
        let (practice, now) = (seed.practiceID, seed.now)
        for (account, roles) in [(unused, "{owner}"), (author.accountID, "{intake,counselor}")] {
            seed.add(
                """
                insert into tasks (practice_id, task_id, kind, client_id, due_on, opened_at, account_id, holder_id, for_roles)
                values (\(practice), \(seed.id(FrontDeskTask.self)), 'settle_address', \(client.clientID), \(seed.today),
                        \(now), \(account), \(partner.accountID), \(roles)::text[])
                """)
        }
        for proposer in [author, caller] {
            seed.add(
                """
                insert into tasks (practice_id, task_id, kind, due_on, opened_at, group_id, proposed_by, proposal)
                values (\(practice), \(seed.id(FrontDeskTask.self)), 'place_proposed', \(seed.today), \(now), \(group),
                        \(proposer.accountID), '\\x00')
                """)
        }
    }

    /// Accounts that nobody has used yet, an inquiry that goes on, and a letter that waits for the desk.
    private func people(_ seed: inout Seed) throws {
        let (practice, now) = (seed.practiceID, seed.now)
        seed.add(
            """
            insert into accounts (practice_id, account_id, email, name, roles, created_at)
            values (\(practice), \(unused), \("una.unused\(number)@example.com"), 'Una Unused', '{guardian}', \(now))
            """)
        if let ex = former?.ex {
            seed.add(
                """
                update accounts set password_hash = null, version = version + 1
                where practice_id = \(practice) and account_id = \(ex.accountID)
                """)
            seed.add(
                """
                insert into possible_duplicates (practice_id, client_id, other_id, reasons, found_at)
                select \(practice), least(c, \(ex.clientID)::uuid), greatest(c, \(ex.clientID)::uuid), '{phone}', \(now)
                from unnest(array[\(client.clientID)::uuid, \(partner.clientID)::uuid]) c
                """)
        }
        seed.add(
            """
            insert into inquiries (practice_id, inquiry_id, kind, contact_name, email, message, state, state_since,
                                   received_at)
            select practice_id, \(unused), kind, contact_name, email, message, 'screening', state_since, received_at
            from inquiries where practice_id = \(practice) and inquiry_id = \(things[.inquiry])
            """)
        let letter = try seed.letter(to: partner)
        seed.add(
            """
            update outbox set state = 'kept', reason = 'no_mailer' where practice_id = \(practice) and letter_id = \(letter)
            """)
    }

    /// Signatures of the caller, where the caller is a guardian: for the client, and for the partner of whom the caller is
    /// none any more.
    private func signatures(_ seed: inout Seed) {
        let (practice, now) = (seed.practiceID, seed.now)
        for person in [client, partner] {
            let consent = seed.consent("treatment", of: person, isSigned: true)
            guard let ownGuardian else { continue }
            let signature: ID<ConsentSignature> = seed.id()
            seed.add(
                """
                insert into consent_signatures
                    (practice_id, signature_id, consent_id, client_id, account_id, guardian_id, capacity, signer_name,
                     text_hash, address, signed_at)
                values (\(practice), \(signature), \(consent), \(person.clientID), \(caller.accountID), \(ownGuardian),
                        'guardian', \(caller.name), sha256('\\x00'), '\\x00', \(now))
                """)
            seed.add(
                """
                insert into consent_revocations
                    (practice_id, signature_id, consent_id, client_id, account_id, address, revoked_at)
                values (\(practice), \(signature), \(consent), \(person.clientID), \(caller.accountID), '\\x00', \(now))
                """)
        }
        // Somebody who is not of the group has a part in a note of its meeting.
        _ = seed.note(
            tie.leadsTheGroup || tie.isAuthor ? caller : author, kind: "attendee", client: partner.clientID,
            group: group, head: things[.groupNote].map { ID($0) })
    }

    /// What hangs on accounts: the caller's, the client's and the author's.
    private func keys(_ seed: inout Seed) {
        let (practice, now) = (seed.practiceID, seed.now)
        let accounts = Set([caller, client, author].map(\.accountID)).sorted()
        for person in [client, partner] {
            seed.add(
                """
                insert into chart_closings (practice_id, closing_id, client_id, cause, day, closed_at, reopened_at)
                values (\(practice), \(seed.id(Client.self)), \(person.clientID), 'inactive', '2025-12-01', \(now), \(now))
                """)
        }
        for account in accounts {
            let hash: SQL = "sha256(convert_to(\("\(number) \(account)"), 'UTF8'))"
            seed.add(
                """
                insert into invitations (practice_id, invitation_id, account_id, token_hash, created_at, expires_at)
                values (\(practice), \(seed.id(Invitation.self)), \(account), \(hash), \(now), \(now))
                """)
            seed.add(
                """
                insert into account_notices (practice_id, notice_id, account_id, kind, at)
                values (\(practice), \(seed.id(Letter.self)), \(account), 'reset_started', \(now))
                """)
            seed.add(
                """
                insert into known_devices (practice_id, account_id, device_hash, seen_at)
                values (\(practice), \(client.accountID), sha256(uuid_send(\(seed.id(Letter.self)))), \(now))
                """)
            seed.add(
                """
                insert into email_changes
                    (practice_id, change_id, account_id, email, new_token_hash, new_letter_id, told_letter_id, created_at,
                     expires_at, withdrawn_at)
                values (\(practice), \(seed.id(Letter.self)), \(client.accountID), 'new@example.com',
                        sha256(uuid_send(\(seed.id(Letter.self)))), \(seed.id(Letter.self)), \(seed.id(Letter.self)),
                        \(now), \(now), \(now))
                """)
            seed.add(
                """
                insert into second_factors (practice_id, account_id, secret, last_step, created_at)
                values (\(practice), \(account), \(hash), 0, \(now))
                """)
            seed.add(
                """
                insert into recovery_codes (practice_id, account_id, code_hash) values (\(practice), \(account), \(hash))
                """)
            seed.add(
                """
                insert into idempotency_keys (practice_id, account_id, route, key_hash, body_hash, created_at)
                values (\(practice), \(account), 'POST /v1/clients', \(hash), \(hash), \(now))
                """)
            seed.add(
                """
                insert into calendar_feeds (practice_id, feed_id, account_id, secret_hash, created_at)
                values (\(practice), \(seed.id(CalendarFeed.self)), \(account), \(hash), \(now))
                """)
        }
    }
}
