import JSON

/// The practices, their people and how they came.
extension RowRule {
    static let all = practiceAndPeople + peopleInCare + intake + programs + notes + homework + kept

    static let practiceAndPeople = [
        RowRule(
            "practices",
            people + ["practice", "me", "staff", "supervision", "program", "exercise", "audit", "sign_in"], "true",
            writers: ["practice.change", "seed.run"], openTo: ["cairn_worker"]),
        RowRule(
            "accounts",
            people + ["staff", "supervision", "me", "program", "exercise", "audit", "sign_in", "outbox"],
            // Who works here is known to everybody; a client's account to whom the client is.
            "t.roles && '{owner,admin,intake,counselor,supervisor,intern,auditor}' or \(mine) or \(wholeOrClient)",
            writers: ["staff.change", "staff.add", "seed.run"], added: whole),
        RowRule("account_notices", ["me"], mine),
        RowRule("email_changes", ["me"], mine),
        // For the judgement of tries alone.
        RowRule("known_devices", [], "false"),
        RowRule(
            "staff", people + ["staff", "me", "program", "exercise", "supervision"], "true",
            writers: ["staff.invite", "staff.change", "staff.add", "seed.run"], added: whole),
        RowRule(
            "staff_licenses", ["staff", "seed"], "true", writers: ["staff.change", "seed.run"], added: whole,
            removers: ["staff.change"], removed: whole),
        RowRule(
            "supervisions", ["supervision", "staff", "seed"], "true",
            writers: ["supervision.change", "staff.change", "seed.run"], added: whole),
        RowRule(
            "sign_ins", ["me", "sign_in"], "\(mine) or \(whole)", writers: ["sign_in.end", "staff.change"]),
        RowRule("second_factors", ["me"], mine),
        RowRule("recovery_codes", ["me"], mine),
        RowRule("calendar_feeds", ["me"], mine, writers: ["me.change"]),
        // Keys are made, told and used by the database's own functions.
        RowRule("invitations", ["seed"], whole, writers: ["seed.run"]),
    ]

    /// By whose numbers and dates somebody searches: of those whose identity a rule of reading charts shows.
    private static let identified = "t.client_id = any (s.identified)"

    /// Whose address something is, is for who may know that.
    private static let task = """
        case when t.for_roles is null then \(whole) or t.client_id = any (s.in_full)
                or \(ofClient) and s.apart is null and s.relation in ('treats', 'oversees')
            else \(whole) and s.role = any (t.for_roles) end
        """

