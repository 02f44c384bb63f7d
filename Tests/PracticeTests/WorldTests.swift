import Postgres
import Practice
import TestSupport
import Testing

/// The ground that the tests of other targets stand on.
@Suite struct WorldTests {
    @Test func `everyone in the world is signed in, in both practices`() async throws {
        try await withWorld { world in
            for person in world.mesa.everyone + world.tempe.everyone {
                let answer = try await world.database.server.pipeline(
                    world.enter(person, "me.read"))
                #expect(answer[0] == person.accountID.description)
            }
        }
    }

    @Test func `the server reads the keys of a practice and opens what was sealed`() async throws {
        try await withWorld { world in
            let note = world.mesa.signedNote
            let body = try await world.database.superuser.pipeline(
                Query.row("select body from progress_notes where note_id = \(note)") { try $0.next([UInt8].self) })
            let place = Place("progress_notes", "body", note)
            let vault = try await world.keyRing.vault(of: world.mesa.id)
            #expect(try vault.openText(body, at: place) == "He kept his boundaries.")
            let other = try await world.keyRing.vault(of: world.tempe.id)
            #expect(throws: KeyError.notAuthentic) { try other.open(body, at: place) }
        }
    }

    @Test func `without entering, the server sees nothing of the world`() async throws {
        try await withWorld { world in
            let (seen, there) = try await (
                world.database.server.pipeline(
                    Query.row("select count(*) from clients") { try $0.next(Int.self) }),
                world.database.superuser.pipeline(
                    Query.row("select count(*) from clients") { try $0.next(Int.self) })
            )
            #expect(seen == 0)
            #expect(there == 8)
        }
    }

    @Test func `the values of the practice come back from the database as they were stored`() async throws {
        try await withDatabase { database in
            let id = Surroundings.live.id(Client.self)
            let instant = try #require(Instant("2026-01-05T16:00:00.000001Z"))
            let day = try #require(Day("1904-02-29"))
            let time = try #require(LocalTime("18:05"))
            let answer = try await database.server.pipeline(
                Query.row(
                    """
                    select \(id), \(instant), \(day), \(time), \([id]), \([day]), \([Role.owner]),
                           \(id) = \(id.description)::uuid, \(instant) = \(instant.description)::timestamptz,
                           \(day) = \(day.description)::date, \(time) = '18:05'::time
                    """
                ) { row in
                    (
                        try row.next(ID<Client>.self), try row.next(Instant.self), try row.next(Day.self),
                        try row.next(LocalTime.self), try row.next([ID<Client>].self), try row.next([Day].self),
                        try row.next([Role].self),
                        [
                            try row.next(Bool.self), try row.next(Bool.self), try row.next(Bool.self),
                            try row.next(Bool.self),
                        ]
                    )
                })
            #expect(answer.0 == id)
            #expect(answer.1 == instant)
            #expect(answer.2 == day)
            #expect(answer.3 == time)
            #expect(answer.4 == [id])
            #expect(answer.5 == [day])
            #expect(answer.6 == [.owner])
            #expect(answer.7 == [true, true, true, true])
        }
    }

    @Test func `ids and random bytes count`() {
        let surroundings = Surroundings.counted()
        #expect(surroundings.id(Client.self).description == "019b8ee3-0000-7000-8000-000000000001")
        #expect(surroundings.id(Client.self).description == "019b8ee3-0000-7000-8000-000000000002")
        #expect(surroundings.randomBytes(10) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(surroundings.randomBytes(1) == [2])
    }
}
