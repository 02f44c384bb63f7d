import JSON
import Postgres
import Practice

extension Seed {
    // MARK: Homework

    /// An exercise with one version; without an author it is the practice's.
    public mutating func exercise(
        _ title: String, by author: Person? = nil, fields: JSONValue = Seed.checkIn, risks: JSONValue = []
    ) throws -> (exercise: ID<Exercise>, version: ID<ExerciseVersion>) {
        let exerciseID: ID<Exercise> = id()
        let versionID: ID<ExerciseVersion> = id()
        let form = try Form(fields).watched(by: risks)
        add(
            """
            insert into exercises (practice_id, exercise_id, author_id, title, current_version_id, created_at)
            values (\(practiceID), \(exerciseID), \(author?.accountID), \(title), \(versionID), \(now))
            """)
        add(
            """
            insert into exercise_versions
                (practice_id, exercise_version_id, exercise_id, number, title, instructions, fields, risks, published_at)
            values (\(practiceID), \(versionID), \(exerciseID), 1, \(title), 'Take ten minutes.',
                    \(JSONB(bytes: form.json.bytes)), \(JSONB(bytes: form.risksJSON.bytes)), \(now))
            """)
        return (exerciseID, versionID)
    }

    /// A required line of text, and a scale.
    public static let checkIn: JSONValue = [
        ["key": "feelings", "label": "What do you feel?", "type": "shortText", "required": true],
        ["key": "mood", "label": "How are you today?", "type": "scale", "minimum": 1, "maximum": 10],
    ]

    /// Whom homework is given to.
    public enum Unit: Sendable {
        case client, couple(ID<Couple>), group(ID<Group>)
    }

    /// Homework for one or several clients, due once, in a week at 20:00 in Phoenix; open since now.
    public mutating func homework(
        _ exercise: (exercise: ID<Exercise>, version: ID<ExerciseVersion>), title: String, for clients: [Person],
        as unit: Unit = .client, assignedBy counselor: Person
    ) -> (assignment: ID<Assignment>, homework: [ID<Homework>]) {
        let assignmentID: ID<Assignment> = id()
        var (coupleID, groupID): (ID<Couple>?, ID<Group>?) = (nil, nil)
        if case .couple(let id) = unit { coupleID = id }
        if case .group(let id) = unit { groupID = id }
        let clientID = coupleID == nil && groupID == nil ? clients.first?.clientID : nil
        add(
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, client_id, couple_id, group_id, assigned_by,
                 assigned_at, schedule)
            values (\(practiceID), \(assignmentID), \(exercise.version), \(clientID), \(coupleID), \(groupID),
                    \(counselor.accountID), \(now), \(JSONB(bytes: schedule.bytes)))
            """)
        let due = now + .seconds(7 * 86_400 + 11 * 3_600)
        let homework = clients.map { client in
            let homeworkID: ID<Homework> = id()
            add(
                """
                insert into homework
                    (practice_id, homework_id, assignment_id, exercise_version_id, client_id, couple_id, group_id,
                     occurrence, title, opens_at, due_at)
                values (\(practiceID), \(homeworkID), \(assignmentID), \(exercise.version), \(client.clientID),
                        \(coupleID), \(groupID), 1, \(title), \(now), \(due))
                """)
            return homeworkID
        }
        return (assignmentID, homework)
    }

    private var schedule: JSONValue {
        [
            "repeats": "once", "startsOn": .text(today.description), "dueOn": .text(today.adding(days: 7).description),
            "dueTime": "20:00", "timeZone": "America/Phoenix",
        ]
    }

    // MARK: Notes

    /// A progress note about an hour yesterday, a draft or signed.
    public mutating func note(
        on client: Person, by author: Person, _ text: String = "We talked about boundaries.", isSigned: Bool = false
    ) throws -> ID<ProgressNote> {
        try note(kind: "individual", clientID: client.clientID, by: author, text, isSigned: isSigned)
    }

    /// A progress note on a couple.
    public mutating func note(
        on couple: ID<Couple>, by author: Person, _ text: String = "They listened to each other.",
        isSigned: Bool = false
    ) throws -> ID<ProgressNote> {
        try note(kind: "couple", coupleID: couple, by: author, text, isSigned: isSigned)
    }

    private mutating func note(
        kind: String, clientID: ID<Client>? = nil, coupleID: ID<Couple>? = nil, by author: Person, _ text: String,
        isSigned: Bool
    ) throws -> ID<ProgressNote> {
        let noteID: ID<ProgressNote> = id()
        let body = try vault.seal(text, at: Place("progress_notes", "body", noteID))
        add(
            """
            insert into progress_notes
                (practice_id, note_id, kind, client_id, couple_id, author_id, held_at, minutes, body, state, created_at,
                 signed_at, signer_name)
            values (\(practiceID), \(noteID), \(kind), \(clientID), \(coupleID), \(author.accountID),
                    \(now - .seconds(86_400)), 50, \(body), \(isSigned ? "signed" : "draft"), \(now),
                    \(isSigned ? now : nil), \(isSigned ? author.name : nil))
            """)
        return noteID
    }

    /// A letter that brings an invitation, or a reset to who has a password. Nobody was told its link. The database makes
    /// its job, which has the letter's id.
    public mutating func letter(to person: Person) throws -> ID<Letter> {
        let invitation = NewInvitation(
            id: id(), accountID: person.accountID, token: Token(practiceID: practiceID, in: surroundings),
            createdAt: now)
        let end = now + .seconds(72 * 3_600)
        add(
            """
            insert into invitations
                (practice_id, invitation_id, account_id, token_hash, created_at, expires_at, kind, roles)
            select practice_id, \(invitation.id), account_id, \(invitation.token.hash), \(now), \(end),
                case when password_hash is null then 'invitation' else 'reset' end, roles
            from accounts where practice_id = \(practiceID) and account_id = \(person.accountID)
            """)
        add(
            """
            insert into outbox
                (practice_id, letter_id, event, kind, account_id, client_id, sealed, state_since, created_at, expires_at)
            select i.practice_id, i.invitation_id, 'invitation/' || i.invitation_id, i.kind, i.account_id,
                access.safe_contact_of(a), \(try invitation.sealed(with: vault)), \(now), \(now), \(end)
            from invitations i join accounts a using (practice_id, account_id)
            where i.practice_id = \(practiceID) and i.invitation_id = \(invitation.id)
            """)
        return ID(invitation.id.uuid)
    }

    /// A process note.
    public mutating func processNote(
        on client: Person, by author: Person, _ text: String = "I felt drawn to rescue him."
    ) throws -> ID<ProcessNote> {
        let noteID: ID<ProcessNote> = id()
        let body = try processVault.seal(text, at: Place("process.notes", "body", noteID))
        add(
            """
            insert into process.notes (practice_id, process_note_id, client_id, author_id, body, created_at)
            values (\(practiceID), \(noteID), \(client.clientID), \(author.accountID), \(body), \(now))
            """)
        return noteID
    }
}
