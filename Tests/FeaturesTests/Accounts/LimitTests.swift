import JSON
import Postgres
import Practice
import Testing
import TestSupport

@testable import Features

/// What limits and duplicates go by is what something means, not how somebody wrote it.
@Suite struct LimitTests {
    @Test func `the database and the server know telephone numbers and e-mail addresses by the same`() async throws {
        try await withDatabase { database in
            var phones = [
                "480-555-7777", "4805557777", "(480) 555 7777", "+1 480 555 7777", "tel:+1-480-555-7777;ext=12", "x12",
                "#",
                "480 555 7777 (x 12)", "480-555-7777#12", "fax: 480 5557777", "0014805557777", "00 44 20 7946 0018",
                "1234567890", "11234567890", "１２３４５", "٤٨٠", "ext", "12ext34", "12 e 34 x 5", "İ12x3", "Ⅳ12", "none",
            ]
            var emails = [
                "EVA@Example.com", " eva@example.com\n", "e.v+a@x.example", "ÄÖÜ@BÜCHER.example", "u\u{308}@x.example",
                "İ@x.example", "ΑΣ@x.example", "ẞ@x.example", "Ǆ@x.example", "eva@xn--bcher-kva.example",
                "\u{212A}@x.example",
            ]
            var chance = SystemRandomNumberGenerator()
            let signs = Array("0123456789 -().+xe#t;/E").map(String.init)
            for _ in 0..<2_000 {
                phones.append(
                    (0..<Int.random(in: 1...16, using: &chance)).map { _ in signs.randomElement(using: &chance) ?? "" }
                        .joined())
            }
            for code in (0x21..<0x500).filter({ !(0x7F..<0xA0).contains($0) }) {
                emails.append(String(UnicodeScalar(UInt16(code)).map { Character($0) } ?? "a") + "@x.example")
            }
            let (asked, told) = try await database.superuser.pipeline(
                Query.rows("select phone_key(t) from unnest(\(phones)) with ordinality u (t, n) order by n") {
                    try $0.next(String?.self)
                },
                Query.rows("select email_key(t) from unnest(\(emails)) with ordinality u (t, n) order by n") {
                    try $0.next(String.self)
                })
            for (phone, key) in zip(phones, asked) { #expect(ContactKey.phone(phone) == key, "\(phone)") }
            for (email, key) in zip(emails, told) { #expect(ContactKey.email(email) == key, "\(email)") }
        }
    }

    @Test func `an inquiry is limited by the telephone number, however it is written, and by the e-mail address`()
        async throws
    {
        try await withWorld { (world: World) async throws in
            func send(_ contact: KeyValuePairs<String, JSONValue>) async throws -> Int {
                let body: JSONValue = .object(
                    [JSONMember("kind", "adult"), JSONMember("name", "Ivan")] + contact.map { JSONMember($0, $1) })
                return try await world.request(.post, "/v1/practices/mesa/inquiries", json: body).status
            }
            #expect(try await send(["phone": "480-555-7777", "email": "one@example.com"]) == 202)
            #expect(try await send(["phone": "(480) 555 7777"]) == 202)
            #expect(try await send(["phone": "+1 480 555 7777", "email": "two@example.com"]) == 202)
            #expect(try await send(["phone": "4805557777"]) == 429)
            #expect(try await send(["phone": "tel:+1-480-555-7777", "email": "three@example.com"]) == 429)
            #expect(try await send(["phone": "480-555-7778", "email": "ONE@Example.com"]) == 202)
            #expect(try await send(["email": " one@example.com "]) == 202)
            #expect(try await send(["email": "One@example.com"]) == 429)
            #expect(try await send(["email": "one+1@example.com"]) == 202)
            #expect(try await world.count("from inquiries where contact_name = 'Ivan'") == 6)
        }
    }

    @Test func `nobody uses up another's number, from elsewhere`() async throws {
        try await withWorld { (world: World) async throws in
            func send(_ place: String) async throws -> Int {
                try await world.request(
                    .post, "/v1/practices/mesa/inquiries",
                    json: ["kind": "adult", "name": "Ivan", "phone": "480-555-7777", "email": "ivan@example.com"],
                    headers: ["X-Forwarded-For": place]
                ).status
            }
            for _ in 1...3 { #expect(try await send("198.51.100.9") == 202) }
            #expect(try await send("198.51.100.9") == 429)
            #expect(try await send("192.0.2.7") == 202)
            #expect(try await world.count("from inquiries where contact_name = 'Ivan'") == 4)
            #expect(
                try await world.count(
                    "from (select distinct coalesce(repeats_id, inquiry_id) from inquiries where contact_name = 'Ivan') o"
                )
                    == 1)
        }
    }

    @Test func `what stands around a telephone number makes no new limit of it`() async throws {
        try await withWorld { (world: World) async throws in
            func send(_ phone: String) async throws -> Int {
                try await world.request(
                    .post, "/v1/practices/mesa/inquiries",
                    json: ["kind": "adult", "name": "Ivan", "phone": .text(phone)]
                ).status
            }
            for _ in 1...3 { #expect(try await send("480-555-7777") == 202) }
            for written in [
                "480-555-7777, 1", "480-555-7777 or 7778", "+1 (0) 480 555 7777", "011 1 480 555-7777", "0480 5557777",
                "٤٨٠ ٥٥٥ ٧٧٧٧", "call 4805557777 at 5",
            ] {
                #expect(try await send(written) == 429, "\(written)")
            }
        }
    }

    @Test func `tries for one account are one limit, whatever the case of its address or of the practice`() async throws
    {
        try await withWorld { (world: World) async throws in
            func attempt(_ practice: String, _ email: String, _ password: String) async throws -> Int {
                try await world.request(
                    .post, "/v1/sign-ins",
                    json: ["practice": .text(practice), "email": .text(email), "password": .text(password)]
                ).status
            }
            let email = world.mesa.counselor.email
            for number in 1...10 {
                let written =
                    number % 2 == 0 ? email.uppercased() : " \(email.prefix(1).uppercased() + email.dropFirst())"
                #expect(try await attempt(number % 3 == 0 ? "MESA" : "mesa", written, "wrong horse battery") == 401)
            }
            #expect(try await attempt("mesa", email, World.password) == 429)
            #expect(try await attempt("tempe", world.tempe.counselor.email, World.password) == 201)
        }
    }

    @Test func `a refused try does not begin the window anew`() async throws {
        try await withWorld { (world: World) async throws in
            let bucket: [UInt8] = [1]
            func draw() async throws -> Int {
                try await world.database.server.pipeline(
                    Query.row(
                        "select remaining from access.draw(\(bucket), 3, interval '10 minutes', \(world.clock.now))"
                    ) { try $0.next() })
            }
            var left: [Int] = []
            for _ in 0..<3 { left.append(try await draw()) }
            #expect(left == [2, 1, 0])
            for _ in 0..<9 {
                world.clock.advance(by: .seconds(66))
                #expect(try await draw() < 0)
            }
            world.clock.advance(by: .seconds(6))
            #expect(try await draw() == 2)
        }
    }

    @Test func `a network address is one, however it is written, and IPv6 counts by household`() {
        let same = [
            [
                "192.0.2.7", "::ffff:192.0.2.7", "::FFFF:c000:207", " 192.0.2.7 ", "192.0.2.7:443",
                "[::ffff:192.0.2.7]:443",
            ],
            [
                "2001:db8:1:2::1", "2001:DB8:1:2:ffff:0:0:9", "[2001:db8:1:2::1]:443", "2001:0db8:0001:0002::5",
                "2001:db8:1:2::1%eth0",
            ],
            ["2001:db8:1:3::1"], ["192.0.2.8"], ["unknown"],
        ]
        for addresses in same { #expect(Set(addresses.map(NetworkAddress.household)).count == 1, "\(addresses)") }
        #expect(Set(same.flatMap { $0 }.map(NetworkAddress.household)).count == same.count)
        #expect(NetworkAddress.canonical("2001:DB8::0:1") == "2001:db8::1")
    }

    @Test func `a person is likely the same one, however name, number and address are written`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let new: JSONValue = [
                "givenName": "Maria", "familyName": "de la  Cruz", "birthDate": "1990-07-01",
                "contact": ["phone": "(480) 555 7777", "email": "Maria@Example.com"],
            ]
            #expect(try await world.request(.post, "/v1/clients", as: house.intake, json: new).status == 201)
            for (given, family, contact) in [
                ("MARIA ", "De la Cruz", ["phone": "tel:+1-480-555-7777"] as JSONValue),
                (" maria", "de  la Cruz ", ["phone": "480.555.7777 ext 9"]),
                ("Maria", "de la Cruz", ["email": "MARIA@example.com"]),
            ] {
                let likely = try await world.request(
                    .post, "/v1/clients/duplicates", as: house.intake,
                    json: [
                        "givenName": .text(given), "familyName": .text(family), "birthDate": "1991-01-01",
                        "contact": contact,
                    ])
                #expect(likely.items.count == 1, "\(given) \(family)")
            }
        }
    }
}
