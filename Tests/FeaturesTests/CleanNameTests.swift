import JSON
import Practice
import Testing
import TestSupport

@testable import Postgres

/// Names of people, as the database holds them: the rule of texts is one, said in Swift and in SQL.
@Suite struct CleanNameTests {
    /// Every character but NUL, alone in four surroundings, of the planes that have any that matter.
    private static let names: [String] = {
        let planes: [ClosedRange<UInt32>] = [
            0x01...0xD7FF, 0xE000...0xFFFF, 0x1107E...0x11080, 0x1342F...0x13440,
            0x16FE3...0x16FE5, 0x1BCA0...0x1BCA3, 0x1D158...0x1D15A, 0x1D170...0x1D180,
        ]
        let supplement: [ClosedRange<UInt32>] = [0xE0000...0xE1000]
        let ends = (1...0x10).flatMap { plane in [UInt32(plane) << 16 | 0xFFFE, UInt32(plane) << 16 | 0xFFFF] }
        let scalars = ((planes + supplement).flatMap { Array($0) } + ends).compactMap(Unicode.Scalar.init)
        return scalars.flatMap {
            // Each behind a letter of one shape, behind one of several, and at both ends; and before what changes letters.
            ["x\($0)y", "م\($0)م", "\($0)x", "x\($0)", "م\($0)\u{200D}م", "م\($0)\u{FE0F}م", "م\($0)\u{180B}م"]
        }
    }()

    /// U+FFFE, which no literal may have.
    private static let noncharacter = Unicode.Scalar(0xFFFE as UInt32).map(String.init) ?? ""

    @Test func `the database takes for clean what is left as it is, character by character`() async throws {
        try await withWorld { (world: World) async throws in
            let joined = [
                "🏴\u{E0067}\u{E0062}\u{E007F}", "a\u{E0067}", "❤️‍🔥", "م\u{200C}\u{200C}م", "م\u{200D}\u{200C}م",
                "葛\u{E0100}\u{E0101}", "می\u{200C}", " ", "", "⠠⠚\u{2800}⠙", "⠚\u{2800}\u{2800}⠙", "⠚\u{2800}",
                "\u{2800}",
            ]
            let names = Self.names + joined
            let unclean = Set(
                try await world.database.superuser.pipeline(
                    Query.rows(
                        """
                        select n.at from unnest(\(names)) with ordinality n (name, at) where not is_clean_name(n.name)
                        """
                    ) { try $0.next(Int.self) }))
            var differing: [String] = []
            for (index, name) in names.enumerated() {
                let isClean = Array(name.cleaned.unicodeScalars) == Array(name.unicodeScalars)
                if isClean == unclean.contains(index + 1) {
                    differing.append(name.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " "))
                }
            }
            #expect(differing.isEmpty, "\(differing.count): \(differing.prefix(20))")
            #expect(unclean.count > 1_000)
        }
    }

    @Test(
        arguments: [
            ("clients", "given_name"), ("clients", "family_name"), ("clients", "preferred_name"),
            ("accounts", "name"), ("guardians", "name"), ("inquiries", "contact_name"),
        ])
    func `no statement writes a name with something in it that nobody sees`(table: String, column: String)
        async throws
    {
        try await withWorld { (world: World) async throws in
            for name in ["Al\u{3164}ice", "Alice\(Self.noncharacter)", " Alice", "Al\u{200D}ice"] {
                let versioned = table == "guardians" ? "" : ", version = version + 1"
                let error = await #expect(throws: PostgresError.self) {
                    try await world.seed(world.mesa) {
                        $0.add(
                            "update \(SQL(unsafe: table)) set \(SQL(unsafe: column)) = \(name)\(SQL(unsafe: versioned))"
                        )
                    }
                }
                #expect(error?.refusal?.constraint == "\(table)_names_are_clean", "\(String(describing: error))")
            }
        }
    }

    @Test func `a name of before is held to the same`() async throws {
        try await withWorld { (world: World) async throws in
            for (given, family) in [("Al", "Gold\u{FFA0}"), ("", " Gold"), ("Al ", "Gold"), ("\u{200D}Al", "Gold")] {
                let error = await #expect(throws: PostgresError.self) {
                    try await world.seed(world.mesa) {
                        $0.add(
                            """
                            update clients set other_names = jsonb_build_array(jsonb_build_object('kind', 'former',
                                'given', \(given), 'family', \(family))), version = version + 1
                            """)
                    }
                }
                #expect(error?.refusal?.constraint == "clients_names_are_clean", "\(given) \(family)")
            }
        }
    }

    @Test func `who is made with such a name is called as it is seen`() async throws {
        try await withWorld { (world: World) async throws in
            let made = try await world.request(
                .post, "/v1/clients", as: world.mesa.intake,
                json: [
                    "givenName": .text("Al\u{3164}i\u{034F}ce\(Self.noncharacter)"),
                    "familyName": "\u{115F}Stone\u{200D}",
                ])
            #expect(made["givenName"] == "Alice" && made["familyName"] == "Stone", "\(made.text)")
            let nobody = try await world.request(
                .post, "/v1/clients", as: world.mesa.intake, json: ["givenName": "\u{3164}\u{FFA0}"])
            #expect(nobody.status == 422, "\(nobody.text)")
        }
    }
}
