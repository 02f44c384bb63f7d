import JSON
import Practice
import TestSupport

@testable import Postgres

/// An estate in the making.
struct EstateDraft {
    let name: String
    var estate = Estate()
    private let counselor: Person
    private let client: Person
    private let partner: Person
    private let member: Person
    private let couple: ID<Couple>

    /// The people, and who treats, oversees and guards them.
    init(_ name: String, _ seed: inout Seed) throws {
        self.name = name
        counselor = seed.staff("Cora \(name)", .counselor, credentials: "LPC")
        let (intern, supervisor) = (seed.staff("Ina \(name)", .intern), seed.staff("Sue \(name)", .supervisor))
        let spare = seed.staff("Sam \(name)", .counselor)
        client = try seed.client("Cole \(name)", born: "2010-05-20")
        partner = try seed.client("Pia \(name)", born: "1989-02-03", sex: "female")
        member = try seed.client("Max \(name)", born: "1990-08-01")
        let peer = try seed.client("Paul \(name)", born: "2010-08-01")
        let single = try seed.client("Sol \(name)", born: "1991-08-01")
        for person in [client, partner, peer, single] {
            seed.careTeam(of: person, counselor)
            seed.careTeam(of: person, intern)
        }
        seed.supervision(of: counselor, by: supervisor)
        seed.supervision(of: intern, by: supervisor)
        couple = seed.couple(client, partner, treatedBy: counselor)
        let (guardian, uncle) = (
            seed.guardian("Gus \(name)", of: client), seed.guardian("Ugo \(name)", of: peer)
        )
        for (role, person) in [
            "counselor": counselor, "intern": intern, "supervisor": supervisor, "client": client, "partner": partner,
            "member": member, "guardian": guardian,
        ] { estate.add(role, person) }
        for (kind, person) in [
            "client": client, "peer": peer, "member": member, "partner": partner, "single": single,
        ] {
            estate.add(kind, person.clientID)
        }
        for (kind, person) in ["staff": spare, "supervisor": supervisor, "actor": counselor] {
            estate.add(kind, person.accountID)
        }
        estate.add("guardian", uncle.guardianID)
        estate.add("account", uncle.accountID)
        estate.add("couple", couple)
        estate.add("signIn", client.signInID)
    }

    /// A program with a track, a phase and a step, and two groups with the same leaders; the client and a member sit in one.
    mutating func groups(isPublished: Bool, _ seed: inout Seed) throws {
        let leaders = [
            seed.staff("Lea \(name)", .counselor), seed.staff("Leo \(name)", .supervisor),
            seed.staff("Lin \(name)", .intern),
        ]
        for (role, person) in zip(["leader", "leadingSupervisor", "leadingIntern"], leaders) {
            estate.add(role, person)
        }
        let program = seed.program("Program \(name)")
        if !isPublished {
            seed.add("update programs set published = false, version = 2 where program_id = \(program)")
        }
        let group = seed.group("Group \(name)", in: program, facilitatedBy: leaders[0])
        let other = seed.group("Other \(name)", in: program, facilitatedBy: leaders[0])
        for leader in leaders.dropFirst() {
            for group in [group, other] {
                seed.add(
                    """
                    insert into group_facilitators (practice_id, group_id, account_id, during)
                    values (\(seed.practiceID), \(group), \(leader.accountID),
                            daterange(\(seed.today.adding(days: -60)), null))
                    """)
            }
        }
        let (track, closure, later): (ID<Track>, ID<Closure>, ID<Phase>) = (seed.id(), seed.id(), seed.id())
        seed.add(
            """
            insert into phases (practice_id, phase_id, program_id, name, position)
            values (\(seed.practiceID), \(later), \(program), 'Application', 2)
            """)
        seed.add(
            """
            insert into tracks (practice_id, track_id, program_id, name, position)
            values (\(seed.practiceID), \(track), \(program), 'Partners', 1)
            """)
        seed.add(
            """
            insert into closures (practice_id, closure_id, name, during)
            values (\(seed.practiceID), \(closure), \("Closed for \(name)"), '[2026-02-02,2026-02-04)')
            """)
        estate.add("enrollment", seed.enrollment(of: client, in: group))
        _ = seed.enrollment(of: member, in: group)
        estate.add("meeting", seed.meeting(of: group, attendedBy: [client], recordedBy: leaders[0]))
        for (kind, id) in ["program": ID<Void>(program.uuid), "track": ID(track.uuid), "closure": ID(closure.uuid)] {
            estate.add(kind, id)
        }
        estate.add("group", group)
        estate.add("otherGroup", other)
        estate.add("otherPhase", later)
    }

