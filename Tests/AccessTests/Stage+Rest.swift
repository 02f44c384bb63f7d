import Postgres
import Practice
import TestSupport

extension Stage {
    /// Puts a row into each table that the scenes leave empty, so that seeing nothing of it means something.
    static func fillTheRest(_ seed: inout Seed, _ scene: Scene) {
        let (practice, now) = (seed.practiceID, seed.now)
        let hash = Array(repeating: UInt8(7), count: 32)
        seed.add(
            """
            insert into invitations (practice_id, invitation_id, account_id, token_hash, created_at, expires_at)
            values (\(practice), \(seed.id(Invitation.self)), \(scene.client.accountID), \(hash), \(now), \(now))
            """)
        seed.add(
            """
            insert into account_notices (practice_id, notice_id, account_id, kind, at)
            values (\(practice), \(seed.id(Letter.self)), \(scene.client.accountID), 'reset_started', \(now))
            """)
        seed.add(
            """
            insert into second_factors (practice_id, account_id, secret, last_step, created_at)
            values (\(practice), \(scene.client.accountID), \(hash), 0, \(now))
            """)
        seed.add(
            """
            insert into recovery_codes (practice_id, account_id, code_hash)
            values (\(practice), \(scene.client.accountID), \(hash))
            """)
        seed.add(
            """
            insert into client_identifiers (practice_id, system, value, client_id)
            values (\(practice), 'urn:old', '1', \(scene.client.clientID))
            """)
        seed.add(
            """
            insert into placement_conflicts (practice_id, conflict_id, client_id, other_id, kind, recorded_at)
            values (\(practice), \(seed.id(PlacementConflict.self)), \(scene.client.clientID), \(scene.partner.clientID), 'relative', \(now))
            """)
        seed.add(
            """
            update guardianships set scopes = '{consent}', version = 2
            where practice_id = \(practice) and guardian_id = \(scene.parent.guardianID)
            """)
        seed.add(
            """
            insert into audit_seals (practice_id, seal_number, event_count, first_event_id, last_event_id, sealed_at,
                                     previous, seal)
            values (\(practice), 1, 0, 0, 0, \(now), '', \(hash))
            """)
        seed.add(
            """
            insert into audit_events (practice_id, at, request_id, proof, action, outcome)
            values (\(practice), \(now), gen_random_uuid(), '\\x00', 'client.read', 'allowed')
            """)
        seed.add(
            """
            insert into idempotency_keys (practice_id, account_id, route, key_hash, body_hash, created_at)
            values (\(practice), \(scene.client.accountID), 'POST /v1/clients', \(hash), \(hash), \(now))
            """)
        seed.add(
            """
            insert into inquiry_reasons (practice_id, code, label, states)
            values (\(practice), 'other', 'Another reason', '{declined}')
            """)
        seed.add("insert into inquiry_limits (practice_id, state, hours) values (\(practice), 'received', 12)")
        seed.add(
            """
            insert into staff_licenses (practice_id, account_id, region, number)
            values (\(practice), \(scene.author.accountID), 'AZ', '1')
            """)
        seed.add(
            """
            insert into possible_duplicates (practice_id, client_id, other_id, reasons, found_at)
            values (\(practice), least(\(scene.client.clientID), \(scene.partner.clientID)),
                    greatest(\(scene.client.clientID), \(scene.partner.clientID)), '{phone}', \(now))
            """)
        let merge: ID<ClientMerge> = seed.id()
        seed.add(
            """
            insert into client_merges
                (practice_id, merge_id, survivor_id, duplicate_id, chart, merged_at, merged_by)
            values (\(practice), \(merge), \(scene.client.clientID), \(seed.id(Client.self)), '{}', \(now),
                    \(scene.author.accountID))
            """)
        seed.add(
            """
            insert into client_merge_moves (practice_id, merge_id, table_name, column_name, key)
            values (\(practice), \(merge), 'public.homework', 'client_id', '{}')
            """)
        paths(&seed, scene)
        homework(&seed, scene)
        seed.add("insert into rate_limits (bucket, window_start, taken) values (\(hash), \(now), 1)")
    }

