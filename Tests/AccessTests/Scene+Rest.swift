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
        chart(&seed)
        try people(&seed)
        signatures(&seed)
        keys(&seed)
        homework(&seed)
        files(&seed)
    }

    private func chart(_ seed: inout Seed) {
        let (practice, now) = (seed.practiceID, seed.now)
        seed.add(
            """
            insert into tasks (practice_id, task_id, kind, due_on, opened_at, group_id, proposed_by, proposal)
            values (\(practice), \(seed.id(FrontDeskTask.self)), 'place_proposed', \(seed.today), \(now), \(group),
                    \(caller.accountID), '\\x00')
            """)
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
                values (\(practice), \(seed.id(Letter.self)), \(client.accountID), 'reset_started', \(now))
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

    private var pieces: [ID<Homework>] {
        [Thing.homework, .coupleHomework, .partnersHomework, .groupHomework].compactMap { things[$0] }.map { ID($0) }
    }

    private func homework(_ seed: inout Seed) {
        let (practice, now) = (seed.practiceID, seed.now)
        seed.add(
            """
            insert into exercise_tags (practice_id, exercise_id, tag_id, author_id, program_id)
            select practice_id, exercise_id, \(things[.program]), author_id, \(things[.program])
            from exercises where practice_id = \(practice) and exercise_id = \(things[.exercise])
            """)
        for thing in [Thing.assignment, .coupleAssignment, .groupAssignment] {
            seed.add(
                """
                insert into homework_exceptions
                    (practice_id, exception_id, assignment_id, client_id, couple_id, group_id, during, created_by, created_at)
                select practice_id, \(seed.id(HomeworkException.self)), assignment_id, client_id, couple_id, group_id,
                       '[2026-03-02,2026-03-03)', assigned_by, \(now)
                from homework_assignments where practice_id = \(practice) and assignment_id = \(things[thing])
                """)
        }
        // Somebody who is not of the group was given what it was; said what its member said; and was assessed.
        seed.add(
            """
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, group_id, occurrence, title,
                 opens_at, due_at)
            select practice_id, \(unused), assignment_id, exercise_version_id, \(partner.clientID), group_id, occurrence,
                   title, opens_at, due_at
            from homework where practice_id = \(practice) and homework_id = \(things[.groupHomework])
            """)
        seed.add(
            """
            insert into homework_answers (practice_id, homework_id, number, client_id, couple_id, group_id,
                                          exercise_version_id, answers, digest, saved_at)
            select practice_id, homework_id, 1, client_id, couple_id, group_id, exercise_version_id, '\\x00',
                   sha256('\\x00'), \(now)
            from homework where practice_id = \(practice) and homework_id = \(unused)
            """)
        seed.add(
            """
            insert into homework_reviews (practice_id, homework_id, number, client_id, couple_id, group_id, reviewer_id,
                                          outcome, reviewed_at)
            select practice_id, homework_id, 1, client_id, couple_id, group_id, \(author.accountID), 'returned', \(now)
            from homework where practice_id = \(practice) and homework_id = \(unused)
            """)
        seed.add(
            """
            insert into risk_records (practice_id, risk_id, homework_id, number, client_id, couple_id, group_id, sources,
                                      raised_at)
            select practice_id, \(unused), homework_id, 1, client_id, couple_id, group_id, '{word}', \(now)
            from homework where practice_id = \(practice) and homework_id = \(unused)
            """)
        for risk in [Thing.risk, .coupleRisk, .groupRisk].map({ things[$0] }) + [unused.uuid] {
            seed.add(
                """
                insert into risk_assessments
                    (practice_id, assessment_id, risk_id, client_id, couple_id, group_id, assessed_by, assessed_at, outcome)
                select practice_id, \(seed.id(RiskAssessment.self)), risk_id, client_id, couple_id, group_id,
                       \(author.accountID), \(now), 'watch'
                from risk_records where practice_id = \(practice) and risk_id = \(risk)
                """)
        }
        for piece in pieces + [ID(unused.uuid)] { doing(piece, &seed) }
        elsewhere(&seed)
    }

    /// Homework of the client from the other group; and a piece that was handed in before, and is to be done again.
    private func elsewhere(_ seed: inout Seed) {
        let practice = seed.practiceID
        guard let otherGroup else { return }
        seed.add(
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, group_id, assigned_by, assigned_at, schedule)
            select practice_id, \(otherGroup), exercise_version_id, \(otherGroup), assigned_by, assigned_at, schedule
            from homework_assignments where practice_id = \(practice) and assignment_id = \(things[.assignment])
            """)
        seed.add(
            """
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, group_id, occurrence, title,
                 opens_at, due_at, submissions)
            select practice_id, \(seed.id(Homework.self)), \(otherGroup), exercise_version_id, client_id, \(otherGroup), 1,
                   title, opens_at, due_at, 1
            from homework where practice_id = \(practice) and homework_id = \(things[.homework])
            """)
    }

    /// What was handed in privately, or taken back; a draft; and what was said to it, by the author and by the caller.
    private func doing(_ piece: ID<Homework>, _ seed: inout Seed) {
        let (practice, now) = (seed.practiceID, seed.now)
        seed.add(
            """
            insert into homework_answers (practice_id, homework_id, number, client_id, couple_id, group_id,
                                          exercise_version_id, answers, digest, saved_at, private, withdrawn_at)
            select practice_id, homework_id, number, client_id, couple_id, group_id, exercise_version_id, '\\x00',
                   sha256('\\x00'), \(now), number = 2, case number when 3 then \(now)::timestamptz end
            from homework, generate_series(2, 3) as number where practice_id = \(practice) and homework_id = \(piece)
            """)
        seed.add(
            """
            insert into homework_draft_fields
                (practice_id, homework_id, key, revision, client_id, couple_id, group_id, answer, digest, saved_at)
            select practice_id, homework_id, 'mood', 1, client_id, couple_id, group_id, '\\x00', sha256('\\x00'), \(now)
            from homework where practice_id = \(practice) and homework_id = \(piece)
            """)
        for account in Set([author, caller].map(\.accountID)).sorted() {
            seed.add(
                """
                insert into homework_comments
                    (practice_id, comment_id, homework_id, client_id, couple_id, group_id, author_id, text, created_at)
                select practice_id, \(seed.id(HomeworkComment.self)), homework_id, client_id, couple_id, group_id, \(account),
                       '\\x00', \(now)
                from homework where practice_id = \(practice) and homework_id = \(piece)
                """)
        }
    }

    /// Files of each piece: one that nobody handed in, one that was, one whose submission was taken back, and, though the server
    /// writes no such row, one that was and says not with what.
    private func files(_ seed: inout Seed) {
        let (practice, now) = (seed.practiceID, seed.now)
        let uses: [(submission: Int?, handedInWith: Int?)] = [(nil, nil), (1, 1), (1, nil), (nil, 1)]
        for piece in pieces + [ID(unused.uuid)] {
            for (submission, handedInWith) in uses {
                let attachment: ID<Attachment> = seed.id()
                seed.add(
                    """
                    insert into attachments
                        (practice_id, attachment_id, homework_id, client_id, couple_id, group_id, key, name, size,
                         created_at, submission, handed_in_with)
                    select practice_id, \(attachment), homework_id, client_id, couple_id, group_id, 'file', '\\x00', 1,
                           \(now), \(submission.map(Int32.init(clamping:))), \(handedInWith.map(Int32.init(clamping:)))
                    from homework where practice_id = \(practice) and homework_id = \(piece)
                    """)
                seed.add(
                    """
                    insert into attachment_chunks
                        (practice_id, attachment_id, number, homework_id, client_id, couple_id, group_id, length, digest,
                         sealed, handed_in)
                    select practice_id, attachment_id, 0, homework_id, client_id, couple_id, group_id, 1,
                           sha256('\\x00'), '\\x00', handed_in
                    from attachments where practice_id = \(practice) and attachment_id = \(attachment)
                    """)
            }
        }
    }
}