    /// Homework that asks for a line and a file, with an exception, a step of a phase and a risk record.
    mutating func homework(_ seed: inout Seed) throws {
        let practice = seed.practiceID
        let exercise = try seed.exercise("Exercise \(name)", by: counselor, fields: Estate.fields)
        let given = seed.homework(exercise, title: "Alone", for: [client], assignedBy: counselor)
        let homework = given.homework[0]
        estate.add("exercise", exercise.exercise)
        estate.add("exerciseVersion", exercise.version)
        estate.add("assignment", given.assignment)
        estate.add("homework", homework)
        let step: ID<PhaseStep> = seed.id()
        seed.add(
            """
            insert into phase_steps
                (practice_id, phase_step_id, phase_id, exercise_id, schedule, created_by, created_at)
            select practice_id, \(step), phase_id, \(exercise.exercise), \(JSONB(bytes: Estate.schedule.bytes)),
                   \(counselor.accountID), \(seed.now)
            from phases
            where practice_id = \(practice) and program_id = \(ID<Program>(estate["program"] ?? "")) and position = 1
            """)
        for (column, kind) in [("program_id", "program"), ("track_id", "track")] {
            seed.add(
                """
                insert into exercise_tags (practice_id, exercise_id, tag_id, author_id, \(.identifier(column)))
                values (\(practice), \(exercise.exercise), \(ID<Void>(estate[kind] ?? "")), \(counselor.accountID),
                        \(ID<Void>(estate[kind] ?? "")))
                """)
        }
        seed.add(
            """
            insert into exercise_tags (practice_id, exercise_id, tag_id, author_id, phase_id)
            select practice_id, \(exercise.exercise), phase_id, \(counselor.accountID), phase_id
            from phases
            where practice_id = \(practice) and program_id = \(ID<Program>(estate["program"] ?? "")) and position = 1
            """)
        let fresh = seed.homework(exercise, title: "Fresh", for: [client], assignedBy: counselor)
        estate.add("freshHomework", fresh.homework[0])
        let group = ID<Group>(estate["group"] ?? "") ?? .nil
        let grouped = seed.homework(
            exercise, title: "In the group", for: [client], as: .group(group), assignedBy: counselor)
        seed.add(
            """
            update homework set state = 'submitted', submitted_at = \(seed.now), version = 2
            where practice_id = \(practice) and homework_id = \(grouped.homework[0])
            """)
        let exception: ID<HomeworkException> = seed.id()
        seed.add(
            """
            insert into homework_exceptions
                (practice_id, exception_id, assignment_id, client_id, during, created_by, created_at)
            values (\(practice), \(exception), \(given.assignment), \(client.clientID), '[2026-03-02,2026-03-03)',
                    \(counselor.accountID), \(seed.now))
            """)
        let risk: ID<RiskRecord> = seed.id()
        seed.add(
            """
            insert into risk_records (practice_id, risk_id, homework_id, number, client_id, sources, raised_at)
            values (\(practice), \(risk), \(homework), 1, \(client.clientID), '{word}', \(seed.now))
            """)
        estate.add("step", step)
        estate.add("exception", exception)
        estate.add("risk", risk)
    }

