import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Lists of homework, and who sees what in them.
@Suite struct HomeworkListTests {
    @Test func `a client's own list has all of each piece`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let answer = try await world.list("/v1/homework?limit=1", as: mesa.client)
            let item = try #require(answer.items.first)
            #expect(
                String(decoding: item.bytes, as: UTF8.self) == """
                    {"id":"\(mesa.homework)","clientId":"\(mesa.client.clientID)","title":"Daily check-in",\
                    "dueAt":"2026-01-13T03:00:00Z","done":false,"status":"open","assignmentId":"\(mesa.assignment)",\
                    "exerciseVersionId":"\(mesa.exerciseVersion)","coupleId":null,"groupId":null,"occurrence":1,\
                    "opensAt":"2026-01-05T16:00:00Z","closesAt":null,"submissions":0,"submittedAt":null,"reviewedAt":null,\
                    "lateAt":"2026-01-13T03:00:00Z","late":false,"private":false}
                    """)
        }
    }

    @Test func `pages follow each other by due date and belong to who asked`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            var (ids, path): ([String], String?) = ([], "/v1/homework?limit=1")
            while let next = path {
                let page = try await world.list(next, as: mesa.client)
                #expect(page.items.count == 1)
                ids += page.all("id")
                path = page["next"].text.map { "/v1/homework?limit=1&cursor=\($0)" }
            }
            #expect(ids == [mesa.homework, mesa.groupHomework[0], mesa.coupleHomework[0]].map(\.description))
            let cursor = try await world.list("/v1/homework?limit=1", as: mesa.client)["next"].text ?? ""
            #expect(
                try await world.list("/v1/homework?limit=1&cursor=\(cursor)", as: mesa.partner).code == "invalid_cursor"
            )
            #expect(
                try await world.list("/v1/homework?status=open&cursor=\(cursor)", as: mesa.client).code
                    == "invalid_cursor")
        }
    }

    @Test func `filters are those that the list allows`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            _ = try await world.submit(mesa.homework)
            let submitted = try await world.list("/v1/homework?status=submitted", as: mesa.client)
            #expect(submitted.all("id") == [mesa.homework.description])
            #expect(try await world.list("/v1/homework?status=open", as: mesa.client).items.count == 2)
            #expect(try await world.list("/v1/homework?status=missed", as: mesa.client).items == [])
            let due = "2026-01-13T03:00:00Z"
            #expect(try await world.list("/v1/homework?from=\(due)", as: mesa.client).items.count == 3)
            #expect(try await world.list("/v1/homework?to=\(due)", as: mesa.client).items == [])
            for query in [
                "stat=open", "status=done", "from=yesterday", "from=\(due)&to=\(due)", "limit=0", "limit=101",
            ] {
                #expect(try await world.list("/v1/homework?\(query)", as: mesa.client).status == 400, "\(query)")
            }
        }
    }

    @Test func `a counselor lists the caseload, one client, or one group`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let caseload = try await world.list(as: mesa.counselor)
            #expect(Set(caseload.all("clientId")) == [mesa.client, mesa.minor].map(\.clientID.description).asSet)
            #expect(caseload.items.count == 4)
            let client = try await world.list("/v1/clients/\(mesa.client.clientID)/homework", as: mesa.counselor)
            #expect(client.items.count == 3)
            let group = try await world.list("/v1/groups/\(mesa.group)/homework", as: mesa.facilitator)
            #expect(group.all("id") == mesa.groupHomework.map(\.description))
            let led = try await world.list(as: mesa.newcomer)
            #expect(led.items == [])
            #expect(
                try await world.list("/v1/clients/\(mesa.client.clientID)/homework", as: mesa.facilitator).status == 404
            )
            #expect(
                try await world.list("/v1/clients/\(mesa.client.clientID)/homework", as: mesa.partner).status == 404)
            #expect(try await world.list("/v1/groups/\(mesa.group)/homework", as: mesa.counselor).status == 404)
            #expect(
                try await world.list("/v1/groups/\(mesa.group)/homework", as: world.tempe.facilitator).status == 404)
            #expect(try await world.list(as: mesa.owner).status == 403)
        }
    }

    @Test func `a guardian sees title, due date and whether it is done, and no answer`() async throws {
        try await withWorld { world in
            let (mesa, homework) = (world.mesa, world.mesa.minorHomework)
            _ = try await world.submit(homework, as: mesa.minor)
            let expected = """
                {"id":"\(homework)","clientId":"\(mesa.minor.clientID)","title":"Daily check-in",\
                "dueAt":"2026-01-13T03:00:00Z","done":true}
                """
            let list = try await world.list(as: mesa.guardian)
            #expect(list.text == "{\"items\":[\(expected)],\"next\":null}")
            let one = try await world.read(homework, as: mesa.guardian)
            #expect(one.text == expected)
            #expect(one.version == nil)
            #expect(try await world.list("/v1/homework?status=submitted", as: mesa.guardian).items == [])
            let rows = try await world.asServer(mesa.guardian, "homework.read", "homework", homework) {
                Query.row("select count(*) from homework_answers") { try $0.next(Int.self) }
            }
            #expect(rows == 0)
            #expect(try await world.count("from homework_answers where homework_id = \(homework)") == 1)
            #expect(try await world.read(mesa.homework, as: mesa.guardian).status == 404)
        }
    }

    @Test func `homework of others answers as homework that is not there`() async throws {
        try await withWorld { world in
            let mesa = world.mesa
            let missing = try await world.read(.nil).withoutRequestID
            for (homework, person) in [
                (mesa.homework, mesa.partner), (mesa.homework, mesa.loner), (mesa.homework, world.tempe.client),
                (mesa.homework, mesa.newcomer), (mesa.homework, world.tempe.counselor),
                (mesa.homework, mesa.facilitator),
                (mesa.groupHomework[1], mesa.client), (mesa.coupleHomework[1], mesa.client),
            ] {
                #expect(try await world.read(homework, as: person).withoutRequestID == missing)
            }
            let malformed = try await world.request(.get, "/v1/homework/7", as: mesa.client)
            #expect(malformed.withoutRequestID == missing)
        }
    }
}

extension [String] {
    fileprivate var asSet: Set<String> { Set(self) }
}
