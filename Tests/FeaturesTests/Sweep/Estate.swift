import JSON
import Practice
import TestSupport

@testable import Features
@testable import Postgres

/// Something of every kind that has an id, all of it belonging together: a client with a partner, a couple, a guardian, a
/// group and its program, homework, notes, and who has to do with them.
struct Estate: Sendable {
    /// Whether nobody who tries is tied to it.
    var isHidden = false
    /// Ids by the names that the sweep has for kinds.
    private(set) var ids: [String: String] = [:]
    /// Who can sign in, by what they are to the rest.
    private(set) var people: [String: Person] = [:]

    subscript(_ name: String) -> String? { ids[name] }

    func person(_ name: String) throws -> Person {
        guard let person = people[name] else { throw SweepError("nobody is \(name)") }
        return person
    }

    mutating func add<Kind>(_ name: String, _ id: ID<Kind>) { ids[name] = id.description }

    mutating func add(_ name: String, _ person: Person) { people[name] = person }
}

/// What keeps the sweep from being whole.
struct SweepError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension World {
    /// Puts an estate into a practice. What is not published is no program for people in care.
    func estate(_ name: String, in house: House, isPublished: Bool = true) async throws -> Estate {
        let questionnaires = QuestionnaireLibrary.insert(into: house.id, at: clock.now, surroundings)
        var estate = try await seed(house) { seed in
            if name != "Hidden" { for query in questionnaires { seed.add(query.sql) } }
            var draft = try EstateDraft(name, &seed)
            try draft.groups(isPublished: isPublished, &seed)
            try draft.homework(&seed)
            try draft.records(&seed)
            draft.estate.isHidden = name == "Hidden"
            return draft.estate
        }
        for (kind, source) in Estate.sources {
            let id: ID<Void> = try await database.superuser.pipeline(
                Query.row("select \(source.column) from \(source.rows(estate, house.id)) order by 1 limit 1") {
                    try $0.next()
                })
            estate.add(kind, id)
        }
        try await handIn(&estate)
        return estate
    }
}

extension World {
    /// Has the client of an estate add files to two pieces of homework, and hand one of them in.
    private func handIn(_ estate: inout Estate) async throws {
        let (client, path) = (try estate.person("client"), "/v1/homework/\(estate["homework"] ?? "")")
        var attachment = ""
        for (homework, name) in [("freshHomework", "freshAttachment"), ("homework", "attachment")] {
            attachment = try await attached(
                Array("%PDF-1.7\n".utf8), to: ID<Homework>(estate[homework] ?? "") ?? .nil, key: "files",
                name: "file.pdf", as: client
            ).attachmentID
            estate.add(name, ID<Void>(attachment) ?? .nil)
        }
        let handedIn = try await request(
            .put, "\(path)/submission", as: client,
            json: [
                "exerciseVersionId": .text(estate["exerciseVersion"] ?? ""),
                "answers": ["words": "A line.", "files": [.text(attachment)]],
            ])
        guard handedIn.status == 200 else { throw SweepError("nothing was handed in: \(handedIn.text)") }
    }
}

extension Estate {
    /// Where the ids are that a seed does not tell.
    struct Source: Sendable {
        let column: SQL
        let table: SQL
        let condition: @Sendable (Estate) -> SQL

        func rows(_ estate: Estate, _ practice: ID<Practice>) -> SQL {
            "\(table) where practice_id = \(practice) and \(condition(estate))"
        }
    }

    fileprivate static let sources: [(String, Source)] = [
        source("membership", "membership_id", of: "care_team_memberships", "client_id", "client"),
        source("coupleMembership", "membership_id", of: "care_team_memberships", "couple_id", "couple"),
        source("guardianship", "guardianship_id", of: "guardianships", "client_id", "client"),
        source("phase", "phase_id", of: "phases", "name = 'Education' and program_id", "program"),
        (
            "questionnaireVersion",
            // The version of another questionnaire is none of this one's.
            Source(column: "current_version_id", table: "questionnaires") {
                $0.isHidden ? "code = 'gad-7'" : "code = 'phq-9'"
            }
        ),
    ]

    private static func source(
        _ kind: String, _ column: SQL, of table: SQL, _ owner: SQL, _ name: String
    ) -> (String, Source) {
        (kind, Source(column: column, table: table) { "\(owner) = \(ID<Void>($0[name] ?? "") ?? .nil)" })
    }
}