    /// What belongs to homework besides answers and reviews.
    private static func homework(_ seed: inout Seed, _ scene: Scene) {
        let (practice, now) = (seed.practiceID, seed.now)
        let hash = Array(repeating: UInt8(7), count: 32)
        let (homework, assignment) = (scene.things[.homework], scene.things[.assignment])
        seed.add(
            """
            insert into exercise_tags (practice_id, exercise_id, tag_id, author_id, program_id)
            select practice_id, exercise_id, \(scene.things[.program]), author_id, \(scene.things[.program])
            from exercises where practice_id = \(practice) and exercise_id = \(scene.things[.exercise])
            """)
        seed.add(
            """
            insert into phase_steps
                (practice_id, phase_step_id, phase_id, exercise_id, schedule, created_by, created_at, ended_at)
            select practice_id, \(seed.id(PhaseStep.self)), phase_id, \(scene.things[.exercise]), '{}',
                   \(scene.author.accountID), \(now), \(now)
            from phases where practice_id = \(practice) limit 1
            """)
        seed.add(
            """
            insert into homework_exceptions
                (practice_id, exception_id, assignment_id, client_id, during, created_by, created_at)
            select practice_id, \(seed.id(HomeworkException.self)), assignment_id, client_id, '[2026-03-02,2026-03-03)',
                   assigned_by, \(now)
            from homework_assignments where practice_id = \(practice) and assignment_id = \(assignment)
            """)
        seed.add(
            """
            insert into homework_draft_fields
                (practice_id, homework_id, key, revision, client_id, answer, digest, saved_at)
            select practice_id, homework_id, 'mood', 1, client_id, '\\x00', \(hash), \(now)
            from homework where practice_id = \(practice) and homework_id = \(homework)
            """)
        seed.add(
            """
            insert into homework_comments (practice_id, comment_id, homework_id, client_id, author_id, text, created_at)
            select practice_id, \(seed.id(HomeworkComment.self)), homework_id, client_id, \(scene.author.accountID), '\\x00',
                   \(now)
            from homework where practice_id = \(practice) and homework_id = \(homework)
            """)
        let attachment: ID<Attachment> = seed.id()
        seed.add(
            """
            insert into attachments (practice_id, attachment_id, homework_id, client_id, key, name, size, created_at)
            select practice_id, \(attachment), homework_id, client_id, 'file', '\\x00', 1, \(now)
            from homework where practice_id = \(practice) and homework_id = \(homework)
            """)
        seed.add(
            """
            insert into attachment_chunks
                (practice_id, attachment_id, number, homework_id, client_id, length, digest, sealed)
            select practice_id, attachment_id, 0, homework_id, client_id, 1, sha256('\\x00'), '\\x00'
            from attachments where practice_id = \(practice) and attachment_id = \(attachment)
            """)
        seed.add("insert into risk_words (practice_id, words, changed_at) values (\(practice), '{danger}', \(now))")
        seed.add(
            """
            insert into risk_assessments
                (practice_id, assessment_id, risk_id, client_id, assessed_by, assessed_at, outcome)
            select practice_id, \(seed.id(RiskAssessment.self)), risk_id, client_id, \(scene.author.accountID), \(now), 'watch'
            from risk_records where practice_id = \(practice) and risk_id = \(scene.things[.risk])
            """)
    }

    /// What belongs to programs and groups.
    private static func paths(_ seed: inout Seed, _ scene: Scene) {
        let (practice, now) = (seed.practiceID, seed.now)
        let program = scene.things[.program]
        seed.add(
            """
            insert into tracks (practice_id, track_id, program_id, name, position)
            values (\(practice), \(seed.id(Track.self)), \(program), 'Partners', 1)
            """)
        let later: ID<Phase> = seed.id()
        seed.add(
            """
            insert into phases (practice_id, phase_id, program_id, name, position)
            values (\(practice), \(later), \(program), 'Application', 2)
            """)
        seed.add(
            """
            insert into phase_prerequisites (practice_id, phase_id, requires_id)
            select practice_id, \(later), phase_id from phases
            where practice_id = \(practice) and program_id = \(program) and name = 'Education'
            """)
        seed.add(
            """
            insert into closures (practice_id, closure_id, name, during)
            values (\(practice), \(seed.id(Closure.self)), 'New Year', '[2026-01-01,2026-01-02)')
            """)
        seed.add(
            """
            update attendance set mark = 'late', recorded_at = recorded_at + interval '1 hour'
            where practice_id = \(practice) and meeting_id = \(scene.things[.meeting])
            """)
        seed.add(
            """
            insert into calendar_feeds (practice_id, feed_id, account_id, secret_hash, created_at)
            values (\(practice), \(seed.id(CalendarFeed.self)), \(scene.author.accountID),
                    \(Array(repeating: UInt8(9), count: 32)), \(now))
            """)
    }

    /// The tables of the practices' data, with what columns they have.
    func tables() async throws -> [Table] {
        try await world.database.superuser.pipeline(
            Query.rows(
                """
                select n.nspname::text, c.relname::text,
                       array(select a.attname::text from pg_attribute a
                             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('public', 'process') and c.relkind in ('r', 'p')
                order by 1, 2
                """
            ) { row in
                Table(schema: try row.next(), name: try row.next(), columns: Set(try row.next([String].self)))
            })
    }

    /// A table of the database.
    struct Table: Sendable {
        let schema: String
        let name: String
        let columns: Set<String>

        var fullName: String { schema == "public" ? name : "\(schema).\(name)" }
        var sql: SQL { "\(.identifier(schema)).\(.identifier(name))" }
    }
}

extension Seed {
    /// The one questionnaire of the stage.
    mutating func questionnaire() {
        let version: ID<QuestionnaireVersion> = id()
        add(
            """
            insert into questionnaires (practice_id, code, title, current_version_id)
            values (\(practiceID), 'stage', 'Stage', \(version))
            """)
        add(
            """
            insert into questionnaire_versions
                (practice_id, questionnaire_version_id, code, number, definition, published_at)
            values (\(practiceID), \(version), 'stage', 1, '{}', \(now))
            """)
    }

    /// What belongs to an inquiry: answers, and whom it is assigned to.
    mutating func answers(to inquiry: ID<Inquiry>, assignedTo account: ID<Account>) {
        add(
            """
            insert into inquiry_assignments (practice_id, assignment_id, inquiry_id, account_id, since)
            values (\(practiceID), \(id(InquiryAssignment.self)), \(inquiry), \(account), \(now))
            """)
        add(
            """
            insert into inquiry_screenings
                (practice_id, screening_id, inquiry_id, code, questionnaire_version_id, answers, digest, score, band,
                 raises_risk, taken_at, recorded_by)
            select practice_id, \(id(Screening.self)), \(inquiry), code, current_version_id, '\\x00', sha256('\\x00'), 0,
                   'minimal', false, \(now), \(account)
            from questionnaires where practice_id = \(practiceID) and code = 'stage'
            """)
    }
}
