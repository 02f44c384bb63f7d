import JSON
import Postgres
import Practice
import WebAPI

extension Homework {
    /// Where a piece stands at an instant. The database keeps some of these; `scheduled`, `open` and `missed` follow
    /// from the clock.
    enum Status: String, PostgresWord, JSONWritable, CaseIterable {
        case scheduled, open, draft, submitted, returned, reviewed, missed, withdrawn
    }

    /// A piece in a list.
    struct Item: Sendable, JSONWritable {
        var id: ID<Homework>
        var client: ID<Client>
        var title: String
        var dueAt: Instant
        var isDone: Bool
        /// Nil for who may see only that there is homework and whether it is done.
        var standing: Standing?
        /// Whose it is, for professionals: nobody else is shown several people's.
        var clientName: String?

        init(_ row: inout Row) throws(PostgresError) {
            id = try row.next()
            client = try row.next()
            title = try row.next()
            dueAt = try row.next()
            isDone = try row.next()
            standing = try Standing(&row)
            clientName = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { write(membersTo: &$0) }
        }

        func write(membersTo json: inout JSONWriter) {
            json.member("id", id)
            json.member("clientId", client)
            json.member("clientName", ifPresent: clientName)
            json.member("title", title)
            json.member("dueAt", dueAt)
            json.member("done", isDone)
            standing?.write(membersTo: &json)
        }
    }

    /// How a piece stands, for the client and for who may read the answers by profession.
    struct Standing: Sendable {
        var version: Int
        var status: Status
        var assignment: ID<Assignment>
        var exerciseVersion: ID<ExerciseVersion>
        var couple: ID<Couple>?
        var group: ID<Group>?
        var occurrence: Int
        var opensAt: Instant
        var closesAt: Instant?
        var submissions: Int
        var submittedAt: Instant?
        var reviewedAt: Instant?
        /// From when it is late.
        var lateAt: Instant
        var isLate: Bool
        var isPrivate: Bool

        /// Nil where the database shows nothing of it.
        init?(_ row: inout Row) throws(PostgresError) {
            guard let version = try row.next(Int?.self) else {
                try Self.skip(&row)
                return nil
            }
            self.version = version
            status = try row.next()
            assignment = try row.next()
            exerciseVersion = try row.next()
            couple = try row.next()
            group = try row.next()
            occurrence = try row.next()
            opensAt = try row.next()
            closesAt = try row.next()
            submissions = try row.next()
            submittedAt = try row.next()
            reviewedAt = try row.next()
            lateAt = try row.next()
            isLate = try row.next()
            isPrivate = try row.next()
        }

        func write(membersTo json: inout JSONWriter) {
            json.member("status", status)
            json.member("assignmentId", assignment)
            json.member("exerciseVersionId", exerciseVersion)
            json.member("coupleId", couple)
            json.member("groupId", group)
            json.member("occurrence", occurrence)
            json.member("opensAt", opensAt)
            json.member("closesAt", closesAt)
            json.member("submissions", submissions)
            json.member("submittedAt", submittedAt)
            json.member("reviewedAt", reviewedAt)
            json.member("lateAt", lateAt)
            json.member("late", isLate)
            json.member("private", isPrivate)
        }

        private static func skip(_ row: inout Row) throws(PostgresError) {
            try row.skip()
            _ = (try row.next(ID<Assignment>?.self), try row.next(ID<ExerciseVersion>?.self))
            _ = (try row.next(ID<Couple>?.self), try row.next(ID<Group>?.self), try row.next(Int?.self))
            _ = (try row.next(Instant?.self), try row.next(Instant?.self), try row.next(Int?.self))
            _ = (try row.next(Instant?.self), try row.next(Instant?.self))
            _ = (try row.next(Instant?.self), try row.next(Bool?.self), try row.next(Bool?.self))
        }
    }
}

extension Problem {
    static let exerciseVersionMismatch = conflict(
        "exercise_version_mismatch",
        "This homework asks the questions of another version of the exercise. Read it again.")
}
