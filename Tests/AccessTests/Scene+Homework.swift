import Postgres
import Practice
import TestSupport

/// Homework in all its states, and files.
extension Scene {
    private var pieces: [ID<Homework>] {
        [Thing.homework, .coupleHomework, .partnersHomework, .groupHomework].compactMap { things[$0] }.map { ID($0) }
    }

    func homework(_ seed: inout Seed) {
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
    func files(_ seed: inout Seed) {
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
