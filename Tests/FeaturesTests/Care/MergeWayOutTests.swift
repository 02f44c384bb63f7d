import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What stands in the way of a merge names a way out, and the way out leads to the merge.
@Suite struct MergeWayOutTests {
    private func obstacles(_ world: World, _ duplicate: Person, into survivor: Person) async throws -> [String] {
        let refused = try await world.merge(duplicate, into: survivor)
        #expect(refused.status == 409 && refused.code == "merge_is_blocked", "\(refused.text)")
        return refused.faults
    }

    @Test(arguments: [true, false])
    func `a couple that never was is emptied: as it ends, or afterwards`(isKnownAtOnce: Bool) async throws {
        try await withWorld { world in
            let people = try await world.clients(2)
            let couple = try await world.seed(world.mesa) { $0.couple(people[0], people[1]) }
            let path = "/v1/couples/\(couple)"
            #expect(
                try await obstacles(world, people[1], into: people[0]) == ["/duplicateId partners_of_each_other"])
            let first = try #require(try await world.request(.get, path, as: world.mesa.intake)["from"].text)
            let day: JSONValue = isKnownAtOnce ? .text(first) : "2026-01-02"
            let ended = try await world.request(
                .put, path + "/ending", as: world.mesa.intake, json: ["endedOn": day])
            #expect(ended.status == 200, "\(ended.text)")
            if !isKnownAtOnce {
                #expect(
                    try await obstacles(world, people[1], into: people[0]) == ["/duplicateId partners_of_each_other"])
                let changed = try await world.request(
                    .patch, path, as: world.mesa.intake, json: ["from": "2026-01-02"], ifMatch: ended.version)
                #expect(changed.status == 200, "\(changed.text)")
            }
            try await world.mergeAndReverse(people[1], into: people[0]) { () async throws in
                #expect(
                    try await world.count("from couple_members where couple_id = \(couple)") == 1)
            }
        }
    }

    @Test(arguments: [true, false])
    func `nobody guards oneself by a merge: first the guardianship ends`(isWard: Bool) async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let child = try await world.seed(house) { try $0.client("Cora Carter", born: "2010-05-20") }
            let parent = try await world.seed(house) { try $0.client("Cora Carter-Two", born: "1980-05-20") }
            let made = try await world.request(
                .post, "/v1/clients/\(child.clientID)/guardians", as: house.intake,
                json: [
                    "guardian": ["name": "C.", "clientId": .text("\(parent.clientID)")], "scopes": ["schedule"],
                ])
            #expect(made.status == 201, "\(made.text)")
            let (duplicate, survivor) = isWard ? (child, parent) : (parent, child)
            #expect(
                try await obstacles(world, duplicate, into: survivor) == ["/duplicateId guardian_of_oneself"])
            let path = try #require(made.headers["location"])
            let ended = try await world.request(.delete, path, as: house.intake, ifMatch: made.version)
            #expect(ended.status == 204, "\(ended.text)")
            try await world.mergeAndReverse(duplicate, into: survivor) {}
        }
    }

    @Test func `nobody who guards becomes a minor by a merge`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let young = try await world.seed(house) { try $0.client("Pam Price", born: "2010-05-20") }
            let parent = try await world.seed(house) { try $0.client("Pam Price-Two", born: "1980-05-20") }
            let made = try await world.request(
                .post, "/v1/clients/\(house.minor.clientID)/guardians", as: house.intake,
                json: [
                    "guardian": ["name": "P.", "clientId": .text("\(parent.clientID)")], "scopes": ["schedule"],
                ])
            #expect(made.status == 201, "\(made.text)")
            #expect(try await obstacles(world, parent, into: young) == ["/duplicateId guardian_is_a_minor"])
            // The chart that says the right day stays; or the day is corrected.
            try await world.mergeAndReverse(young, into: parent) {}
            let path = "/v1/clients/\(young.clientID)"
            let read = try await world.request(.get, path, as: house.intake)
            let corrected = try await world.request(
                .patch, path, as: house.intake, json: ["birthDate": "1980-05-20"], ifMatch: read.version)
            #expect(corrected.status == 200)
            try await world.mergeAndReverse(parent, into: young) {}
        }
    }

    @Test func `an inquiry of two who are one has no partner, until they are two again`() async throws {
        try await withWorld { (world: World) async throws in
            let people = try await world.clients(2)
            let inquiry = try await world.seed(world.mesa) { seed in
                let inquiry: ID<Inquiry> = seed.id()
                seed.add(
                    """
                    insert into inquiries (practice_id, inquiry_id, kind, contact_name, email, state, state_since, received_at,
                                           client_id, partner_id)
                    values (\(seed.practiceID), \(inquiry), 'couple', 'Beth', 'b@example.com', 'accepted', \(seed.now),
                            \(seed.now), \(people[0].clientID), \(people[1].clientID))
                    """)
                return inquiry
            }
            try await world.mergeAndReverse(people[1], into: people[0]) { () async throws in
                #expect(
                    try await world.count(
                        """
                        from inquiries where inquiry_id = \(inquiry) and client_id = \(people[0].clientID)
                            and partner_id is null
                        """) == 1)
            }
        }
    }

    @Test func `a chart that is closed opens by no merge, and no death is forgotten`() async throws {
        try await withWorld { (world: World) async throws in
            let desk = world.mesa.intake
            func change(_ client: ID<Client>, _ change: JSONValue) async throws {
                let read = try await world.request(.get, "/v1/clients/\(client)", as: desk)
                let changed = try await world.request(
                    .patch, "/v1/clients/\(client)", as: desk, json: change, ifMatch: read.version)
                #expect(changed.status == 200, "\(changed.text)")
            }
            let one = try await world.newClient("Nell", "Nolan")
            let other = try await world.newClient("Olive", "Orr")
            func merge(_ duplicate: ID<Client>, into survivor: ID<Client>) async throws -> TestAnswer {
                try await world.request(
                    .post, "/v1/clients/\(survivor)/merges", as: world.mesa.admin,
                    json: ["duplicateId": .text("\(duplicate)")])
            }
            try await change(one, ["status": "inactive"])
            #expect(try await merge(other, into: one).faults == ["/duplicateId one_chart_is_closed"])
            try await change(one, ["diedOn": "2026-01-02"])
            #expect(try await merge(other, into: one).faults == ["/duplicateId one_chart_is_closed"])
            #expect(try await merge(one, into: other).faults == ["/duplicateId one_chart_is_closed"])
            try await change(other, ["diedOn": "2026-01-02"])
            #expect(try await merge(one, into: other).status == 201)
        }
    }

    @Test func `two couples at once are put after each other`() async throws {
        try await withWorld { world in
            let people = try await world.clients(4)
            let couples = try await world.seed(world.mesa) {
                ($0.couple(people[0], people[1]), $0.couple(people[2], people[3]))
            }
            #expect(
                try await obstacles(world, people[2], into: people[0]) == ["/duplicateId two_couples_at_once"])
            let ended = try await world.request(
                .put, "/v1/couples/\(couples.0)/ending", as: world.mesa.intake, json: ["endedOn": "2026-01-02"])
            #expect(ended.status == 200)
            let later = try await world.request(.get, "/v1/couples/\(couples.1)", as: world.mesa.intake)
            let moved = try await world.request(
                .patch, "/v1/couples/\(couples.1)", as: world.mesa.intake, json: ["from": "2026-01-02"],
                ifMatch: later.version)
            #expect(moved.status == 200, "\(moved.text)")
            try await world.mergeAndReverse(people[2], into: people[0]) {}
        }
    }

    @Test func `where both requests for a consent have signatures, one is signed by everybody`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (twin, consents, guardians) = try await world.seed(house) { seed in
                seed.packet("minor", ["treatment"], required: ["treatment"], guardians: "all")
                let twin = try seed.client("Cole Carter-Two", born: "2010-05-20")
                let guardians = [
                    seed.guardian("Gus Carter", of: house.minor), seed.guardian("Gia Carter", of: twin),
                    seed.guardian("Gwen Carter", of: twin),
                ]
                return (
                    twin, [seed.consent("treatment", of: house.minor), seed.consent("treatment", of: twin)], guardians
                )
            }
            #expect(try await world.sign(consents[0], as: house.guardian)["state"] == "requested")
            #expect(try await world.sign(consents[1], as: guardians[1])["state"] == "requested")
            #expect(
                try await obstacles(world, twin, into: house.minor) == ["/duplicateId half_signed_consent"])
            #expect(try await world.sign(consents[0], as: guardians[0])["state"] == "signed")
            try await world.mergeAndReverse(twin, into: house.minor) {}
        }
    }

    @Test func `a partner who sits in a group of the other chart leaves it; that they sat together is no hindrance`()
        async throws
    {
        try await withWorld { world in
            let people = try await world.clients(3)
            let group = try await world.group("Seats", seats: 4)
            _ = try await world.seed(world.mesa) { $0.couple(people[1], people[2]) }
            _ = try await world.enrolled(people[0], in: group, startsOn: "2025-12-20")
            let partner = try await world.enrolled(people[2], in: group, startsOn: "2025-12-20")
            #expect(
                try await obstacles(world, people[1], into: people[0]) == ["/duplicateId partner_in_the_same_group"])
            #expect(try await world.step(partner, "withdrawn", reason: "Moved.").status == 200)
            try await world.mergeAndReverse(people[1], into: people[0]) {}
        }
    }

    @Test(arguments: ["conflict", "seat"])
    func `a conflict in one group ends, or the seat does`(wayOut: String) async throws {
        try await withWorld { world in
            let people = try await world.clients(3)
            let group = try await world.group("Seats", seats: 4)
            _ = try await world.enrolled(people[0], in: group, startsOn: "2025-12-20")
            let seat = try await world.enrolled(people[2], in: group, startsOn: "2025-12-20")
            let noted = try await noteConflict(
                world, "relative", of: people[1], ["otherId": .text("\(people[2].clientID)")])
            #expect(
                try await obstacles(world, people[1], into: people[0]) == ["/duplicateId conflict_in_the_same_group"])
            if wayOut == "seat" {
                #expect(try await world.step(seat, "withdrawn", reason: "Moved.").status == 200)
            } else {
                let path = "/v1/clients/\(people[1].clientID)/conflicts/\(noted["id"].text ?? "")"
                #expect(try await world.request(.delete, path, as: world.mesa.intake).status == 204)
            }
            try await world.mergeAndReverse(people[1], into: people[0]) {}
        }
    }

    @Test func `whom a leader of the group must not treat is merged when the leading has ended`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let people = try await world.clients(2)
            let group = try await world.group("Seats", seats: 4, facilitatedBy: house.newcomer)
            _ = try await world.enrolled(people[0], in: group, startsOn: "2025-12-20")
            let noted = try await noteConflict(
                world, "known_person", of: people[1], ["staffId": .text("\(house.newcomer.accountID)")])
            #expect(noted.status == 201)
            #expect(
                try await obstacles(world, people[1], into: people[0]) == ["/duplicateId conflict_in_the_same_group"])
            let ended = try await world.request(
                .delete, "/v1/groups/\(group)/facilitators/\(house.newcomer.accountID)", as: house.admin)
            #expect(ended.status < 300, "\(ended.text)")
            try await world.mergeAndReverse(people[1], into: people[0]) {}
        }
    }
}