    /// Notes, appointments and an inquiry, all of the counselor's; what the desk has of the client; and a feed.
    mutating func records(_ seed: inout Seed) throws {
        let practice = seed.practiceID
        estate.add("note", try seed.note(on: client, by: counselor))
        estate.add("processNote", try seed.processNote(on: client, by: counselor))
        let (appointment, inquiry): (ID<Appointment>, ID<Inquiry>) = (seed.id(), try seed.inquiry(from: "Ivo \(name)"))
        seed.add(
            """
            insert into appointments (practice_id, appointment_id, kind, client_id, starts_at, minutes)
            values (\(practice), \(appointment), 'individual', \(client.clientID), \(seed.now - .seconds(600)), 50)
            """)
        seed.add(
            """
            insert into appointment_staff (practice_id, appointment_id, account_id)
            values (\(practice), \(appointment), \(counselor.accountID))
            """)
        seed.add(
            """
            insert into inquiry_assignments (practice_id, assignment_id, inquiry_id, account_id, since)
            values (\(practice), \(seed.id(InquiryAssignment.self)), \(inquiry), \(counselor.accountID), \(seed.now))
            """)
        seed.add(
            """
            update inquiries set assigned_to = \(counselor.accountID), version = 2
            where practice_id = \(practice) and inquiry_id = \(inquiry)
            """)
        let kind = "kind_\(name.lowercased())"
        estate.add("document", seed.consentDocument(kind))
        estate.add("consent", seed.consent(kind, of: client))
        estate.add("task", seed.task("renew_consents", about: client))
        let letter = try seed.letter(to: partner)
        estate.add("letter", letter)
        estate.add("job", letter)
        estate.add("appointment", appointment)
        estate.add("inquiry", inquiry)
        code(&seed)
        ties(&seed)
    }

    /// A code on paper, for an account that nobody has used.
    private mutating func code(_ seed: inout Seed) {
        let (account, code): (ID<Account>, ID<Invitation>) = (seed.id(), seed.id())
        seed.add(
            """
            insert into accounts (practice_id, account_id, sign_in_name, name, roles, created_at)
            values (\(seed.practiceID), \(account), \("\((name.lowercased() + "0000").prefix(4))-code"), \("Pat \(name)"),
                    '{guardian}', \(seed.now))
            """)
        seed.add(
            """
            insert into invitations (practice_id, invitation_id, account_id, token_hash, created_at, expires_at, carrier,
                                     roles, made_by)
            values (\(seed.practiceID), \(code), \(account), sha256(\(Array("code of \(name)".utf8))), \(seed.now),
                    \(seed.now + .seconds(1_800)), 'paper', '{guardian}', \(counselor.accountID))
            """)
        estate.add("code", code)
    }

    private mutating func ties(_ seed: inout Seed) {
        let practice = seed.practiceID
        let (conflict, merge, feed): (ID<PlacementConflict>, ID<ClientMerge>, ID<CalendarFeed>) = (
            seed.id(), seed.id(), seed.id()
        )
        seed.add(
            """
            insert into placement_conflicts (practice_id, conflict_id, client_id, other_id, kind, recorded_at)
            values (\(practice), \(conflict), \(client.clientID), \(partner.clientID), 'relative', \(seed.now))
            """)
        seed.add(
            """
            insert into client_merges
                (practice_id, merge_id, survivor_id, duplicate_id, chart, merged_at, merged_by, reversed_at, reversed_by)
            values (\(practice), \(merge), \(client.clientID), \(seed.id(Client.self)),
                    '{"given_name": "Cole", "family_name": "Twice", "birth_date": null}', \(seed.now),
                    \(counselor.accountID), \(seed.now), \(counselor.accountID))
            """)
        seed.add(
            """
            insert into calendar_feeds (practice_id, feed_id, account_id, secret_hash, created_at)
            values (\(practice), \(feed), \(counselor.accountID), sha256(\(Array(name.utf8))), \(seed.now))
            """)
        estate.add("conflict", conflict)
        estate.add("merge", merge)
        estate.add("feed", feed)
    }
}

extension Estate {
    static let fields: JSONValue = [
        ["key": "words", "label": "What do you see?", "type": "shortText"],
        ["key": "files", "label": "What else?", "type": "file", "maximumFiles": 3, "accepts": ["pdf"]],
    ]

    static let schedule: JSONValue = [
        "repeats": "afterJoining", "startsOn": "2026-01-05", "daysAfter": 7, "dueTime": "20:00",
        "timeZone": "America/Phoenix",
    ]
}
