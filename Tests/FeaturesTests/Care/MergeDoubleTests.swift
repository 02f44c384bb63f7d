import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What both of two charts have: one stands, the other is kept for the reversal, which restores exactly.
@Suite struct MergeDoubleTests {
    /// Takes somebody who has a seat since December to where they are today: in a word of a status, or `nothing` where all of it
    /// was recorded by mistake.
    private func lead(_ path: String, to status: String, _ world: World) async throws {
        switch status {
        case "withdrawn", "completed", "paused", "offered":
            #expect(try await world.step(path, status, reason: "So.").status == 200)
        case "nothing": #expect(try await world.correct(path, to: []).status == 200)
        default: break
        }
    }

    @Test(
        arguments: [
            ("active", "active", "survivor"), ("paused", "active", "survivor"),
            ("waitlisted", "waitlisted", "survivor"),
            ("withdrawn", "withdrawn", "survivor"), ("active", "waitlisted", "survivor"),
            ("active", "withdrawn", "survivor"), ("withdrawn", "completed", "survivor"),
            ("active", "nothing", "survivor"),
            ("nothing", "nothing", "survivor"),
            // Nobody loses a seat, or a place, that is theirs now.
            ("waitlisted", "active", "duplicate"), ("withdrawn", "active", "duplicate"),
            ("waitlisted", "offered", "duplicate"), ("offered", "waitlisted", "survivor"),
            ("completed", "waitlisted", "duplicate"), ("nothing", "active", "duplicate"),
        ])
    func `of episodes in one group the survivor's stands, but a seat of now before what is less`(
        survivors: String, duplicates: String, standing: String
    ) async throws {
        try await withWorld { world in
            let people = try await world.clients(2)
            let group = try await world.group("Seats", seats: 4)
            let statuses = [survivors, duplicates]
            var paths: [String] = []
            for (person, status) in zip(people, statuses) {
                let begins = ["waitlisted", "offered"].contains(status) ? "waitlisted" : "active"
                paths.append(try await world.enrolled(person, in: group, status: begins, startsOn: "2025-12-20"))
            }
            world.clock.advance(by: .seconds(60))
            for (path, status) in zip(paths, statuses) { try await lead(path, to: status, world) }
            let index = standing == "survivor" ? 0 : 1
            let status = try await world.status(of: paths[index])
            try await world.mergeAndReverse(people[1], into: people[0]) { () async throws in
                let left = try await world.database.superuser.pipeline(
                    Query.rows(
                        """
                        select '/v1/enrollments/' || enrollment_id from enrollments
                        where group_id = \(group) and client_id = \(people[0].clientID)
                        """
                    ) { try $0.next(String.self) })
                #expect(left == [paths[index]])
                #expect(try await world.status(of: paths[index]) == status)
            }
        }
    }

    @Test func `episodes that do not meet all come along, and who went on from what gives way goes on`() async throws {
        try await withWorld { world in
            let people = try await world.clients(2)
            let groups = [
                try await world.group("One", seats: 4), try await world.group("Two", seats: 4),
                try await world.group("Three", seats: 4),
            ]
            _ = try await world.enrolled(people[0], in: groups[0], startsOn: "2025-12-20")
            let first = try await world.enrolled(people[1], in: groups[0], startsOn: "2025-12-20")
            let next = try await world.transfer(first, to: groups[1])
            #expect(next.status == 201 || next.status == 200, "\(next.text)")
            _ = try await world.enrolled(people[1], in: groups[2], startsOn: "2025-12-20")
            try await world.mergeAndReverse(people[1], into: people[0]) { () async throws in
                let episodes = try await world.request(
                    .get, "/v1/clients/\(people[0].clientID)/enrollments", as: world.mesa.intake)
                #expect(Set(episodes.all("groupId")) == Set(groups.map(\.description)))
                #expect(episodes.items.count == 3)
            }
        }
    }

