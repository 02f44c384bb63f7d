import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Whose names may be one person's, and how much else must agree. Each pair is tried both ways.
@Suite struct LikelyNameTests {
    /// What two people have in common.
    fileprivate struct Facts: OptionSet, Hashable, CustomStringConvertible {
        let rawValue: Int
        static let birthDate = Facts(rawValue: 1)
        static let phone = Facts(rawValue: 2)
        static let email = Facts(rawValue: 4)
        static let all: Facts = [.birthDate, .phone, .email]
        /// Their birth dates are known, and differ.
        static let otherBirthDate = Facts(rawValue: 8)

        var description: String { String(rawValue, radix: 2) }
    }

    /// Pairs of names, and what must agree that one is proposed for the other.
    fileprivate struct Kind: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let pairs: [(String, String)]
        let proposed: Set<Facts>
    }

    private static let two: Set<Facts> = [[.birthDate, .phone], [.birthDate, .email], .all]
    private static let kinds = [
        Kind(testDescription: "another family name", pairs: married, proposed: two),
        Kind(
            testDescription: "short forms", pairs: shortForms,
            proposed: two.union([.birthDate, [.phone, .email]])),
        Kind(testDescription: "short names", pairs: shortNames, proposed: two.union([[.phone, .email]])),
        Kind(
            testDescription: "misspelt, joined or in part", pairs: misspelt,
            proposed: two.union([.birthDate, .phone, .email, [.phone, .email]])),
        Kind(testDescription: "twins", pairs: twins, proposed: []),
    ]

    /// Given and family names, with a comma between.
    private static let married = [
        ("Rosa, De La Cruz", "Rosa, Whitlow"), ("María Elena, García", "Maria, Miller"), ("Ann, Lee", "Ann, Okafor"),
        ("Elizabeth, Smith", "Liz, Jones"), ("Katherine, Gray", "Kathryn, Olsen"),
        // Two letters of five are another name; and a particle is no part of one.
        ("Rosa, Baker", "Rosa, Barber"), ("Rosa, Van Horst", "Rosa, Vance"),
    ]
    private static let shortForms = [
        ("Bob", "Robert"), ("Bill", "William"), ("Ed", "Edward"), ("Peggy", "Margaret"), ("Dick", "Richard"),
        ("Liz", "Elizabeth"), ("Beth", "Elizabeth"), ("Liz", "Beth"), ("Pepe", "José"), ("Paco", "Francisco"),
        ("Lupe", "Guadalupe"), ("Jack", "John"), ("Chuck", "Charles"), ("Jim", "James"), ("Nacho", "Ignacio"),
        ("Steve", "Stephen"), ("Memo", "Guillermo"), ("Susan", "Susana"),
    ].map { ("\($0.0), Archer", "\($0.1), Archer") }
    private static let shortNames =
        [("Li", "Lee"), ("Ana", "Ann"), ("Mia", "Mya"), ("Su", "Sue"), ("Al", "Ali"), ("Ian", "Iain"), ("Kay", "Kai")]
        .map { ("\($0.0), Archer", "\($0.1), Archer") }
        + [("Ann, Li", "Ann, Lee"), ("Wei, Wu", "Wei, Woo"), ("Mai, Ng", "Mai, Eng")]
    private static let misspelt = [
        ("Adan, Archer", "Adam, Archer"), ("Ada, Archer", "Adam, Archer"), ("Sofia, Reyes", "Sophia, Reyes"),
        ("Elena, Reyes", "Helena, Reyes"), ("Maria, Reyes", "Maria Luz, Reyes"), ("Luz, Reyes", "Maria Luz, Reyes"),
        ("Maria L., Reyes", "María Luz, Reyes"), ("Jo Ann, Reyes", "Joann, Reyes"), ("Adam, Archer", "Archer, Adam"),
        ("Rosa, De La Cruz", "Rosa, Delacruz"), ("Rosa de la, Cruz", "Rosa, Dela Cruz"),
        ("Ana, Garcia", "Ana, Lopez Garcia"),
        ("Eve, St Clair", "Eve, Saintclair"), ("Ian, Mc Donald", "Ian, MacDonald"),
        ("Rosa, Whitlow-Cruz", "Rosa, Whitlow"), ("Rosa, Baker", "Rosa, Bader"),
        ("Rosa, De Cruz", "Rosa, Lopez Cruz"),
    ]
    private static let twins = [
        ("Juan", "Juana"), ("Daniel", "Daniela"), ("Mario", "Maria"), ("Maria Luz", "Maria Paz"),
        ("Juan Carlos", "Juan Pablo"),
        ("Tim", "Tom"), ("Jan", "Jon"), ("Mia", "Lia"), ("Ana", "Eva"), ("Eva", "Ava"), ("Jayden", "Kayden"),
        ("Ronald", "Donald"),
        ("Sara", "Lara"), ("Lena", "Lina"), ("Gabriel", "Gabrielle"), ("Christian", "Christina"), ("Nicolas", "Nicole"),
        ("Paul", "Paula"), ("Luis", "Luz"), ("Emma", "Emily"), ("Faith", "Hope"), ("Alexander", "Alexandra"),
        ("Ella", "Bella"),
        ("Jose", "Josefina"), ("Li", "Lu"), ("Jo", "Ed"),
    ].map { ("\($0.0), Archer", "\($0.1), Archer") }

    @Test(arguments: kinds)
    fileprivate func `names are the nearer, the less else must agree`(kind: Kind) async throws {
        let tried: [Facts] = [
            [], .birthDate, .phone, .email, [.birthDate, .phone], [.birthDate, .email], [.phone, .email], .all,
        ]
        try await withWorld { world in
            for (there, sought) in kind.pairs.flatMap({ [($0.0, $0.1), ($0.1, $0.0)] }) {
                // Far apart, so that nobody is told to search more slowly.
                try await world.advance(by: .seconds(60))
                let id = try await add(there, to: world)
                for facts in tried {
                    let isProposed = try await propose(sought, facts, in: world).contains(id)
                    #expect(isProposed == kind.proposed.contains(facts), "\(there) / \(sought): \(facts)")
                }
                try await world.run("delete from client_contacts where client_id = \(id)")
                try await world.run("delete from clients where client_id = \(id)")
            }
        }
    }

    @Test func `who is born on another day is somebody else, be telephone and address the same`() async throws {
        try await withWorld { world in
            for (there, sought) in [
                ("Bob, Archer", "Robert, Archer"), ("Rosa, De La Cruz", "Rosa, Whitlow"), ("Li, Archer", "Lee, Archer"),
            ] {
                let id = try await add(there, to: world)
                let found = try await propose(sought, [.otherBirthDate, .phone, .email], in: world)
                #expect(!found.contains(id), "\(sought)")
            }
        }
    }

    @Test func `where both are known to be men or women, that tells a woman's name from a misspelt one`() async throws {
        try await withWorld { world in
            let juan = try await add("Juan, Archer", to: world, sex: "male")
            #expect(try await !propose("Juana, Archer", .all, in: world, sex: "female").contains(juan))
            #expect(try await propose("Juana, Archer", .all, in: world, sex: "male").contains(juan))
            #expect(try await !propose("Juano, Archer", .all, in: world, sex: "female").contains(juan))
            #expect(try await propose("Juan, Archer", .birthDate, in: world, sex: "female").contains(juan))
        }
    }

    private func add(_ name: String, to world: World, sex: String? = nil) async throws -> ID<Client> {
        let (given, family) = parts(name)
        return try await world.seed(world.mesa) { seed in
            let id: ID<Client> = seed.id()
            seed.add(
                """
                insert into clients (practice_id, client_id, given_name, family_name, birth_date, sex, created_at)
                values (\(seed.practiceID), \(id), \(given), \(family), '1971-02-03', \(sex), \(seed.now))
                """)
            seed.add(
                """
                insert into client_contacts (practice_id, client_id, phone, email)
                values (\(seed.practiceID), \(id), '602-555-0188', 'both@example.com')
                """)
            return id
        }
    }

    private func propose(
        _ name: String, _ facts: Facts, in world: World, sex: String? = nil
    ) async throws -> [ID<Client>] {
        let (given, family) = parts(name)
        let born: JSONValue =
            facts.contains(.birthDate) ? "1971-02-03" : facts.contains(.otherBirthDate) ? "1999-12-31" : .null
        let answer = try await world.request(
            .post, "/v1/clients/duplicates", as: world.mesa.intake,
            json: [
                "givenName": .text(given), "familyName": .text(family), "birthDate": born,
                "sex": sex.map { .text($0) } ?? .null,
                "contact": [
                    "phone": facts.contains(.phone) ? "(602) 555 0188" : .null,
                    "email": facts.contains(.email) ? "  Both@Example.com " : .null,
                ],
            ])
        return answer.items.compactMap { $0["id"]?.text.flatMap { ID($0) } }
    }

    private func parts(_ name: String) -> (given: String, family: String) {
        let parts = name.split(separator: ", ").map(String.init)
        return (parts[0], parts[1])
    }
}
