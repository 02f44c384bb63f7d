import JSON
import Postgres
import Practice
import WebAPI

extension Exercise {
    /// One of the texts of an exercise, in a list.
    struct Version: Sendable, JSONWritable {
        var id: ID<ExerciseVersion>
        var number: Int
        var title: String
        var minutes: Int?
        var publishedAt: Instant

        init(_ row: inout Row) throws(PostgresError) {
            id = try row.next()
            number = try row.next()
            title = try row.next()
            minutes = try row.next()
            publishedAt = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { write(membersTo: &$0) }
        }

        fileprivate func write(membersTo json: inout JSONWriter) {
            json.member("exerciseVersionId", id)
            json.member("number", number)
            json.member("title", title)
            json.member("minutes", minutes)
            json.member("publishedAt", publishedAt)
        }
    }

    /// One of the texts of an exercise, whole. It never changes.
    struct VersionText: Sendable, JSONWritable {
        var version: Version
        var exercise: ID<Exercise>
        var instructions: String
        var fields: JSONB
        var risks: JSONB

        init(_ row: inout Row) throws(PostgresError) {
            version = try Version(&row)
            exercise = try row.next()
            instructions = try row.next()
            fields = try row.next()
            risks = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                version.write(membersTo: &json)
                json.member("exerciseId", exercise)
                json.member("instructions", instructions)
                json.member("fields") { $0.raw(fields.bytes) }
                json.member("risks") { $0.raw(risks.bytes) }
            }
        }
    }
}
