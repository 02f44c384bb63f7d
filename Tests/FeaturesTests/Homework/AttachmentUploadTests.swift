import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// How files come in.
@Suite struct AttachmentUploadTests {
    @Test func `a file comes in pieces, is complete with the last, and is saved as it was`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let file = SampleFile.png(size: 2_600_000)
            let begun = try await world.attach(file.count, to: album.own, name: "Drei \u{202E}Kreise.html")
            #expect(begun.status == 201)
            let path = try #require(begun.headers["location"])
            #expect(path == "/v1/homework/\(album.own)/attachments/\(path.attachmentID)")
            let name = "Drei Kreise.html"
            #expect(
                begun.text == """
                    {"id":"\(path.attachmentID)","key":"circles","name":"\(name)","size":2600000,"received":0,\
                    "chunkSize":1048576,"mediaType":null,"createdAt":"2026-01-05T16:00:00Z","completedAt":null,\
                    "submission":null}
                    """)
            #expect(try await world.content(path).status == 404)
            let first = try await world.send(file[..<1_048_576], of: file.count, to: path)
            #expect(first.text == #"{"received":1048576,"size":2600000,"completedAt":null}"#)
            #expect(try await world.request(.get, path, as: world.mesa.client)["mediaType"] == "image/png")
            _ = try await world.send(file[1_048_576..<1_310_720], of: file.count, to: path)
            _ = try await world.send(file[1_310_720..<2_359_296], of: file.count, to: path)
            #expect(try await world.content(path).status == 404)
            let last = try await world.send(file[2_359_296...], of: file.count, to: path)
            #expect(last.text == #"{"received":2600000,"size":2600000,"completedAt":"2026-01-05T16:00:00Z"}"#)

            let saved = try await world.content(path)
            #expect(saved.body == file)
            #expect(saved.headers["content-type"] == "image/png")
            #expect(saved.headers["content-length"] == "2600000")
            #expect(
                saved.headers["content-disposition"]
                    == "attachment; filename=\"Drei Kreise.html.png\"; filename*=UTF-8''Drei%20Kreise.html.png")
            #expect(saved.headers["content-security-policy"]?.hasPrefix("sandbox; default-src 'none'") == true)
            #expect(saved.headers["x-content-type-options"] == "nosniff")
            #expect(saved.headers["cache-control"] == "no-store")
            #expect(saved.headers["etag"] == nil && saved.headers["trailer"] == nil)
            let list = try await world.list("/v1/homework/\(album.own)/attachments", as: world.mesa.client)
            #expect(list.items.count == 1 && list.items[0]["received"] == 2_600_000)
        }
    }

    @Test func `a piece that was sent before changes nothing, and one at a wrong place is told the right one`()
        async throws
    {
        try await withWorld { world in
            let album = try await Album(world)
            let file = SampleFile.png(size: 1_000_000)
            let path = try #require(try await world.attach(file.count, to: album.own).headers["location"])
            let ahead = try await world.send(file[262_144..<524_288], of: file.count, to: path)
            #expect(ahead.status == 409 && ahead.code == "wrong_offset" && ahead.headers["upload-offset"] == "0")
            for _ in 0..<2 {
                let answer = try await world.send(file[..<524_288], of: file.count, to: path)
                #expect(answer.status == 200 && answer["received"] == 524_288)
            }
            var other = file
            other[100] ^= 1
            let changed = try await world.send(other[..<524_288], of: file.count, to: path)
            #expect(changed.code == "wrong_offset" && changed.headers["upload-offset"] == "524288")
            let part = try await world.send(file[..<262_144], of: file.count, to: path)
            #expect(part.code == "wrong_offset")
            #expect(try await world.request(.get, path, as: world.mesa.client)["received"] == 524_288)
            let larger = try await world.send(file[524_288...], of: file.count + 1, to: path)
            #expect(larger.status == 400 && larger.code == "uneven_chunk")
            let smaller = try await world.send(file[524_288..<786_432], of: 786_432, to: path)
            #expect(smaller.status == 409 && smaller.code == "size_differs")
            for _ in 0..<2 {
                let answer = try await world.send(file[524_288...], of: file.count, to: path)
                #expect(answer["completedAt"] == "2026-01-05T16:00:00Z")
                world.clock.advance(by: .seconds(1))
            }
            #expect(try await world.content(path).body == file)
            #expect(try await world.storedChunks() == 2)
        }
    }

    @Test func `32 times the same piece at once is one piece`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let file = SampleFile.png(size: 300_000)
            let path = try #require(try await world.attach(file.count, to: album.own).headers["location"])
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 0..<32 {
                    group.addTask { try await world.send(file[..<262_144], of: file.count, to: path) }
                }
                return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
            }
            #expect(Set(answers.map(\.status)) == [200])
            #expect(Set(answers.map(\.text)) == [#"{"received":262144,"size":300000,"completedAt":null}"#])
            #expect(try await world.storedChunks() == 1)
        }
    }

    @Test func `a piece that is not one is refused`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let path = try #require(try await world.attach(600_000, to: album.own).headers["location"])
            let bytes = SampleFile.png(size: 262_144)
            let octets = "application/octet-stream"
            for (range, type, body, status, code) in [
                (nil, octets, bytes, 400, "malformed_content_range"),
                ("bytes 0-262143/*", octets, bytes, 400, "malformed_content_range"),
                ("bytes 0-262142/600000", octets, bytes, 400, "content_range_differs"),
                ("bytes 0-262143/600000", octets, [], 400, "content_range_differs"),
                ("bytes 0-262143/600000", "image/png", bytes, 415, "unsupported_media_type"),
                ("bytes 100-262243/600000", octets, bytes, 400, "uneven_chunk"),
                ("bytes 0-262042/600000", octets, Array(bytes.dropLast(101)), 400, "uneven_chunk"),
                ("bytes 0-1048576/2000000", octets, SampleFile.png(size: 1_048_577), 413, "body_too_large"),
            ] as [(String?, String, [UInt8], Int, String)] {
                var headers = ["Content-Type": type]
                if let range { headers["Content-Range"] = range }
                let answer = try await world.request(
                    .put, "\(path)/content", as: world.mesa.client, body: body, headers: headers)
                #expect(answer.status == status && answer.code == code, "\(range ?? "no range")")
            }
            #expect(try await world.request(.get, path, as: world.mesa.client)["received"] == 0)
        }
    }

    @Test func `of what the question does not take nothing is kept, whatever its name says`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let (pdf, png) = (Array("%PDF-1.7\n".utf8), SampleFile.png(size: 64))
            for (file, key) in [
                (Array("<!DOCTYPE html><script>alert(1)</script>".utf8), "circles"),
                (Array("<html>".utf8) + png, "circles"), (Array("<svg onload=\"alert(1)\"/>".utf8), "circles"),
                (pdf, "circles"), (png, "files"),
                (SampleFile.boxes("ftyp", "M4A \0\0\0\0M4A ") + SampleFile.tracks("vide"), "files"),
            ] {
                let path = try #require(try await world.attach(file.count, to: album.own, key: key).headers["location"])
                let answer = try await world.send(file[...], of: file.count, to: path)
                #expect(answer.status == 422 && answer.code == "not_accepted", "\(key)")
                #expect(try await world.request(.get, path, as: world.mesa.client).status == 404)
            }
            #expect(try await world.count("from attachments") == 0)
            #expect(try await world.storedChunks() == 0)
            #expect(try await world.attached(png, to: album.own).hasPrefix("/v1"))
            #expect(try await world.attached(pdf, to: album.own, key: "files").hasPrefix("/v1"))
        }
    }

    @Test func `a film that shows itself at the end takes all that was kept with it`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let head = SampleFile.boxes("ftyp", "mp42\0\0\0\0mp42isom") + SampleFile.boxes("mdat", "")
            let sound = head + Array(repeating: 7, count: 262_144 - head.count)
            let (film, talk) = (sound + SampleFile.tracks("soun", "vide"), sound + SampleFile.tracks("soun"))
            let path = try #require(
                try await world.attach(film.count, to: album.own, key: "files").headers["location"])
            #expect(try await world.send(film[..<262_144], of: film.count, to: path).status == 200)
            #expect(try await world.storedChunks() == 1)
            #expect(try await world.send(film[262_144...], of: film.count, to: path).code == "not_accepted")
            #expect(try await world.storedChunks() == 0)
            let kept = try await world.attached(talk, to: album.own, key: "files", name: "talk.mp4")
            #expect(try await world.content(kept).headers["content-type"] == "audio/mp4")
        }
    }

    @Test func `the database holds nothing of the content or of the name in the clear`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let line = Array("He wrote the same line again and again. ".utf8)
            let text = Array("%PDF-1.7\n".utf8) + Array(repeatElement(line, count: 8_000).joined())
            let path = try await world.attached(text, to: album.own, key: "files", name: "Confession of Adam.pdf")
            #expect(try await world.content(path).body == text)
            let stored = try await world.count(
                """
                from attachments a join attachment_chunks c using (practice_id, attachment_id)
                where position('same line'::bytea in c.sealed) = 0 and position('%PDF'::bytea in c.sealed) = 0
                  and position('Confession'::bytea in a.name) = 0 and octet_length(c.sealed) = c.length + 33
                """)
            #expect(stored == 1)
        }
    }

    @Test func `pieces that were exchanged, moved, or cut off do not open`() async throws {
        try await withWorld { world in
            let album = try await Album(world)
            let file = SampleFile.png(size: 3_000_000)
            let path = try await world.attached(file, to: album.own)
            let other = try await world.attached(SampleFile.png(size: 3_000_000, seed: 9), to: album.own)
            let (id, otherID) = (try #require(path.attachment), try #require(other.attachment))
            for harm in [
                """
                update attachment_chunks c set sealed = o.sealed from attachment_chunks o
                where o.attachment_id = c.attachment_id and c.attachment_id = \(id) and (c.number, o.number) in ((0, 4), (4, 0))
                """,
                """
                update attachment_chunks c set sealed = o.sealed from attachment_chunks o
                where o.attachment_id = \(otherID) and c.attachment_id = \(id) and c.number = 4 and o.number = 4
                """,
                """
                with gone as (delete from attachment_chunks where attachment_id = \(id) and number = 8)
                update attachments set size = 2097152, received = 2097152 where attachment_id = \(id)
                """,
            ] as [SQL] {
                try await world.run("create table if not exists spare as table attachment_chunks")
                try await world.run(harm)
                await #expect(throws: (any Error).self) { try await world.content(path) }
                try await world.run("delete from attachment_chunks")
                try await world.run("update attachments set size = 3000000, received = 3000000")
                try await world.run("insert into attachment_chunks table spare")
            }
            #expect(try await world.content(path).body == file)
        }
    }
}