    @Test func `a seat that a merge frees is offered at once, and stands in the audit beside the merge`() async throws {
        try await withWorld { world in
            let people = try await world.clients(3)
            let group = try await world.group("Seats", seats: 2)
            for person in people.prefix(2) { _ = try await world.enrolled(person, in: group, startsOn: "2025-12-20") }
            let waits = try await world.enrolled(people[2], in: group, status: "waitlisted")
            let elsewhere = try await world.group("Elsewhere", seats: 1)
            _ = try await world.enrolled(people[0], in: elsewhere)
            let stays = try await world.enrolled(people[2], in: elsewhere, status: "waitlisted")
            let merged = try await world.merge(people[1], into: people[0])
            #expect(merged.status == 201, "\(merged.text)")
            #expect(try await world.status(of: waits) == "offered")
            #expect(try await world.status(of: stays) == "waitlisted")
            #expect(
                try await world.count(
                    """
                    from audit_events o join audit_events d using (practice_id, request_id)
                    where o.action = 'enrollment.offer' and o.client_ids = array[\(people[2].clientID)]::uuid[]
                        and d.action in ('client.merge', 'client.change') and d.account_id is not null
                    """) == 1)
        }
    }

    @Test func `a seat that somebody else has got meanwhile is made before the merge is reversed`() async throws {
        try await withWorld { world in
            let people = try await world.clients(3)
            let group = try await world.group("Seats", seats: 2)
            for person in people.prefix(2) { _ = try await world.enrolled(person, in: group, startsOn: "2025-12-20") }
            let merged = try await world.merge(people[1], into: people[0])
            #expect(merged.status == 201)
            _ = try await world.enrolled(people[2], in: group)
            let full = try await world.reverse(merged, into: people[0])
            #expect(full.status == 409 && full.code == "group_full" && full.text.contains("more seats"), "\(full.text)")
            let now = try await world.request(.get, "/v1/groups/\(group)", as: world.mesa.intake).version
            let larger = try await world.request(
                .patch, "/v1/groups/\(group)", as: world.mesa.admin, json: ["capacity": 3], ifMatch: now)
            #expect(larger.status == 200, "\(larger.text)")
            #expect(try await world.reverse(merged, into: people[0]).status == 200)
            #expect(try await world.count("from enrollments where group_id = \(group)") == 3)
        }
    }

    @Test func `of marks for one meeting the survivor's stands, with what was noted before`() async throws {
        try await withWorld { world in
            let house = world.mesa
            try await world.seed(house) { seed in
                seed.add(
                    """
                    insert into attendance (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
                    values (\(seed.practiceID), \(house.meeting), \(house.loner.clientID), \(house.group), 'absent',
                            \(seed.now), \(house.facilitator.accountID))
                    """)
                seed.add(
                    """
                    update attendance set mark = 'excused', recorded_at = \(seed.now + .seconds(60))
                    where practice_id = \(seed.practiceID) and client_id = \(house.loner.clientID)
                    """)
            }
            #expect(try await world.count("from attendance_history") == 1)
            try await world.mergeAndReverse(house.loner, into: house.client) { () async throws in
                let marks = try await world.database.superuser.pipeline(
                    Query.rows("select mark from attendance where meeting_id = \(house.meeting)") {
                        try $0.next(String.self)
                    })
                #expect(marks == ["present"])
                #expect(try await world.count("from attendance_history") == 0)
            }
            try await world.mergeAndReverse(house.client, into: house.loner) { () async throws in
                #expect(try await world.count("from attendance where mark = 'excused'") == 1)
                #expect(try await world.count("from attendance where meeting_id = \(house.meeting)") == 1)
                #expect(try await world.count("from attendance_history") == 1)
            }
        }
    }

    @Test(arguments: [[], [0], [1], [0, 1]])
    func `of homework of one assignment an untouched piece gives way, and nothing that was written`(
        worked: [Int]
    ) async throws {
        try await withWorld { world in
            let house = world.mesa
            let people = [house.client, house.loner]
            let pieces = house.groupHomework
            try await world.seed(house) { seed in
                for (piece, person) in zip(pieces, people) {
                    seed.add(
                        """
                        insert into outbox (practice_id, letter_id, event, account_id, client_id, sealed, state_since,
                                            created_at, expires_at, kind, homework_id)
                        values (\(seed.practiceID), \(seed.id(Letter.self)), \("homework_reminder/\(piece)"),
                                \(person.accountID), \(person.clientID), '\\x00', \(seed.now), \(seed.now),
                                \(seed.now + .seconds(86_400)), 'homework_reminder', \(piece))
                        """)
                }
            }
            for index in worked {
                let done = try await world.submit(
                    pieces[index], ["feelings": .text("as \(index)"), "mood": 7], as: people[index], ifMatch: 1)
                #expect(done.status == 200, "\(done.text)")
            }
            let standing = worked.isEmpty ? [0] : worked
            try await world.mergeAndReverse(people[1], into: people[0]) { () async throws in
                let rows = try await world.database.superuser.pipeline(
                    Query.rows(
                        "select homework_id from homework where homework_id = any (\(pieces)) order by homework_id"
                    ) { try $0.next(ID<Homework>.self) })
                #expect(rows == standing.map { pieces[$0] }.sorted())
                for index in worked {
                    let read = try await world.read(pieces[index], as: people[0])
                    #expect(read.answers.map { $0["answers"]?["feelings"] } == [.text("as \(index)")])
                }
                let reminding = try await world.count(
                    "from outbox where homework_id = any (\(standing.map { pieces[$0] }))")
                #expect(reminding == 2)
            }
        }
    }

    @Test func `two pieces that were both worked on can each be withdrawn`() async throws {
        try await withWorld { world in
            let house = world.mesa
            for (piece, person) in zip(house.groupHomework, [house.client, house.loner]) {
                #expect(try await world.submit(piece, as: person, ifMatch: 1).status == 200)
            }
            #expect(try await world.merge(house.loner, into: house.client).status == 201)
            let version = try await world.read(house.groupHomework[0], as: house.facilitator).version
            let reviewed = try await world.review(
                house.groupHomework[0], as: house.facilitator, ifMatch: version)
            #expect(reviewed.status == 200, "\(reviewed.text)")
            let other = try await world.read(house.groupHomework[1], as: house.facilitator).version
            let withdrawn = try await world.request(
                .put, "/v1/homework/\(house.groupHomework[1])/withdrawal", as: house.facilitator, json: [:],
                ifMatch: other)
            #expect(withdrawn.status == 200, "\(withdrawn.text)")
            #expect(try await world.read(house.groupHomework[0], as: house.facilitator)["status"] == "reviewed")
        }
    }

    @Test func `of two requests for a consent the one with a signature stands`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (twin, consents, guardians) = try await world.seed(house) { seed in
                seed.packet("minor", ["treatment"], required: ["treatment"], guardians: "all")
                let twin = try seed.client("Cole Carter-Two", born: "2010-05-20")
                let guardians = [seed.guardian("Gus Carter", of: twin), seed.guardian("Gia Carter", of: twin)]
                return (
                    twin, [seed.consent("treatment", of: house.minor), seed.consent("treatment", of: twin)], guardians
                )
            }
            #expect(try await world.sign(consents[1], as: guardians[0])["state"] == "requested")
            try await world.mergeAndReverse(twin, into: house.minor) { () async throws in
                #expect(try await world.request(.get, "/v1/consents/\(consents[0])", as: house.intake).status == 404)
                let read = try await world.request(.get, "/v1/consents/\(consents[1])", as: house.intake)
                #expect(read["clientId"] == .text("\(house.minor.clientID)"))
                #expect(Set(read["awaited"].list) == ["Gia Carter", "Grace Carter"])
            }
        }
    }

    @Test func `what was asked for comes back as it was asked, whatever is asked for since`() async throws {
        try await withWorld { world in
            let house = world.mesa
            let (survivor, couple) = try await world.seed(house) { seed in
                _ = seed.consentDocument("couple_work", ofCouple: true)
                let survivor = try seed.client("Adam Archer-Two", born: "1986-03-14")
                _ = seed.consent("treatment", of: survivor)
                return (survivor, seed.consent("couple_work", of: house.client))
            }
            let before = try await world.everything()
            let merged = try await world.merge(house.client, into: survivor)
            #expect(merged.status == 201, "\(merged.text)")
            try await world.run(
                """
                insert into consent_versions (practice_id, consent_version_id, document_id, number, title, body, published_at)
                select practice_id, gen_random_uuid(), document_id, 2, title, body || ' And more.', published_at + interval '1 s'
                from consent_versions where practice_id = \(house.id)
                """)
            #expect(try await world.reverse(merged, into: survivor).status == 200)
            let after = try await world.everything()
            for (table, rows) in before where table != "public.consent_versions" {
                #expect(after[table] == rows, "\(table)")
            }
            #expect(try await world.state(of: couple) == "requested")
        }
    }
}
