import Foundation
import Postgres
import Practice
import TestSupport

/// A scene in the making.
struct SceneDraft {
    let tie: Tie
    let role: Role
    let number: Int
    let colleague: Person
    let caller: Person
    let client: Person
    let partner: Person
    let parent: Person
    let author: Person
    let couple: ID<Couple>
    let group: ID<Group>
    let program: ID<Program>
    let farGroup: ID<Group>
    let ownGuardian: ID<Guardian>?
    let otherGroup: ID<Group>?
    let former: (couple: ID<Couple>, ex: Person)?
    let unused: ID<Account>
    var things: [Thing: UUID] = [:]

    var scene: Scene {
        Scene(
            number: number, tie: tie, role: role, caller: caller, client: client, partner: partner, couple: couple,
            group: group, parent: parent, author: author, ownGuardian: ownGuardian, otherGroup: otherGroup,
            farGroup: farGroup, former: former, unused: unused, things: things)
    }

    init(
        _ number: Int, _ tie: Tie, _ role: Role, _ background: Background, _ seed: inout Seed
    ) throws {
        self.tie = tie
        self.role = role
        self.number = number
        colleague = background.colleague
        (program, farGroup) = (background.program, background.farGroup)
        let born =
            switch tie {
            case .guardedUntilEighteenToday: "2008-01-05"
            case .guardsUntilEighteenTomorrow: "2008-01-06"
            default: "2010-05-20"
            }
        client = try seed.client("Cole Client\(number)", born: born)
        partner = try seed.client("Pia Partner\(number)", born: "2009-02-03", sex: "female")
        parent = seed.guardian("Otto Other\(number)", of: client)
        author = seed.staff("Anna Author\(number)", .counselor)
        let isFull = Scene.isFull(tie, role)
        if isFull {
            let ex = try seed.client("Eve Ex\(number)", born: "2009-09-09")
            former = (seed.formerCouple(client, ex), ex)
        } else {
            former = nil
        }
        couple = seed.couple(client, partner)
        group = seed.group("Group \(number)", in: program)
        otherGroup = isFull || tie.hasAnotherGroup ? seed.group("Other \(number)", in: program) : nil
        unused = seed.id()
        caller =
            switch tie {
            case _ where tie.isTheClient: client
            case _ where tie.isPartner: partner
            case _ where role == .client: try seed.client("Cara Caller\(number)", born: "1990-01-01")
            case _ where role == .guardian: seed.guardian("Cara Caller\(number)", of: background.stray, scopes: [])
            default: seed.staff("Cara Caller\(number)", role)
            }
        ownGuardian = role == .guardian ? caller.guardianID : tie.scopes != nil ? seed.id() : nil
        things = [
            .client: client.clientID.uuid, .couple: couple.uuid, .group: group.uuid,
            .groupHistory: group.uuid, .program: program.uuid, .hiddenProgram: background.hiddenProgram.uuid,
            .staff: author.accountID.uuid,
            .signIn: author.signInID.uuid, .ownSignIn: caller.signInID.uuid,
        ]
    }

    private func writer(of thing: Thing) -> Person { tie.wrote(thing) ? caller : author }

    mutating func people(_ seed: inout Seed) throws {
        let enrollment = enroll(client, as: tie.place, &seed)
        things[.enrollment] = enrollment.uuid
        if tie.hasTheInquiry { seed.staffRow(of: caller) }
        things[.meeting] = seed.meeting(of: group, attendedBy: [client], recordedBy: author).uuid
        seed.careTeam(client.clientID, colleague)
        seed.careTeam(couple, colleague)
        seed.facilitator(group, colleague)
        let inquiry: ID<Inquiry> = seed.id()
        let assigned = tie.hasTheInquiry ? caller.accountID : author.accountID
        seed.add(
            """
            insert into inquiries (practice_id, inquiry_id, kind, contact_name, email, message, state_since, received_at,
                                   assigned_to)
            values (\(seed.practiceID), \(inquiry), 'adult', 'Ivan Ilves', 'ivan@example.com', '\\x00', \(seed.now),
                    \(seed.now), \(assigned))
            """)
        things[.inquiry] = inquiry.uuid
        things[.acceptedInquiry] = seed.acceptedInquiry(of: client, assignedTo: assigned).uuid
        if tie == .answeredTheInquiryUntilYesterday { seed.pastAssignment(of: inquiry, to: caller) }
        seed.answers(to: inquiry, assignedTo: assigned)
        consents(&seed)
        let letter = try seed.letter(to: client)
        (things[.letter], things[.job]) = (letter.uuid, letter.uuid)
    }

