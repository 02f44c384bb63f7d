import Postgres
import Practice
import WebAPI

extension Exercise {
    /// An exercise in a list.
    struct Item: Sendable, JSONWritable {
        var id: ID<Exercise>
        /// Nil: the practice's own.
        var author: ID<Account>?
        var title: String
        var versionID: ID<ExerciseVersion>
        var number: Int
        var minutes: Int?
        var retiredAt: Instant?
        var version: Int

        static let columns: SQL = """
            e.exercise_id, e.author_id, e.title, v.exercise_version_id, v.number, v.minutes, e.retired_at, e.version
            """

        init(_ row: inout Row) throws(PostgresError) {
            id = try row.next()
            author = try row.next()
            title = try row.next()
            versionID = try row.next()
            number = try row.next()
            minutes = try row.next()
            retiredAt = try row.next()
            version = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { write(membersTo: &$0) }
        }

        fileprivate func write(membersTo json: inout JSONWriter) {
            json.member("id", id)
            json.member("authorId", author)
            json.member("title", title)
            json.member("exerciseVersionId", versionID)
            json.member("number", number)
            json.member("minutes", minutes)
            json.member("retiredAt", retiredAt)
        }
    }

    /// An exercise with what its present version says.
    struct Detail: Sendable, JSONWritable {
        var item: Item
        var instructions: String
        var fields: JSONB
        var publishedAt: Instant

        static let columns: SQL = "\(Item.columns), v.instructions, v.fields, v.published_at"

        init(_ row: inout Row) throws(PostgresError) {
            item = try Item(&row)
            instructions = try row.next()
            fields = try row.next()
            publishedAt = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                item.write(membersTo: &json)
                json.member("instructions", instructions)
                json.member("fields") { $0.raw(fields.bytes) }
                json.member("publishedAt", publishedAt)
            }
        }
    }

    /// What a version says: what is sent to make one.
    struct Text: Sendable {
        var title: String
        var instructions: String
        var minutes: Int?
        var fields: JSONB

        init(_ body: inout JSONObjectReader) {
            title = body.required("title", .line(1...160))
            instructions = body.optional("instructions", .text(0...8_000)) ?? ""
            minutes = body.optional("minutes", .integer(1...600))
            fields = JSONB(bytes: [])
            if body.has("fields") {
                let sent = body.required("fields", .value)
                do throws(FieldFaults) {
                    fields = JSONB(bytes: try Form(sent).json.bytes)
                } catch {
                    body.record(error, in: "fields")
                }
            } else {
                body.fault("fields", "required", "This is required.")
            }
        }

        init(title: String, instructions: String, minutes: Int?, form: Form) {
            self.title = title
            self.instructions = instructions
            self.minutes = minutes
            fields = JSONB(bytes: form.json.bytes)
        }
    }

    /// Whose exercises a list shows.
    enum Shelf: String, Sendable, CaseIterable {
        case library, mine
    }
}
