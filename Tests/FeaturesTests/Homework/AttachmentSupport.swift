import JSON
import Postgres
import Practice
import TestSupport

/// Homework that asks for a drawing, for files and for a line.
struct Album: Sendable {
    let version: ID<ExerciseVersion>
    /// Of the client.
    let own: ID<Homework>
    /// Of both partners.
    let couples: [ID<Homework>]
    /// Of the client, from the group.
    let groups: ID<Homework>
    /// Of the minor.
    let minors: ID<Homework>

    static let fields: JSONValue = [
        ["key": "words", "label": "What do you see?", "type": "shortText"],
        ["key": "circles", "label": "Draw your circles.", "type": "drawing"],
        ["key": "files", "label": "What else?", "type": "file", "maximumFiles": 3, "accepts": ["pdf", "audio"]],
    ]

    init(_ world: World) async throws {
        let mesa = world.mesa
        (version, own, couples, groups, minors) = try await world.seed(mesa) { seed in
            let exercise = try seed.exercise("Three circles", fields: Self.fields)
            let title = "Three circles"
            return (
                exercise.version,
                seed.homework(exercise, title: title, for: [mesa.client], assignedBy: mesa.counselor).homework[0],
                seed.homework(
                    exercise, title: title, for: [mesa.client, mesa.partner], as: .couple(mesa.couple),
                    assignedBy: mesa.counselor
                ).homework,
                seed.homework(
                    exercise, title: title, for: [mesa.client], as: .group(mesa.group), assignedBy: mesa.facilitator
                ).homework[0],
                seed.homework(exercise, title: title, for: [mesa.minor], assignedBy: mesa.counselor).homework[0]
            )
        }
    }
}

extension World {
    /// Begins an upload.
    func attach(
        _ size: Int, to homework: ID<Homework>, key: String = "circles", name: String = "circles.png",
        as person: Person? = nil
    ) async throws -> TestAnswer {
        try await request(
            .post, "/v1/homework/\(homework)/attachments", as: person ?? mesa.client,
            json: ["key": .text(key), "name": .text(name), "size": .number(JSONNumber(size))])
    }

    /// Sends a piece; `of` is the size that it says the whole has.
    func send(
        _ bytes: ArraySlice<UInt8>, of size: Int, to path: String, as person: Person? = nil
    ) async throws -> TestAnswer {
        try await request(
            .put, "\(path)/content", as: person ?? mesa.client, body: Array(bytes),
            headers: [
                "Content-Type": "application/octet-stream",
                "Content-Range": "bytes \(bytes.startIndex)-\(bytes.endIndex - 1)/\(size)",
            ])
    }

    /// Attaches a whole file, in as many pieces as it needs, and gives its address.
    func attached(
        _ file: [UInt8], to homework: ID<Homework>, key: String = "circles", name: String = "circles.png",
        as person: Person? = nil
    ) async throws -> String {
        let begun = try await attach(file.count, to: homework, key: key, name: name, as: person)
        let path = begun.headers["location"] ?? ""
        for start in stride(from: 0, to: file.count, by: 1_048_576) {
            let end = min(start + 1_048_576, file.count)
            let answer = try await send(file[start..<end], of: file.count, to: path, as: person)
            guard answer.status == 200 else { return "\(answer.status) \(answer.code ?? "")" }
        }
        return path
    }

    /// Hands in a drawing, and the files.
    func submit(
        _ album: Album, _ homework: ID<Homework>, circles: String?, files: [String] = [], as person: Person? = nil
    ) async throws -> TestAnswer {
        var answers = [JSONMember("words", "Three circles.")]
        if let circles { answers.append(JSONMember("circles", .array([.text(circles.attachmentID)]))) }
        if !files.isEmpty { answers.append(JSONMember("files", .array(files.map { .text($0.attachmentID) }))) }
        return try await submit(homework, .object(answers), as: person, version: album.version)
    }

    func content(_ path: String, as person: Person? = nil) async throws -> TestAnswer {
        try await request(.get, "\(path)/content", as: person ?? mesa.client)
    }

    /// How many bytes of files the database has, of one attachment or of all.
    func storedChunks() async throws -> Int { try await count("from attachment_chunks") }
}

extension String {
    /// The last part of an attachment's address.
    var attachmentID: String { split(separator: "/").last.map(String.init) ?? "" }

    /// The same as an id. (Where the tests' own library is imported, `Attachment` is ambiguous.)
    var attachment: ID<Attachment>? { ID(attachmentID) }
}
