import JSON

/// What the practice does with its people, and what the server keeps for itself.
extension RowRule {
    private static let wholeOrGroup = "(\(whole) or \(ofGroup))"

    static let programs = [
        RowRule(
            "programs",
            [
                "program", "exercise", "group", "roster", "enrollment", "homework", "homework_report",
                "inquiry", "import", "seed",
            ],
            "t.published or \(staff)", writers: ["program.change", "seed.run"], added: whole),
        RowRule(
            "tracks",
            ["program", "group", "roster", "enrollment", "exercise", "homework", "homework_report", "seed"], "true",
            writers: ["program.change", "seed.run"], added: whole),
        RowRule(
            "phases",
            ["program", "group", "roster", "enrollment", "exercise", "homework", "homework_report", "seed"], "true",
            writers: ["program.change", "seed.run"], added: whole),
        RowRule(
            "phase_prerequisites", ["program", "group", "enrollment", "seed"], "true",
            writers: ["program.change", "seed.run"], added: whole, removers: ["program.change"], removed: whole),
        RowRule(
            "phase_steps", ["program", "homework", "seed"], staff, writers: ["program.change", "seed.run"], added: whole
        ),
        RowRule(
            "groups",
            [
                "client", "program", "group", "roster", "enrollment", "attendance", "homework", "homework_report",
                "review_queue", "progress_note", "meeting", "seed",
            ],
            wholeOrGroup, writers: ["group.change", "meeting.plan", "seed.run"], added: whole),
        RowRule(
            "group_facilitators", ["group", "roster", "seed"], wholeOrGroup, writers: ["group.change", "seed.run"],
            added: whole, removers: ["group.change"], removed: whole),
        RowRule(
            "enrollments",
            ["enrollment", "roster", "attendance", "group", "homework", "progress_note", "client", "seed"], member,
            writers: ["enrollment.create", "enrollment.change", "seed.run"],
            added: "\(whole) or s.bound = 'group' and \(ofGroup)"),
        RowRule(
            "enrollment_spans",
            ["enrollment", "roster", "attendance", "group", "homework", "progress_note", "seed"], member,
            writers: ["seed.run"], added: whole),
        RowRule(
            "meetings",
            ["group", "roster", "attendance", "progress_note", "meeting", "homework", "seed"], wholeOrGroup,
            writers: ["group.change", "attendance.record", "meeting.plan", "seed.run"], removers: ["meeting.plan"],
            removed: "\(whole) and not t.by_hand and s.role = 'worker'"),
        RowRule(
            "closures", ["closure", "practice", "group", "meeting", "homework", "seed"], "\(staff) or s.groups <> '{}'",
            writers: ["practice.change", "seed.run"], added: whole, removers: ["practice.change"], removed: whole),
        RowRule(
            "attendance", ["attendance", "roster", "progress_note", "seed"], member,
            writers: ["attendance.record", "seed.run"]),
        RowRule(
            "attendance_history", ["attendance", "roster", "seed"], member, writers: ["attendance.record", "seed.run"]),
        // The worker hangs due dates on appointments; nobody else looks at them for the sake of homework.
        RowRule(
            "appointments", ["appointment", "homework", "seed"],
            """
            (s.resource <> 'homework' or s.role = 'worker') and case s.bound
                when 'practice' then true
                when 'author' then t.appointment_id = any (s.attended)
                when 'couple' then \(ofCouple)
                else \(ofClient) or \(ofCouple) or \(ofGroup) end
            """,
            writers: ["appointment.change", "seed.run"]),
        RowRule(
            "appointment_staff", ["appointment", "seed"], "\(whole) or \(mine)",
            writers: ["appointment.change", "seed.run"]),
    ]

    static let notes = [
        // Whoever writes puts the own name to it, and into a chart that was proven; who cosigns changes the other's.
        RowRule(
            "progress_notes", ["progress_note"], note,
            writers: ["progress_note.create", "progress_note.change", "progress_note.sign", "progress_note.cosign"],
            added: """
                (\(note)) and (s.bound = 'author' or (\(authored) or s.action = 'progress_note.cosign')
                    and (t.client_id is null or \(ofClient)))
                """),
        RowRule("note_addenda", ["progress_note"], note, writers: ["progress_note.amend"], added: authored),
        RowRule(
            "process.notes", ["process_note"], authored, writers: ["process_note.create", "process_note.change"],
            added: "\(authored) and \(ofClient)", changed: authored),
    ]

    private static let library = "t.author_id is null and \(whole) or \(authored)"