    static let peopleInCare = [
        RowRule(
            "clients", people,
            // The names of those whose work waits, who are of the groups that the caller leads.
            "\(wholeOrClient) or s.bound = 'work' and t.client_id = any (s.members)",
            writers: ["client.create", "client.change", "inquiry.change", "import.run", "seed.run"],
            added: wholeOrClient),
        RowRule(
            "client_contacts", ["client", "inquiry", "import", "seed", "outbox", "homework"],
            """
            \(wholeOrClient) and (s.shows && '{all,contact,safe_contact}'
                    or s.action = 'client.search' and (\(whole) or \(identified)))
                and (s.resource <> 'homework' or s.role = 'worker')
            """,
            writers: ["client.create", "client.change", "inquiry.change", "import.run", "seed.run"],
            added: "\(wholeOrClient) and s.shows && '{all,contact,safe_contact}'"),
        RowRule(
            "client_identifiers", ["client", "import", "seed"],
            "\(wholeOrClient) and (s.shows && '{all,identity}' or \(identified))",
            writers: ["import.run", "seed.run"]),
        RowRule(
            "possible_duplicates", ["client", "inquiry", "import"],
            """
            \(whole) or \(ofClient) and t.other_id = any (s.clients)
                and (s.shows && '{all,identity}' or \(identified) and t.other_id = any (s.identified))
            """,
            writers: ["client.create", "client.change", "import.run"],
            added: "\(whole) or \(ofClient) and t.other_id = any (s.clients) and s.shows && '{all,identity}'"),
        RowRule("client_merges", ["client"], "\(whole) and s.action = 'client.merge'"),
        RowRule(
            "client_merge_requests", ["client"],
            "\(whole) and s.action in ('client.read', 'client.merge', 'client.change')"),
        RowRule("client_merge_moves", ["client"], "\(whole) and s.action = 'client.merge'"),
        RowRule(
            "placement_conflicts", ["client", "seed"],
            "\(wholeOrClient) and s.relation <> 'leads_client' and \(staff)", writers: ["client.change", "seed.run"]),
        RowRule(
            "tasks", ["client"], task, writers: ["client.change", "enrollment.propose"],
            added: """
                s.action = 'enrollment.propose' and t.kind = 'place_proposed' and \(ofGroup)
                    and t.proposed_by = s.account
                """,
            changed: "s.action = 'client.change' and (\(task))"),
        // What was ended with a chart, for the practice and for who treats.
        RowRule(
            "chart_closings", ["client"],
            "(\(whole) or \(ofClient) and s.relation in ('treats', 'oversees')) and s.shows && '{all,identity}'"),
        RowRule(
            "guardians", ["client", "guardianship", "inquiry", "seed"],
            "\(whole) or t.guardian_id = any (s.guardians)",
            writers: ["guardianship.change", "inquiry.change", "seed.run"],
            added: "\(whole) or s.action = 'guardianship.change'",
            changed: "\(whole) or t.guardian_id = any (s.guardians)"),
        RowRule(
            "guardianships", ["client", "guardianship", "inquiry", "seed"],
            ownOfGuardian("t.guardian_id = any (s.guardians)"),
            writers: ["guardianship.change", "inquiry.change", "seed.run"]),
        RowRule(
            "guardianship_history", ["guardianship", "seed"], ownOfGuardian("t.guardian_id = any (s.guardians)"),
            writers: ["guardianship.change", "seed.run"]),
        RowRule(
            "couples", ["couple", "client", "care_team", "homework", "progress_note", "inquiry", "seed"],
            "\(whole) or \(ofCouple)", writers: ["couple.create", "couple.change", "inquiry.change", "seed.run"],
            added: "\(whole) or \(ofCouple) or s.action = 'couple.create'", changed: "\(whole) or \(ofCouple)"),
        RowRule(
            "couple_members", ["couple", "client", "care_team", "homework", "progress_note", "inquiry", "seed"],
            "\(wholeOrClient) or \(ofCouple)",
            writers: ["couple.create", "couple.change", "inquiry.change", "seed.run"],
            added: "\(whole) or \(ofClient) and (s.action = 'couple.create' or \(ofCouple))"),
        RowRule(
            "care_team_memberships", ["care_team", "client", "couple", "inquiry", "seed"],
            "\(wholeOrClient) or \(ofCouple)",
            writers: [
                "care_team.change", "couple.create", "couple.change", "client.create", "inquiry.change", "seed.run",
            ],
            added: "\(wholeOrClient) or \(ofCouple) or s.action = 'couple.create'",
            changed: "\(wholeOrClient) or \(ofCouple)"),
        RowRule(
            "consents", ["consent", "seed"], wholeOrClient, writers: ["consent.request", "inquiry.change", "seed.run"],
            added: "\(wholeOrClient) and (t.state = 'requested' or s.action = 'seed.run')", changed: "false"),
        // A guardian sees the own signature, and not whether the other parent has signed.
        RowRule(
            "consent_signatures", ["consent", "seed"], ownOfGuardian(mine), writers: ["seed.run"], added: whole,
            changed: "false"),
        RowRule("consent_revocations", ["consent"], ownOfGuardian(mine)),
        RowRule(
            "consent_documents", ["consent", "practice", "program", "seed"], "true",
            writers: ["practice.change", "seed.run"], added: whole),
        RowRule(
            "consent_versions", ["consent", "practice", "seed"], "true", writers: ["practice.change", "seed.run"],
            added: whole),
        RowRule(
            "consent_packets", ["consent", "practice", "inquiry", "seed"], "true",
            writers: ["practice.change", "seed.run"], added: whole),
    ]

    private static let ofInquiry = "\(whole) or t.inquiry_id = any (s.inquiries)"

    static let intake = [
        RowRule(
            "inquiries", ["inquiry", "seed"], "\(whole) or t.assigned_to = s.account",
            writers: ["inquiry.submit", "inquiry.change", "seed.run"],
            added: """
                \(whole) or t.assigned_to = s.account or s.action = 'inquiry.submit' and t.state = 'received'
                """),
        RowRule(
            "inquiry_reasons", ["inquiry", "practice", "seed"], staff, writers: ["practice.change", "seed.run"],
            added: whole),
        RowRule(
            "inquiry_limits", ["inquiry", "practice", "seed"], staff, writers: ["practice.change", "seed.run"],
            added: whole),
        RowRule("inquiry_states", ["inquiry"], ofInquiry),
        RowRule(
            "inquiry_assignments", ["inquiry", "seed"], ofInquiry, writers: ["inquiry.change", "seed.run"],
            added: whole),
        RowRule("inquiry_screenings", ["inquiry"], ofInquiry, writers: ["inquiry.change"]),
        RowRule("questionnaires", ["inquiry", "seed"], "true", writers: ["seed.run"]),
        RowRule("questionnaire_versions", ["inquiry", "seed"], "true", writers: ["seed.run"]),
        // A letter is written by the functions of keys or by the worker, seen by the desk, and moved on by the worker.
        RowRule(
            "outbox", ["inquiry", "outbox", "homework"], "\(whole) or s.role = 'worker'",
            writers: ["outbox.send", "outbox.forget", "homework.remind", "homework.digest"],
            added: "s.role = 'worker' and t.state = 'waiting'",
            changed: "s.role = 'worker'"),
        RowRule("jobs", ["inquiry"], whole, writers: ["inquiry.change"], openTo: ["cairn_worker"]),
    ]
}
