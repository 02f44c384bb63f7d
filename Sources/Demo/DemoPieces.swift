import JSON
import Postgres
import Practice

/// Pieces of one assignment of the demo: the rows of homework, of its answers and of its reviews, a column each.
struct DemoPieces {
    /// To whom the assignment was given.
    enum Unit {
        case client(ID<Client>)
        case couple(ID<Couple>)
        case group(ID<Group>)
    }

    /// What became of a piece.
    struct Course {
        var submittedAt: Instant?
        var answers: JSONValue = [:]
        var sharedAt: Instant?
        var reviewedAt: Instant?
        var comment: String?
    }

    let assignment: ID<Assignment>
    let exercise: Library.Exercise
    let unit: Unit
    let reviewer: ID<Account>
    private var ids: [ID<Homework>] = []
    private var clients: [ID<Client>] = []
    private var occurrences: [Int32] = []
    private var plannedOn: [Day] = []
    private var opens: [Instant] = []
    private var due: [Instant] = []
    private var submitted: [Instant?] = []
    private var digests: [[UInt8]?] = []
    private var answers: [[UInt8]?] = []
    private var shared: [Instant?] = []
    private var reviewed: [Instant?] = []
    private var comments: [[UInt8]?] = []

    init(
        _ assignment: ID<Assignment>, _ exercise: Library.Exercise, _ unit: Unit, reviewedBy reviewer: ID<Account>
    ) {
        self.assignment = assignment
        self.exercise = exercise
        self.unit = unit
        self.reviewer = reviewer
    }

    /// Adds the piece of a client that the rule made for a day. What lies after now has not happened.
    mutating func add(
        _ client: ID<Client>, _ occurrence: Int, plannedOn day: Day, opensAt: Instant, dueAt: Instant, _ course: Course,
        _ scene: DemoScene
    ) throws {
        let id: ID<Homework> = scene.id()
        let submittedAt = course.submittedAt.flatMap { $0 < scene.now ? $0 : nil }
        ids.append(id)
        clients.append(client)
        occurrences.append(Int32(occurrence))
        plannedOn.append(day)
        opens.append(opensAt)
        due.append(dueAt)
        submitted.append(submittedAt)
        let filled = submittedAt == nil ? nil : course.answers.bytes
        digests.append(
            filled.map { scene.keys.contentDigest.code(for: Array("\(id)/\(exercise.version)/".utf8) + $0) })
        answers.append(try filled.map { try scene.vault.seal($0, at: Place("homework_answers", "answers", id)) })
        shared.append(submittedAt == nil ? nil : course.sharedAt)
        let reviewedAt = submittedAt == nil ? nil : course.reviewedAt.flatMap { $0 < scene.now ? $0 : nil }
        reviewed.append(reviewedAt)
        comments.append(
            try reviewedAt.flatMap { _ in course.comment }
                .map { try scene.vault.seal($0, at: Place("homework_reviews", "comment", id)) })
    }

    /// What puts them into the practice.
    func statements(in practice: ID<Practice>) -> [SQL] {
        [
            """
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, couple_id, group_id, occurrence,
                 planned_on, title, opens_at, due_at, state, submissions, submitted_at, first_submitted_at,
                 submitted_digest, shared_at, reviewed_at, responded_at)
            select \(practice), h.id, \(assignment), \(exercise.version), h.client, \(couple), \(group), h.occurrence,
                h.planned_on, \(exercise.title), h.opens, h.due,
                case when h.reviewed is not null then 'reviewed' when h.done is not null then 'submitted'
                     else 'assigned' end,
                (h.done is not null)::int, h.done, h.done, h.digest, h.shared, h.reviewed, h.reviewed
            from unnest(\(ids), \(clients), \(occurrences), \(plannedOn), \(opens), \(due), \(submitted), \(digests),
                        \(shared), \(reviewed))
                as h (id, client, occurrence, planned_on, opens, due, done, digest, shared, reviewed)
            """,
            """
            insert into homework_answers
                (practice_id, homework_id, number, client_id, couple_id, group_id, exercise_version_id, answers, digest,
                 saved_at)
            select \(practice), h.id, 1, h.client, \(couple), \(group), \(exercise.version), h.answers, h.digest, h.done
            from unnest(\(ids), \(clients), \(answers), \(digests), \(submitted)) as h (id, client, answers, digest, done)
            where h.done is not null
            """,
            """
            insert into homework_reviews
                (practice_id, homework_id, number, client_id, couple_id, group_id, reviewer_id, outcome, comment,
                 reviewed_at)
            select \(practice), h.id, 1, h.client, \(couple), \(group), \(reviewer), 'reviewed', h.comment, h.reviewed
            from unnest(\(ids), \(clients), \(comments), \(reviewed)) as h (id, client, comment, reviewed)
            where h.reviewed is not null
            """,
        ]
    }

    private var couple: ID<Couple>? { if case .couple(let id) = unit { id } else { nil } }
    private var group: ID<Group>? { if case .group(let id) = unit { id } else { nil } }
}