    mutating func homework(_ seed: inout Seed) throws {
        let exercise = try seed.exercise("Exercise \(number)", by: writer(of: .exercise))
        things[.exercise] = exercise.exercise.uuid
        let own = seed.homework(exercise, title: "Alone", for: [client], assignedBy: author)
        let coupled = seed.homework(
            exercise, title: "Together", for: [client, partner], as: .couple(couple), assignedBy: author)
        let grouped = seed.homework(
            exercise, title: "In the group", for: [client], as: .group(group), assignedBy: author)
        (things[.assignment], things[.homework]) = (own.assignment.uuid, own.homework[0].uuid)
        (things[.coupleAssignment], things[.coupleHomework]) = (coupled.assignment.uuid, coupled.homework[0].uuid)
        things[.partnersHomework] = coupled.homework[1].uuid
        (things[.groupAssignment], things[.groupHomework]) = (grouped.assignment.uuid, grouped.homework[0].uuid)
        for homework in own.homework + coupled.homework + grouped.homework {
            seed.add(
                """
                insert into homework_answers (practice_id, homework_id, number, client_id, couple_id, group_id,
                                              exercise_version_id, answers, digest, saved_at)
                select practice_id, homework_id, number, client_id, couple_id, group_id, exercise_version_id,
                       '\\x00', sha256('\\x00'), \(seed.now)
                from homework, generate_series(0, 1) as number where homework_id = \(homework)
                """)
            seed.add(
                """
                insert into homework_reviews (practice_id, homework_id, number, client_id, couple_id, group_id,
                                              reviewer_id, outcome, reviewed_at)
                select practice_id, homework_id, 1, client_id, couple_id, group_id, \(author.accountID), 'returned',
                       \(seed.now)
                from homework where homework_id = \(homework)
                """)
        }
        things[.risk] = risk(own.homework[0], &seed).uuid
        things[.coupleRisk] = risk(coupled.homework[0], &seed).uuid
        things[.groupRisk] = risk(grouped.homework[0], &seed).uuid
        turnKeys(theirs: coupled.homework[0], mine: coupled.homework[1], &seed)
        if tie.isPartner { turnOtherKeys(exercise, coupled.homework, &seed) }
    }

    /// Other homework of the couple, of which one partner alone has turned the key, and other days of theirs.
    private func turnOtherKeys(
        _ exercise: (exercise: ID<Exercise>, version: ID<ExerciseVersion>), _ coupled: [ID<Homework>],
        _ seed: inout Seed
    ) {
        let apart = seed.homework(
            exercise, title: "Apart", for: [client, partner], as: .couple(couple), assignedBy: author)
        let alike = seed.homework(
            exercise, title: "Alike", for: [client, partner], as: .couple(couple), assignedBy: author)
        seed.share(apart.homework[0])
        seed.share(alike.homework[1])
        seed.sharedOccurrence(2, like: coupled[0])
        seed.sharedOccurrence(3, like: coupled[1])
    }

    private func risk(_ homework: ID<Homework>, _ seed: inout Seed) -> ID<RiskRecord> {
        let risk: ID<RiskRecord> = seed.id()
        seed.add(
            """
            insert into risk_records (practice_id, risk_id, homework_id, number, client_id, couple_id, group_id, sources,
                                      raised_at)
            select practice_id, \(risk), homework_id, 1, client_id, couple_id, group_id, '{word}', \(seed.now)
            from homework where homework_id = \(homework)
            """)
        return risk
    }

    private func turnKeys(theirs: ID<Homework>, mine: ID<Homework>, _ seed: inout Seed) {
        let isShared = [
            .sharesWithTheClient, .sharedInACoupleThatEnded, .turnedKeysTooEarly, .turnedOwnKeyTooEarly,
            .metKeyTurnedTooEarly,
        ].contains(tie)
        let theirDraft = [.turnedKeysTooEarly, .metKeyTurnedTooEarly].contains(tie)
        let ownDraft = [.turnedKeysTooEarly, .turnedOwnKeyTooEarly].contains(tie)
        for (homework, isDraft, isTurned) in [
            (theirs, theirDraft, isShared || tie == .metOneKeyTurned),
            (mine, ownDraft, isShared || tie == .turnedOneKey),
        ] {
            seed.add(
                """
                update homework set state = \(isDraft ? "draft" : "submitted"), submitted_at = \(isDraft ? nil : seed.now),
                                    shared_at = \(isTurned ? seed.now : nil), version = 2
                where practice_id = \(seed.practiceID) and homework_id = \(homework)
                """)
        }
    }

    mutating func notes(_ seed: inout Seed) throws {
        let head = seed.note(writer(of: .groupNote), kind: "group", group: group)
        things[.note] = seed.note(writer(of: .note), kind: "individual", client: client.clientID).uuid
        things[.othersNote] = seed.note(author, kind: "individual", client: client.clientID).uuid
        things[.coupleNote] = seed.note(writer(of: .coupleNote), kind: "couple", couple: couple).uuid
        things[.groupNote] = head.uuid
        things[.attendeeNote] =
            seed.note(
                writer(of: .attendeeNote), kind: "attendee", client: client.clientID, group: group, head: head
            ).uuid
        things[.processNote] = try seed.processNote(on: client, by: writer(of: .processNote)).uuid
    }

    mutating func appointments(_ seed: inout Seed) {
        let attendee = tie.isAttendee ? caller : author
        things[.appointment] = seed.appointment("individual", "client_id", client.clientID.uuid, attendee)
        things[.coupleAppointment] = seed.appointment("couple", "couple_id", couple.uuid, attendee)
        things[.groupAppointment] = seed.appointment("group", "group_id", group.uuid, attendee)
    }
}
