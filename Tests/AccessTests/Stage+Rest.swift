import Postgres
import Practice
import TestSupport

extension Stage {
    /// Puts a row into each table that belongs to no scene, so that seeing nothing of it means something.
    static func fillTheRest(_ seed: inout Seed, _ scene: Scene) {
        let (practice, now) = (seed.practiceID, seed.now)
        let hash = Array(repeating: UInt8(7), count: 32)
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
            insert into inquiry_reasons (practice_id, code, label, states)
            values (\(practice), 'other', 'Another reason', '{declined}')
            """)
        seed.add("insert into inquiry_limits (practice_id, state, hours) values (\(practice), 'received', 12)")
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
            insert into client_merge_requests
                (practice_id, merge_id, survivor_id, duplicate_id, asked_by, asked_at, expires_at)
            values (\(practice), \(seed.id(ClientMerge.self)), \(scene.client.clientID), \(seed.id(Client.self)),
                    \(scene.author.accountID), \(now), \(now + .seconds(3_600)))
            """)
        seed.add(
            """
            insert into client_merge_moves (practice_id, merge_id, table_name, column_name, key)
            values (\(practice), \(merge), 'public.homework', 'client_id', '{}')
            """)
        seed.add(
            """
            insert into exercise_tags (practice_id, exercise_id, tag_id, author_id, program_id)
            select practice_id, exercise_id, \(scene.things[.program]), author_id, \(scene.things[.program])
            from exercises where practice_id = \(practice) and author_id is null
            """)
        seed.add("insert into risk_words (practice_id, words, changed_at) values (\(practice), '{danger}', \(now))")
        paths(&seed, scene)
        seed.add("insert into rate_limits (bucket, window_start, taken) values (\(hash), \(now), 1)")
    }

    /// What belongs to programs.
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
            insert into phase_steps
                (practice_id, phase_step_id, phase_id, exercise_id, schedule, created_by, created_at, ended_at)
            values (\(practice), \(seed.id(PhaseStep.self)), \(later), \(scene.things[.exercise]), '{}',
                    \(scene.author.accountID), \(now), \(now))
            """)
        seed.add(
            """
            insert into closures (practice_id, closure_id, name, during)
            values (\(practice), \(seed.id(Closure.self)), 'New Year', '[2026-01-01,2026-01-02)')
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
    /// A program that is not published, with a track and a phase.
    mutating func hiddenProgram() -> ID<Program> {
        let program: ID<Program> = id()
        add(
            """
            insert into programs (practice_id, program_id, name, description, published, created_at)
            values (\(practiceID), \(program), 'Not yet', 'A program to come.', false, \(now))
            """)
        add(
            """
            insert into tracks (practice_id, track_id, program_id, name, position)
            values (\(practiceID), \(id(Track.self)), \(program), 'Everybody', 1)
            """)
        add(
            """
            insert into phases (practice_id, phase_id, program_id, name, position)
            values (\(practiceID), \(id(Phase.self)), \(program), 'Beginning', 1)
            """)
        return program
    }

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
