import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Who may open whose files.
@Suite struct AttachmentAccessTests {
    private let file = SampleFile.png(size: 300_000)

    /// What a person gets of a file's content, of the file, of the list.
    private func reach(_ world: World, _ path: String, _ person: Person) async throws -> [String] {
        let list = path.split(separator: "/").dropLast().joined(separator: "/")
        let listed = try await world.request(.get, "/\(list)", as: person)
        return [
            "\(try await world.content(path, as: person).status)",
            "\(try await world.request(.get, path, as: person).status)",
            listed.status == 200 ? "\(listed.items.count) listed" : "\(listed.status)",
        ]
    }

    @Test func `a counselor sees a file once it is handed in, and nobody else ever does`() async throws {
        try await withWorld { world in
            let (mesa, album) = (world.mesa, try await Album(world))
            let path = try await world.attached(file, to: album.own)
            let spare = try await world.attached(file, to: album.own)
            let strangers = [
                mesa.partner, mesa.loner, mesa.minor, mesa.guardian, mesa.facilitator, mesa.newcomer, mesa.intern,
                world.tempe.client, world.tempe.counselor,
            ]
            #expect(try await reach(world, path, mesa.client) == ["200", "200", "2 listed"])
            for person in [mesa.counselor, mesa.supervisor] {
                #expect(try await reach(world, path, person) == ["404", "404", "0 listed"], "\(person.name)")
            }
            #expect(try await world.submit(album, album.own, circles: path).status == 200)
            for person in [mesa.counselor, mesa.supervisor] {
                #expect(try await reach(world, path, person) == ["200", "200", "1 listed"], "\(person.name)")
                #expect(try await reach(world, spare, person) == ["404", "404", "1 listed"], "\(person.name)")
            }
            #expect(try await world.content(path, as: mesa.counselor).body == file)
            for person in strangers {
                #expect(try await reach(world, path, person) == ["404", "404", "404"], "\(person.name)")
            }
            for person in [mesa.owner, mesa.admin, mesa.intake, mesa.auditor] {
                #expect(try await reach(world, path, person) == ["403", "403", "403"], "\(person.name)")
            }
        }
    }

    @Test func `only the client sends pieces and takes files away`() async throws {
        try await withWorld { world in
            let (mesa, album) = (world.mesa, try await Album(world))
            let path = try #require(try await world.attach(file.count, to: album.own).headers["location"])
            for (person, status) in [
                (mesa.counselor, 403), (mesa.owner, 403), (mesa.guardian, 403), (mesa.partner, 404),
                (mesa.loner, 404), (world.tempe.client, 404),
            ] {
                #expect(try await world.attach(10, to: album.own, as: person).status == status, "\(person.name)")
                let piece = try await world.send(file[..<262_144], of: file.count, to: path, as: person)
                #expect(piece.status == status, "\(person.name)")
                #expect(try await world.request(.delete, path, as: person).status == status, "\(person.name)")
            }
            #expect(try await world.request(.get, path, as: mesa.client)["received"] == 0)
            // Through a door of one's own, to a file that is behind another.
            let astray = "/v1/homework/\(album.couples[0])/attachments/\(path.attachmentID)"
            #expect(try await world.request(.get, astray, as: mesa.client).status == 404)
            #expect(try await world.send(file[..<262_144], of: file.count, to: astray).status == 404)
            #expect(try await world.request(.delete, astray, as: mesa.client).status == 404)
            let hers = "/v1/homework/\(album.couples[1])/attachments/\(path.attachmentID)"
            #expect(try await world.send(file[..<262_144], of: file.count, to: hers, as: mesa.partner).status == 404)
            #expect(try await world.request(.delete, hers, as: mesa.partner).status == 404)
            #expect(try await world.count("from attachments") == 1)
            #expect(try await world.request(.delete, path, as: mesa.client).status == 204)
            #expect(try await world.request(.delete, path, as: mesa.client).status == 404)
        }
    }

    @Test func `who leads the group sees the files of the group's homework, and the minor's guardian none`()
        async throws
    {
        try await withWorld { world in
            let (mesa, album) = (world.mesa, try await Album(world))
            let groups = try await world.attached(file, to: album.groups)
            _ = try await world.submit(album, album.groups, circles: groups)
            #expect(try await reach(world, groups, mesa.facilitator) == ["200", "200", "1 listed"])
            #expect(try await reach(world, groups, mesa.loner) == ["404", "404", "404"])
            let minors = try await world.attached(file, to: album.minors, as: mesa.minor)
            _ = try await world.submit(album, album.minors, circles: minors, as: mesa.minor)
            #expect(try await reach(world, minors, mesa.counselor) == ["200", "200", "1 listed"])
            #expect(try await reach(world, minors, mesa.guardian) == ["404", "404", "0 listed"])
            #expect(try await world.read(album.minors, as: mesa.guardian)["done"] == true)
            let rows = try await world.asServer(mesa.guardian, "homework.read", "homework", album.minors) {
                Query.row("select (select count(*) from attachments) + (select count(*) from attachment_chunks)") {
                    try $0.next(Int.self)
                }
            }
            #expect(rows == 0)
        }
    }

    @Test func `a partner saves what the last submission names, once both keys are turned, and nothing else`()
        async throws
    {
        try await withWorld { world in
            let (mesa, album) = (world.mesa, try await Album(world))
            let (his, hers) = (album.couples[0], album.couples[1])
            let first = try await world.attached(file, to: his)
            let spare = try await world.attached(file, to: his)
            _ = try await world.submit(album, his, circles: first)
            _ = try await world.review(his, "returned", comment: "Draw it again.", ifMatch: 2)
            let second = try await world.attached(file, to: his)
            _ = try await world.submit(album, his, circles: second)
            _ = try await world.submit(album, hers, circles: nil, as: mesa.partner)
            _ = try await world.share(his, as: mesa.client, ifMatch: 4)
            #expect(try await reach(world, second, mesa.partner) == ["404", "404", "404"])
            _ = try await world.share(hers, as: mesa.partner, ifMatch: 2)
            #expect(try await reach(world, second, mesa.partner) == ["200", "200", "1 listed"])
            #expect(try await world.content(second, as: mesa.partner).body == file)
            #expect(try await reach(world, first, mesa.partner) == ["404", "404", "1 listed"])
            #expect(try await reach(world, spare, mesa.partner) == ["404", "404", "1 listed"])
            #expect(try await reach(world, first, mesa.counselor) == ["200", "200", "2 listed"])
        }
    }

    @Test func `every touch of a file is in the audit, refusals too`() async throws {
        try await withWorld { world in
            let (mesa, album) = (world.mesa, try await Album(world))
            let path = try await world.attached(Array(file[..<1000]), to: album.own)
            _ = try await world.content(path)
            _ = try await world.content(path, as: mesa.counselor)
            let audited = try await world.database.superuser.pipeline(
                Query.rows("select action || ' ' || outcome from audit_events order by audit_event_id") {
                    try $0.next(String.self)
                })
            #expect(
                audited == [
                    "homework.submit allowed", "homework.submit allowed", "homework.read allowed",
                    "homework.read not_found",
                ])
        }
    }
}
