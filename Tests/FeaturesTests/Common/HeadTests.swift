import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// HEAD answers as GET does, without a body, and without any effect that GET may have.
@Suite struct HeadTests {
    @Test func `HEAD does not spend the one reading of a letter`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { $0.leaveUnused(house.client) }
            let letter = try await world.seed(house) { try $0.letter(to: house.client) }
            let path = "/v1/outbox/\(letter)"
            for _ in 1...2 { #expect(try await world.request(.head, path, as: house.intake).status == 200) }
            #expect(try await world.count("from invitations where invitation_id = \(letter) and told_at is null") == 1)
            #expect(try await world.count("from audit_events where action = 'invitation.tell'") == 0)
            #expect(
                try await world.count("from audit_events where action = 'inquiry.read' and resource_id = \(letter)")
                    == 2)
            let read = try await world.request(.get, path, as: house.intake)
            #expect(read["link"].text?.contains("/invitations/") == true)
            #expect(try await world.request(.get, path, as: house.intake)["link"] == .null)
        }
    }

    @Test func `who sends a letter again, and comes again as somebody else, does not spend its one reading`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            try await world.seed(house) { $0.leaveUnused(house.client) }
            let letter = try await world.seed(house) { try $0.letter(to: house.client) }
            let path = "/v1/outbox/\(letter)/sending"
            let sent = try await world.request(.post, path, as: house.intake, idempotencyKey: "again")
            let place = try #require(sent.headers["location"])
            try await world.setRoles(of: house.intake, [.admin])
            let repeated = try await world.request(.post, path, as: house.intake, idempotencyKey: "again")
            #expect(repeated.status == 200 && repeated["link"] == .null && repeated["to"] != .null)
            #expect(try await world.request(.get, place, as: house.intake)["link"].text?.isEmpty == false)
        }
    }

    @Test func `HEAD is no reading of a calendar, and a try of an address all the same`() async throws {
        var limits = Limits.standard
        limits.calendarsByAddress.most = 3
        try await withWorld(limits: limits) { (world: World) async throws in
            let made = try await world.request(.post, "/v1/me/calendar-feeds", as: world.mesa.client, json: [:])
            let path = try #require(made["path"].text)
            for _ in 1...4 { #expect(try await world.request(.head, path).status == 200) }
            #expect(try await world.count("from calendar_feeds where last_read_at is null") == 1)
            let wrong = "/v1/calendars/" + String(repeating: "A", count: 43) + ".ics"
            for _ in 1...3 { #expect(try await world.request(.head, wrong).status == 404) }
            #expect(try await world.request(.head, wrong).status == 429)
            #expect(try await world.request(.head, path).status == 200, "a right one is never refused")
        }
    }

    @Test func `HEAD of anything answers as GET does and leaves nothing but the traces of every request`() async throws
    {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            let contract = try Contract.current()
            let things = IDPosition.all(in: contract).filter { position in
                if case .path(let name) = position.place {
                    position.method == "GET"
                        && position.path.matches(of: /\{([^}]*)\}/).last.map { String($0.1) } == name
                } else {
                    false
                }
            }
            let lists = contract.operations.filter { $0.method == "GET" && !$0.path.contains("{") }.map(\.path)
            let before = try await sweep.fingerprint()
            let heads = Findings()
            try await sweep.each(things) { position, caller in
                let answer = try await sweep.send(position.asked(by: "HEAD"), .own, as: caller)
                heads.remember("\(answer.status)", position, caller)
                heads.count(1)
            }
            for caller in sweep.callers {
                for path in lists {
                    let head = try await world.request(.head, path, as: caller.person)
                    let get = try await world.request(.get, path, as: caller.person)
                    if head.status != get.status { heads.complain("\(path) as \(caller.name): \(head.status)") }
                }
            }
            #expect(try await sweep.fingerprint() == before, "something has happened")
            try await sweep.each(things) { position, caller in
                let answer = try await sweep.send(position, .own, as: caller)
                guard heads.unknown(position, caller) != "\(answer.status)" else { return }
                heads.complain("\(position) as \(caller.name): \(answer.status)")
            }
            #expect(heads.complaints == [])
            #expect(heads.cells > 900 && lists.count > 30)
        }
    }
}

extension IDPosition {
    fileprivate func asked(by method: String) -> IDPosition {
        IDPosition(method: method, path: path, operationID: operationID, place: place)
    }
}
