import JSON
import Postgres
import Practice
import WebAPI

extension Homework {
    /// A submission that nobody has answered yet.
    struct Waiting: Sendable, JSONWritable {
        var id: ID<Homework>
        var client: Person
        var title: String
        var couple: ID<Couple>?
        var group: ID<Group>?
        var submittedAt: Instant
        var hours: Int
        /// Whether it was handed in after its time.
        var isLate: Bool
        var isResubmitted: Bool
        /// Whether the client keeps the answers to himself or herself.
        var isPrivate: Bool
        var isDiscussed: Bool
        /// Whether it may speak of danger, and nobody has assessed that.
        var isRisk: Bool

        init(_ row: inout Row) throws(PostgresError) {
            id = try row.next()
            client = try Person(&row)
            title = try row.next()
            couple = try row.next()
            group = try row.next()
            submittedAt = try row.next()
            hours = try row.next()
            isLate = try row.next()
            isResubmitted = try row.next()
            isPrivate = try row.next()
            isDiscussed = try row.next()
            isRisk = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("id", id)
                json.member("client", client)
                json.member("title", title)
                json.member("coupleId", couple)
                json.member("groupId", group)
                json.member("submittedAt", submittedAt)
                json.member("waitingHours", hours)
                json.member("late", isLate)
                json.member("resubmitted", isResubmitted)
                json.member("private", isPrivate)
                json.member("discussed", isDiscussed)
                json.member("openRisk", isRisk)
            }
        }
    }

    /// Whose submission waits.
    struct Person: Sendable, JSONWritable {
        var id: ID<Client>
        var givenName: String
        var preferredName: String?
        var familyName: String

        init(_ row: inout Row) throws(PostgresError) {
            id = try row.next()
            givenName = try row.next()
            preferredName = try row.next()
            familyName = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("id", id)
                json.member("givenName", givenName.ifAny)
                json.member("preferredName", preferredName)
                json.member("familyName", familyName.ifAny)
            }
        }
    }

    /// Which part of the queue is asked for.
    struct QueueFilter: Sendable {
        var client: ID<Client>?
        var group: ID<Group>?

        init(client: ID<Client>? = nil, group: ID<Group>? = nil) {
            (self.client, self.group) = (client, group)
        }

        init(_ query: inout QueryReader) {
            client = query.optional("clientId", .criterion())
            group = query.optional("groupId", .criterion())
        }
    }

    /// All that waits, on whichever page.
    struct QueueTotals: Sendable {
        var waiting: Int
        var oldest: Instant?
    }
}
