import Features
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// Names that are written joined or split, by the person, the desk or an older system.
@Suite struct JoinedNameTests {
    /// Each of these finds each other: given name and family name as a chart has them.
    private static let spellings: [[(given: String, family: String)]] = [
        [
            ("Rosa", "De La Cruz"), ("Rosa", "delacruz"), ("Rosa", "Dela Cruz"), ("Rosa", "De Lacruz"),
            ("Rosa", "DE-LA-CRUZ"), ("Rosa de la", "Cruz"),
        ],
        [("Jan", "Van den Berg"), ("Jan", "vandenberg"), ("Jan", "Vanden Berg"), ("Jan", "van denBerg")],
        [("Ian", "Mc Donald"), ("Ian", "McDonald"), ("Ian", "MC DONALD")],
        [("Nur", "Al Hassan"), ("Nur", "alhassan"), ("Nur", "Al-Hassan"), ("Nur al", "Hassan")],
        [("Pat", "O'Brien"), ("Pat", "O Brien"), ("Pat", "Obrien"), ("Pat", "O’Brien"), ("Pat", "Oʼ Brien")],
        [
            ("Eve", "St Clair"), ("Eve", "Saint Clair"), ("Eve", "St. Clair"), ("Eve", "Ste. Clair"),
            ("Eve", "Saint-Clair"), ("Eve", "Stclair"), ("Eve", "Saintclair"), ("Eve", "Sainte Clair"),
        ],
        [("Ana", "García-López"), ("Ana", "Garcia Lopez"), ("Ana", "Garcialopez"), ("Ana", "Garcia\u{2010}Lopez")],
        [("Luc", "D’Angelo"), ("Luc", "Dangelo"), ("Luc", "D Angelo")],
        [("Mary Kate", "Le Blanc"), ("Marykate", "Leblanc"), ("Mary-Kate", "LeBlanc")],
        [("Ole", "von der Heide"), ("Ole", "Vonderheide"), ("Ole", "Von Derheide")],
        [("Ali", "Ben Youssef"), ("Ali", "Benyoussef")], [("Zoe", "Fitz Gerald"), ("Zoe", "Fitzgerald")],
        [("Mo", "El Sayed"), ("Mo", "ElSayed"), ("Mo", "el-sayed")],
        [("Ivo", "dos Santos"), ("Ivo", "Dossantos")], [("Gia", "Di Marco"), ("Gia", "DiMarco")],
        [("Wim", "'t Hooft"), ("Wim", "t Hooft"), ("Wim", "tHooft")], [("Lia", "Santa Maria"), ("Lia", "Sta. Maria")],
    ]

    @Test func `every spelling finds every other and nobody else, with the given name before, after or without`()
        async throws
    {
        try await withWorld(limits: .generous) { world in
            var groups: [Set<String>] = []
            for people in Self.spellings { groups.append(try await world.add(people)) }
            for (people, ids) in zip(Self.spellings, groups) {
                for person in people {
                    // A particle at the end of the given name is a part of the family name; another word there is not.
                    let words = person.given.split(separator: " ").map(String.init)
                    let given = words.last == "Kate" ? person.given : words[0]
                    let family = ((words.last == "Kate" ? [] : words.dropFirst()) + [person.family])
                        .joined(separator: " ")
                    for name in ["\(person.given) \(person.family)", "\(family), \(given)", family] {
                        #expect(try await world.found(["name": .text(name)]) == ids, "\(name)")
                        let born = try await world.found(["name": .text(name), "birthDate": "1990-07-01"])
                        #expect(born == ids, "\(name), by birth date")
                    }
                }
            }
        }
    }

    @Test(
        arguments: [
            ("Garcia", "Garcia-Lopez", true), ("Garcia", "Lopez Garcia", true), ("Lopez", "Garcia-Lopez", true),
            ("Lopez Garcia", "Garcia-Lopez", true), ("Cruz", "De La Cruz", true), ("Berg", "Van den Berg", true),
            ("McDonald", "MacDonald", true), ("Mac Donald", "McDonald", true), ("de la crus", "Delacruz", true),
            ("delacrus", "De La Cruz", true), ("Saint", "St Clair", true), ("Saint", "Stone", false),
            ("Saint", "Stevens", false), ("anna", "Navarro", false), ("Lacosta", "De La Cruz", false),
            ("Berger", "Van den Horst", false), ("Garcia Perez", "Garcia-Lopez", false),
        ])
    func `half of a name finds the whole, and what is near is found; not what only looks like it`(
        name: String, family: String, isFound: Bool
    ) async throws {
        try await withWorld { world in
            let ids = try await world.add([("An", family)])
            #expect(try await world.found(["name": .text(name)]) == (isFound ? ids : []))
        }
    }

    @Test func `a key of a name takes every part as it is, and none where it is missing`() async throws {
        try await withWorld { world in
            let keys = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select public.name_key(given, preferred, family) from (values
                        ('Rosa', null, 'De La Cruz'), ('Rosa de la', 'Rosi', 'Cruz'), (null, null, 'Suharto'),
                        ('Mono', '', null), (null, null, null), ('José María', 'Majo', 'O’Brien'), ('Eve', '', 'St. Clair'))
                        as n (given, preferred, family)
                    """
                ) { try $0.next(String.self) })
            #expect(
                keys == [
                    " cruz de delacruz la lacruz rosa ", " cruz de delacruz la lacruz rosa rosi ", " suharto ",
                    " mono ",
                    " ", " brien jose josemaria majo maria o obrien ", " clair eve st stclair ",
                ])
        }
    }
}

extension World {
    /// Adds charts that have nothing but a name and one birthday.
    fileprivate func add(_ people: [(given: String, family: String)]) async throws -> Set<String> {
        try await seed(mesa) { seed in
            Set(
                people.map { person in
                    let id: ID<Client> = seed.id()
                    seed.add(
                        """
                        insert into clients (practice_id, client_id, given_name, family_name, birth_date, created_at)
                        values (\(seed.practiceID), \(id), \(person.given), \(person.family), '1990-07-01', \(seed.now))
                        """)
                    return id.description
                })
        }
    }

    fileprivate func found(_ json: JSONValue) async throws -> Set<String> {
        let answer = try await request(.post, "/v1/clients/search", as: mesa.intake, json: json)
        #expect(answer.status == 200)
        return Set(answer.all("id"))
    }
}
