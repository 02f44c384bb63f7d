import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Cairn

/// The outbox honours what a client has called safe.
@Suite struct SafeContactTests {
    @Test func `a letter to whom mail is not safe is kept`() async throws {
        try await withMailRoom { room in
            let dan = room.world.mesa.loner
            let letter = try await room.letter(to: dan)
            await room.work()
            #expect(try await room.state(letter) == "kept not_safe")
            try await room.contact(dan, "safe_channels = '{}'")
            let second = try await room.letter(to: dan)
            await room.work()
            #expect(try await room.state(second) == "kept not_safe")
            #expect(try room.sendmail.starts() == 0)
        }
    }

    @Test func `a letter to whom nothing is known about contact is kept`() async throws {
        try await withMailRoom { room in
            let dan = room.world.mesa.loner
            try await room.contact(dan, "safe_channels = '{email}'")
            try await room.change("delete from client_contacts where client_id = \(dan.clientID)")
            let letter = try await room.letter(to: dan)
            await room.work()
            #expect(try await room.state(letter) == "kept not_safe")
            #expect(try room.sendmail.starts() == 0)
        }
    }

    @Test func `a letter waits for the next safe time, on the practice's clock and across its change`() async throws {
        try await withMailRoom { room in
            let dan = room.world.mesa.loner
            try await room.change("update practices set time_zone = 'America/New_York', version = version + 1")
            try await room.contact(dan, "safe_channels = '{email}', safe_times = '{\"sunday 18:00-19:00\"}'")
            // Saturday 2026-03-07, 18:30 in New York, the evening before the clocks go forward.
            let evening = try #require(Instant("2026-03-07T23:30:00Z"))
            try await room.world.advance(by: evening - room.world.clock.now)
            let letter = try await room.letter(to: dan)
            await room.work()
            #expect(try await room.state(letter) == "waiting")
            #expect(try await room.runsAt(letter).description == "2026-03-08T22:00:00Z")
            #expect(try await room.job(letter) == "waiting 0")
            let listed = try await room.world.request(.get, "/v1/outbox", as: room.world.mesa.intake)
            #expect(listed.items.map { $0["nextAttemptAt"] } == ["2026-03-08T22:00:00Z"])
            try await room.world.advance(by: .seconds(22 * 3_600 + 1_799))
            await room.work()
            #expect(try room.sendmail.starts() == 0)
            try await room.world.advance(by: .seconds(1))
            await room.work()
            #expect(try room.sendmail.taken().count == 1)
            #expect(try await room.state(letter) == "sent forgotten")
        }
    }

    @Test func `a link that ends before the next safe time is kept at once`() async throws {
        try await withMailRoom { room in
            let dan = room.world.mesa.loner
            try await room.contact(dan, "safe_channels = '{email}', safe_times = '{\"sunday 18:00-19:00\"}'")
            let letter = try await room.letter(to: dan)
            await room.work()
            #expect(try await room.state(letter) == "kept not_safe")
        }
    }

    @Test func `what is safe is asked when the letter goes, not when it was written`() async throws {
        try await withMailRoom { room in
            let dan = room.world.mesa.loner
            try await room.contact(dan, "safe_channels = '{email}', safe_times = '{\"monday 10:00-11:00\"}'")
            let letter = try await room.letter(to: dan)
            await room.work()
            #expect(try await room.state(letter) == "waiting")
            try await room.contact(dan, "safe_channels = '{phone}'")
            try await room.world.advance(by: .seconds(3_600))
            await room.work()
            #expect(try await room.state(letter) == "kept not_safe")
            #expect(try room.sendmail.starts() == 0)
        }
    }
}