    static let homework = [
        RowRule(
            "exercises", ["exercise", "homework", "homework_report", "seed"], "true",
            writers: ["exercise.change", "seed.run"], added: library),
        RowRule(
            "exercise_versions", ["exercise", "homework", "homework_report", "seed"], "true",
            writers: ["exercise.change", "seed.run"]),
        RowRule(
            "exercise_tags", ["exercise", "seed"], "true", writers: ["exercise.change", "seed.run"], added: library,
            removers: ["exercise.change"], removed: library),
        RowRule(
            "homework_assignments", ["homework", "homework_report", "review_queue", "seed"], assignment,
            writers: ["homework.assign", "homework.withdraw", "homework.plan", "seed.run"],
            added: """
                case s.bound when 'practice' then true when 'group' then \(ofGroup) when 'couple' then \(ofCouple)
                    else \(ofClient) end
                """,
            changed: assignment),
        RowRule(
            "homework_exceptions", ["homework", "seed"], assignment,
            writers: ["homework.assign", "homework.withdraw", "seed.run"],
            removers: ["homework.assign", "homework.withdraw"], removed: assignment),
        RowRule(
            "homework", ["homework", "roster", "homework_report", "review_queue", "seed"], unit,
            writers: [
                "homework.assign", "homework.submit", "homework.review", "homework.withdraw", "homework.share",
                "homework.plan", "homework.remind", "seed.run",
            ],
            removers: ["homework.plan"],
            removed: "\(whole) and t.state = 'assigned' and t.submissions = 0 and s.role = 'worker'"),
        // A draft, and what is private or was taken back, is for its author alone.
        RowRule(
            "homework_answers", ["homework", "seed"],
            """
            \(answersShown) and (\(unit))
                and (\(own) or \(whole) or t.number > 0 and not t.private and t.withdrawn_at is null)
            """,
            writers: ["homework.submit", "seed.run"]),
        RowRule(
            "homework_draft_fields", ["homework", "seed"], "\(own) or s.action = 'seed.run'",
            writers: ["homework.submit", "seed.run"], removers: ["homework.submit"], removed: own),
        RowRule(
            "attachments", ["homework", "seed"], "\(answersShown) and (\(unit)) and (t.handed_in or \(own))",
            writers: ["homework.submit", "seed.run"], removers: ["homework.submit"],
            removed: "\(own) and not t.handed_in and t.submission is null"),
        RowRule(
            "attachment_chunks", ["homework", "seed"], "\(answersShown) and (\(unit)) and (t.handed_in or \(own))",
            writers: ["homework.submit", "seed.run"], removers: ["homework.submit"],
            removed: "\(own) and not t.handed_in"),
        // What a counselor answered is not for the partner who was shown the answers, nor for a guardian.
        RowRule(
            "homework_reviews", ["homework", "seed"], "s.shows && '{all,review}' and (\(unit))",
            writers: ["homework.review", "seed.run"]),
        RowRule(
            "homework_comments", ["homework", "seed"], "s.shows && '{all,review}' and (\(unit))",
            writers: ["homework.review", "homework.submit", "seed.run"],
            added: "(\(unit)) and (\(authored) or \(whole))"),
        RowRule(
            "risk_words", ["practice", "homework", "seed"], "\(staff) or s.action = 'homework.submit'",
            writers: ["practice.change", "seed.run"], added: whole),
        RowRule(
            "risk_records", ["homework", "review_queue", "seed"], "\(staff) and \(answersShown) and (\(unit))",
            writers: ["homework.review", "seed.run"]),
        RowRule(
            "risk_assessments", ["homework", "seed"],
            "\(staff) and \(answersShown) and (\(unit(ofPartner: "false")))",
            writers: ["homework.review", "seed.run"]),
    ]

    static let kept = [
        // The worker seals the audit, takes jobs before it knows whose they are, and throws away what has served its time.
        RowRule("audit_events", ["audit"], whole, openTo: ["cairn_worker"]),
        RowRule("audit_seals", ["audit"], whole, openTo: ["cairn_worker"]),
        RowRule("rate_limits", [], "false", openTo: ["cairn_worker"]),
        // Of the request's own account, whatever it is about.
        RowRule(
            "idempotency_keys", everyMatter, mine, writers: everyAction, removers: everyAction, removed: mine,
            openTo: ["cairn_worker"]),
        // Wrapped by a key that is never in the database; fetched before it is known who asks.
        RowRule("practice_keys", [], "false", openTo: ["cairn_server", "cairn_worker"]),
    ]

    private static let everyAction = Matrix.allActions + Matrix.workersActions + ["inquiry.submit"]

    private static let everyMatter = Set(everyAction.compactMap { $0.split(separator: ".").first.map(String.init) })
        .sorted()
}
