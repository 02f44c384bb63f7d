import JSON
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
        var tags: Tags
        var retiredAt: Instant?
        var version: Int

        static let columns: SQL = """
            e.exercise_id, e.author_id, e.title, v.exercise_version_id, v.number, v.minutes, \(Tags.columns), e.retired_at, \
            e.version
            """

        init(_ row: inout Row) throws(PostgresError) {
            id = try row.next()
            author = try row.next()
            title = try row.next()
            versionID = try row.next()
            number = try row.next()
            minutes = try row.next()
            tags = try Tags(&row)
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
            tags.write(membersTo: &json)
            json.member("retiredAt", retiredAt)
        }
    }

    /// An exercise with what its present version says.
    struct Detail: Sendable, JSONWritable {
        var item: Item
        var instructions: String
        var fields: JSONB
        var risks: JSONB
        var publishedAt: Instant

        static let columns: SQL = "\(Item.columns), v.instructions, v.fields, v.risks, v.published_at"

        init(_ row: inout Row) throws(PostgresError) {
            item = try Item(&row)
            instructions = try row.next()
            fields = try row.next()
            risks = try row.next()
            publishedAt = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                item.write(membersTo: &json)
                json.member("instructions", instructions)
                json.member("fields") { $0.raw(fields.bytes) }
                json.member("risks") { $0.raw(risks.bytes) }
                json.member("publishedAt", publishedAt)
            }
        }
    }

    /// Whose exercises a list shows.
    enum Shelf: String, Sendable, CaseIterable {
        case library, mine
    }

    /// Which exercises a list shows.
    struct Filter: Sendable {
        var shelf: Shelf?
        var isRetired: Bool
        var program: ID<Program>?
        var track: ID<Track>?
        var phase: ID<Phase>?

        init(_ query: inout QueryReader) {
            shelf = query.optional("shelf", .choice(Shelf.self))
            isRetired = query.bool("retired") ?? false
            program = query.optional("programId", .criterion())
            track = query.optional("trackId", .criterion())
            phase = query.optional("phaseId", .criterion())
        }

        /// What an exercise has to be tagged with: conditions on `exercise_tags t`.
        var tags: [SQL] {
            [
                program.map { "t.program_id = \($0)" }, track.map { "t.track_id = \($0)" },
                phase.map { "t.phase_id = \($0)" },
            ].compactMap(\.self)
        }
    }
}
