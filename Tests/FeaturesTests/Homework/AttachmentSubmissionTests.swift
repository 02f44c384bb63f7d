import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What handing in does to the files that the answers name, and what is refused because of them.
@Suite struct AttachmentSubmissionTests {
    private let png = SampleFile.png(size: 1_000)
    private let pdf = Array("%PDF-1.7\n".utf8)

    @Test func `answers name complete files of their own question, or all that is wrong is told`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let open = try #require(try await world.attach(1_000, to: album.own, key: "files").headers["location"])
            let drawing = try await world.attached(png, to: album.own)
            let elsewhere = try await world.attached(png, to: album.couples[0])
            let hers = try await world.attached(png, to: album.couples[1], as: world.mesa.partner)
            let document = try await world.attached(pdf, to: album.own, key: "files")
            let refused = try await world.submit(
                album, album.own, circles: elsewhere, files: [document, open, drawing])
            #expect(refused.status == 422)
            #expect(
                refused.faults == [
                    "/answers/circles/0 attachment_unknown", "/answers/files/1 attachment_incomplete",
                    "/answers/files/2 attachment_unknown",
                ])
            #expect(try await world.submit(album, album.own, circles: hers).status == 422)
            #expect(try await world.count("from homework_answers where number > 0") == 0)
            let taken = try await world.submit(album, album.own, circles: drawing, files: [document])
            #expect(taken.status == 200)
            #expect(try await world.request(.get, drawing, as: world.mesa.client)["submission"] == 1)
            #expect(try await world.request(.get, open, as: world.mesa.client)["submission"] == .null)
            let again = try await world.submit(album, album.own, circles: drawing, files: [document])
            #expect(again.body == taken.body)
            #expect(
                try await world.count(
                    "from attachments a join attachment_chunks c using (attachment_id) where a.handed_in and c.handed_in"
                )
                    == 2)
        }
    }

    @Test func `what was handed in stays, and goes with the submission that was sent again`() async throws {
        try await withWorld { world in
            let (mesa, album) = (world.mesa, try await Album(world))
            let path = try await world.attached(png, to: album.own)
            _ = try await world.submit(album, album.own, circles: path)
            let refused = try await world.request(.delete, path, as: mesa.client)
            #expect(refused.status == 409 && refused.code == "handed_in")
            _ = try await world.review(album.own, "returned", comment: "Again.", ifMatch: 2)
            #expect(try await world.request(.delete, path, as: mesa.client).status == 409)
            _ = try await world.submit(album, album.own, circles: path, files: [])
            #expect(try await world.content(path, as: mesa.counselor).status == 200)
        }
    }

    @Test func `a submission that is taken back takes its files back, but not those of an earlier one`() async throws {
        try await withWorld { world in
            let (mesa, album) = (world.mesa, try await Album(world))
            let drawing = try await world.attached(png, to: album.own)
            let document = try await world.attached(pdf, to: album.own, key: "files")
            _ = try await world.submit(album, album.own, circles: drawing)
            _ = try await world.review(album.own, "returned", comment: "Add the paper.", ifMatch: 2)
            _ = try await world.submit(album, album.own, circles: drawing, files: [document])
            #expect(try await world.content(document, as: mesa.counselor).status == 200)
            #expect(try await world.takeBack(album.own, ifMatch: 4).status == 200)
            #expect(try await world.content(document, as: mesa.counselor).status == 404)
            #expect(try await world.content(document).status == 200)
            #expect(try await world.content(drawing, as: mesa.counselor).status == 200)
            #expect(try await world.request(.delete, document, as: mesa.client).code == "handed_in")
            #expect(try await world.count("from attachment_chunks where handed_in") == 1)
            _ = try await world.submit(album, album.own, circles: drawing, files: [document])
            #expect(try await world.content(document, as: mesa.counselor).status == 200)
            #expect(try await world.request(.get, document, as: mesa.client)["submission"] == 3)
        }
    }

    @Test func `files of a private submission are for their author alone`() async throws {
        try await withWorld { world in
            let (mesa, album) = (world.mesa, try await Album(world))
            let (his, hers) = (album.couples[0], album.couples[1])
            let path = try await world.attached(png, to: his)
            let answers: JSONValue = ["circles": .array([.text(path.attachmentID)])]
            let kept = try await world.submit(his, answers, version: album.version, more: ["private": true])
            #expect(kept.status == 200 && kept["private"] == true)
            _ = try await world.submit(album, hers, circles: nil, as: mesa.partner)
            _ = try await world.share(his, as: mesa.client, ifMatch: 2)
            _ = try await world.share(hers, as: mesa.partner, ifMatch: 2)
            #expect(try await world.content(path).status == 200)
            for person in [mesa.counselor, mesa.supervisor, mesa.partner] {
                #expect(try await world.content(path, as: person).status == 404, "\(person.name)")
            }
            #expect(try await world.count("from attachment_chunks where handed_in") == 0)
            #expect(try await world.request(.delete, path, as: mesa.client).code == "handed_in")
        }
    }

    @Test func `a file that is taken away while it is handed in is either gone or handed in`() async throws {
        try await withWorld { world in
            let (mesa, album) = (world.mesa, try await Album(world))
            for round in 0..<12 {
                let homework = try await world.seed(mesa) { seed in
                    let exercise = try seed.exercise("Circles \(round)", fields: Album.fields)
                    return (
                        exercise.version,
                        seed.homework(exercise, title: "Circles", for: [mesa.client], assignedBy: mesa.counselor)
                            .homework[0]
                    )
                }
                let path = try await world.attached(png, to: homework.1)
                let answers: JSONValue = ["circles": .array([.text(path.attachmentID)])]
                async let removal = world.request(.delete, path, as: mesa.client)
                async let submission = world.submit(homework.1, answers, version: homework.0)
                let (removed, submitted) = (try await removal, try await submission)
                let isThere = try await world.content(path).status == 200
                #expect([204, 409].contains(removed.status) && [200, 422].contains(submitted.status))
                #expect((submitted.status == 200) == isThere && (removed.status == 204) == !isThere)
            }
            _ = album
        }
    }

    @Test func `answers that name no file are handed in as before`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let none = try await world.submit(album, album.own, circles: nil)
            #expect(none.status == 200)
            let unknown: JSONValue = ["circles": ["0193f2a0-7b1c-7000-8000-000000000061"]]
            let missing = try await world.submit(album.couples[0], unknown, version: album.version)
            #expect(missing.faults == ["/answers/circles/0 attachment_unknown"])
        }
    }
}
