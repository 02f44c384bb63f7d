import JSON
import Practice
import Testing
import TestSupport

/// What people type and paste has blanks at its ends. They are cut, wherever it goes.
@Suite struct TextTests {
    @Test func `a chart has no blanks at the ends of its texts, and an address none before it is judged`() async throws
    {
        try await withWorld { world in
            let made = try await world.request(
                .post, "/v1/clients", as: world.mesa.intake,
                json: [
                    "givenName": "  Rosa\u{A0}", "familyName": "\tDe  La Cruz\n", "preferredName": "\u{200B}Rosi ",
                    "contact": [
                        "email": " Rosa@Example.com\u{FEFF}\r\n", "phone": "\u{202A}480 555 0199\u{202C}",
                        "addressLines": [" 1 Main St "], "city": " Mesa",
                    ],
                ])
            #expect(made.status == 201, "\(made.text)")
            let path = try #require(made.headers["location"])
            let chart = try await world.request(.get, path, as: world.mesa.intake)
            #expect(
                ["givenName", "familyName", "preferredName"].map { chart[$0] } == ["Rosa", "De  La Cruz", "Rosi"])
            #expect(chart["contact"]["email"] == "rosa@example.com" && chart["contact"]["phone"] == "480 555 0199")
            #expect(chart["contact"]["addressLines"] == ["1 Main St"] && chart["contact"]["city"] == "Mesa")
            let changed = try await world.request(
                .patch, path, as: world.mesa.intake, json: ["familyName": " Whitlow "], ifMatch: chart.version)
            #expect(changed["familyName"] == "Whitlow")
            for name in [" ", "\u{A0}\u{200B}", "\n"] {
                let blank = try await world.request(
                    .post, "/v1/clients", as: world.mesa.intake,
                    json: ["givenName": .text(name), "familyName": "Blank", "pronouns": .text(name)])
                #expect(blank.status == 422 && blank.faults == ["/givenName blank", "/pronouns blank"])
            }
        }
    }

    @Test func `what nobody sees stands in no name, whatever it is the name of`() async throws {
        try await withWorld { (world: World) async throws in
            let (owner, odd) = (world.mesa.owner, "Me\u{202E}n\u{200B}s \u{2066}A\u{2069}\u{200F}")
            let group = "/v1/groups/\(world.mesa.group)"
            let version = try await world.request(.get, group, as: owner).version
            let renamed = try await world.request(
                .patch, group, as: owner, json: ["name": .text(odd)], ifMatch: version)
            #expect(renamed["name"] == "Mens A", "\(renamed.text)")
            let practice = try await world.request(.get, "/v1/practice", as: owner)
            let called = try await world.request(
                .patch, "/v1/practice", as: owner, json: ["name": .text(odd)], ifMatch: practice.version)
            #expect(called["name"] == "Mens A")
            let program = try await world.request(
                .post, "/v1/programs", as: owner, json: ["name": .text(odd), "description": .text(odd)])
            #expect(program.status == 201 && program["name"] == "Mens A", "\(program.text)")
            // What names need stays: a non-joiner in Persian, a joiner in Hindi.
            for name in ["می\u{200C}نا", "क्\u{200D}षमा"] {
                let chart = try await world.request(
                    .post, "/v1/clients", as: world.mesa.intake,
                    json: ["givenName": .text(name), "familyName": "Ray\u{202E}", "birthDate": "1990-01-02"])
                let path = try #require(chart.headers["location"])
                let read = try await world.request(.get, path, as: world.mesa.intake)
                #expect(read["givenName"] == .text(name) && read["familyName"] == "Ray")
            }
            for control in ["\u{85}", "\u{9B}", "\u{2028}"] {
                let chart = try await world.request(
                    .post, "/v1/clients", as: world.mesa.intake,
                    json: ["givenName": .text("A\(control)na"), "familyName": "Ray"])
                #expect(chart.faults == ["/givenName control_character"])
            }
        }
    }

    @Test func `clinical text keeps what stands between its ends`() async throws {
        try await withWorld { world in
            let note = try await world.request(
                .post, "/v1/clients/\(world.mesa.client.clientID)/notes", as: world.mesa.counselor,
                json: ["heldAt": "2026-01-05T15:00:00Z", "body": "\n  He called.\n\n    \"Twice.\"  \n"])
            let read = try await world.request(
                .get, try #require(note.headers["location"]), as: world.mesa.counselor)
            #expect(read["body"] == "He called.\n\n    \"Twice.\"")
            let homework = world.mesa.homework
            _ = try await world.saveDraft(homework, ["feelings": " restless \n"])
            #expect(try await world.read(homework)["draft"]["answers"] == ["feelings": "restless"])
            #expect(try await world.submit(homework, ["feelings": "\u{A0}calm ", "mood": 7], ifMatch: 2).status == 200)
            let handedIn = try await world.read(homework, as: world.mesa.counselor)
            #expect(handedIn.answers.map { $0["answers"] } == [["feelings": "calm", "mood": 7]])
        }
    }

    @Test func `a password is what was typed, and the address beside it is cut`() async throws {
        try await withWorld { world in
            let nell = try await world.newClient("Nell", "Nolan", email: "nell@example.com")
            let invited = try await world.request(
                .post, "/v1/clients/\(nell)/invitation", as: world.mesa.intake, json: [:])
            let path = "/v1/invitations/\(try #require(invited["token"].text))"
            let password = "  correct horse battery "
            #expect(try await world.request(.put, path, json: ["password": .text(password)]).status == 204)
            for (password, status) in [(password, 201), ("correct horse battery", 401)] {
                let attempt: JSONValue = [
                    "practice": " mesa", "email": " nell@example.com\n", "password": .text(password),
                ]
                #expect(try await world.request(.post, "/v1/sign-ins", json: attempt).status == status)
            }
        }
    }

    @Test func `words are looked for without the blanks around them`() async throws {
        try await withWorld { world in
            for json in [
                ["name": "  archer\u{A0}", "birthDate": "1986-03-14"],
                ["phone": "\u{202A}555 0100\u{202C}", "name": "adam"],
            ] as [JSONValue] {
                let found = try await world.request(.post, "/v1/clients/search", as: world.mesa.intake, json: json)
                #expect(found.items.map { $0["givenName"] } == ["Adam"])
            }
        }
    }
}
