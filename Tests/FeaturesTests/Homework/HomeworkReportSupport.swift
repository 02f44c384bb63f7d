import JSON
import Postgres
import Practice
import TestSupport

/// A month of homework of the group Tuesday, whose members are Adam and Dan, and a piece of Adam's own. Today is Monday,
/// 2026-01-05; everything is due at 18:00 in Phoenix.
///
/// | due | Adam | Dan |
/// |---|---|---|
/// | Tue 9 December | handed in the day before, reviewed after 48 hours | handed in the day before, never answered |
/// | Tue 16 December | handed in two days late, reviewed after 12 hours | withdrawn |
/// | Tue 23 December | missed: closed on the 26th | within the grace of a day, returned after 24 hours |
/// | Mon 29 December | his own, from Carl: handed in at noon, waits | |
/// | Tue 30 December | a draft | handed in the day before, and taken back |
/// | Tue 6 January | not due yet | |
struct HomeworkScene: Sendable {
    let weekly: ID<Assignment>
    let own: ID<Assignment>
    /// Adam's that is overdue, and Dan's.
    let overdue: [ID<Homework>]
    /// Dan's first.
    let unanswered: ID<Homework>
    /// Adam's own.
    let waiting: ID<Homework>

    init(_ seed: inout Seed, in house: House) {
        weekly = seed.assignment(in: house, by: house.facilitator, group: house.group)
        own = seed.assignment(in: house, by: house.counselor, client: house.client)
        var adam = Piece(house.client, weekly, "Weekly check-in", group: house.group)
        _ = seed.add(adam.due(1, "2025-12-09").handedIn("2025-12-08T10:00", answered: "2025-12-10T10:00"), in: house)
        _ = seed.add(adam.due(2, "2025-12-16").handedIn("2025-12-18T10:00", answered: "2025-12-18T22:00"), in: house)
        _ = seed.add(adam.due(3, "2025-12-23", closes: "2025-12-26T18:00"), in: house)
        let first = seed.add(adam.due(4, "2025-12-30").standing("draft"), in: house)
        _ = seed.add(adam.due(5, "2026-01-06"), in: house)
        adam.client = house.loner
        unanswered = seed.add(adam.due(1, "2025-12-09").handedIn("2025-12-08T11:00"), in: house)
        _ = seed.add(adam.due(2, "2025-12-16").standing("withdrawn"), in: house)
        _ = seed.add(
            adam.due(3, "2025-12-23", late: "2025-12-24T18:00")
                .handedIn("2025-12-24T10:00", answered: "2025-12-25T10:00").standing("returned"), in: house)
        let second = seed.add(
            adam.due(4, "2025-12-30").handedIn("2025-12-29T10:00").standing("draft"), in: house)
        overdue = [first, second]
        waiting = seed.add(
            Piece(house.client, own, "Daily recovery").due(1, "2025-12-29").handedIn("2025-12-29T12:00"), in: house)
    }
}

/// A piece of homework as a test wants it, its times on Phoenix's clock.
struct Piece: Sendable {
    var client: Person
    let assignment: ID<Assignment>
    let title: String
    let group: ID<Group>?
    var occurrence = 1
    var due = ""
    var late: String?
    var closes: String?
    var handedIn: String?
    var answered: String?
    var state = "assigned"

    init(_ client: Person, _ assignment: ID<Assignment>, _ title: String, group: ID<Group>? = nil) {
        (self.client, self.assignment, self.title, self.group) = (client, assignment, title, group)
    }

    func due(_ occurrence: Int, _ day: String, late: String? = nil, closes: String? = nil) -> Piece {
        var piece = self
        (piece.occurrence, piece.due, piece.late, piece.closes) = (occurrence, day + "T18:00", late, closes)
        return piece
    }

    func handedIn(_ at: String, answered: String? = nil) -> Piece {
        var piece = self
        (piece.handedIn, piece.answered, piece.state) = (at, answered, answered == nil ? "submitted" : "reviewed")
        return piece
    }

    func standing(_ state: String) -> Piece {
        var piece = self
        piece.state = state
        return piece
    }
}

extension Seed {
    mutating func assignment(
        in house: House, by person: Person, client: Person? = nil, group: ID<Group>? = nil
    ) -> ID<Assignment> {
        let assignment: ID<Assignment> = id()
        add(
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, client_id, group_id, assigned_by, assigned_at, schedule)
            values (\(house.id), \(assignment), \(house.exerciseVersion), \(client?.clientID), \(group),
                    \(person.accountID), '2025-12-01', '{}')
            """)
        return assignment
    }

    mutating func add(_ piece: Piece, in house: House) -> ID<Homework> {
        let homework: ID<Homework> = id()
        func at(_ text: String?) -> SQL { "\(text.map { $0 + ":00-07:00" })::text::timestamptz" }
        add(
            """
            insert into homework
                (practice_id, homework_id, assignment_id, exercise_version_id, client_id, group_id, occurrence, title,
                 opens_at, due_at, late_at, closes_at, state, submissions, submitted_at, first_submitted_at, reviewed_at,
                 responded_at)
            values (\(house.id), \(homework), \(piece.assignment), \(house.exerciseVersion), \(piece.client.clientID),
                    \(piece.group), \(piece.occurrence), \(piece.title), \(at(piece.due)) - interval '6 days',
                    \(at(piece.due)), \(at(piece.late)), \(at(piece.closes)), \(piece.state),
                    \(piece.handedIn == nil ? 0 : 1), \(at(piece.handedIn)), \(at(piece.handedIn)),
                    \(at(piece.answered)), \(at(piece.answered)))
            """)
        return homework
    }
}

func withHomework(_ body: @Sendable (World, HomeworkScene) async throws -> Void) async throws {
    try await withWorld { world in
        let scene = try await world.seed(world.mesa) { HomeworkScene(&$0, in: world.mesa) }
        try await body(world, scene)
    }
}

extension World {
    func get(_ path: String, as person: Person, accepting type: String? = nil) async throws -> TestAnswer {
        try await request(.get, path, as: person, headers: type.map { ["Accept": $0] } ?? [:])
    }
}

extension JSONValue {
    /// `due/done/on time/missed` of an object that has them.
    var figures: String {
        ["due", "done", "onTime", "missed"].map { name in
            if case .number(let number)? = self[name] { number.text } else { "?" }
        }.joined(separator: "/")
    }
}
