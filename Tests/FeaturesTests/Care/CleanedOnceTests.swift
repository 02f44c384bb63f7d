import Foundation
import JSON
import Practice
import Testing
import TestSupport

@testable import Postgres

/// Names that were written before the database held them to be clean (schema/0019_clean_names.sql, and 0021).
@Suite struct CleanedOnceTests {
    private static let names: [String] = {
        let marks: [ClosedRange<UInt32>] = [
            0x80...0x1FF, 0x340...0x36F, 0x610...0x620, 0x1100...0x1180, 0x17B0...0x1810, 0x2000...0x2070,
            0x3160...0x3170, 0xFDC8...0xFE10, 0xFEF0...0xFF00, 0xFF9E...0xFFA2, 0xFFEE...0xFFFF, 0x1BCA0...0x1BCA3,
            0x1D170...0x1D180, 0xE0000...0xE0208, 0x1FFFE...0x1FFFF, 0x10FFFE...0x10FFFF,
            0x20...0x7E, 0x27FF...0x2802, 0x1107F...0x1107F, 0x13430...0x1343F, 0x16FE4...0x16FE4, 0x1D159...0x1D159,
        ]
        let scalars = marks.flatMap { Array($0) }.compactMap(Unicode.Scalar.init)
        let joined = [
            "🏴\u{E0067}\u{E0062}\u{E007F}", "a\u{E0067}", "❤️‍🔥", "م\u{200C}\u{200C}م", "م\u{200D}\u{200C}م",
            "葛\u{E0100}\u{E0101}", "می\u{200C}", "Al\u{3164}\u{200D}ice", " \u{200E} Al ice \u{3000}", "Alice",
            "Al-\u{200D}ice", "Al-\u{FE0F}ice", "⠠⠚\u{2800}⠙", "⠚\u{2800}\u{2800}⠙", "⠚\u{2800}", "ᠮ\u{180B}ᠮ",
            "ᠮ\u{180B}\u{FE00}ᠮ", "1\u{200D}", "1\u{FE0F}",
        ]
        return joined
            + scalars.flatMap {
                ["x\($0)y", "م\($0)م", "\($0)x", "x\($0)", "x \($0) ", "م\($0)\u{200D}م", "م\($0)\u{180B}م"]
            }
    }()

    @Test func `each becomes what a text becomes that is taken`() async throws {
        try await withWorld { (world: World) async throws in
            let names = Self.names
            try await world.cleanOnce(
                """
                insert into guardians (practice_id, guardian_id, name, created_at)
                select \(world.mesa.id), ('00000000-0000-0000-0000-' || lpad(n.at::text, 12, '0'))::uuid, n.name, now()
                from unnest(\(names + ["\u{3164}\u{FFA0}", "\u{2800}"])) with ordinality n (name, at)
                """)
            let made = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select name from guardians where guardian_id < '00000000-0000-0000-0001-000000000000'
                    order by guardian_id
                    """
                ) { try $0.next(String.self) })
            #expect(made.count == names.count + 2)
            var differing: [String] = []
            for (was, name) in zip(names, made) where Array(name.unicodeScalars) != Array(was.cleaned.unicodeScalars) {
                differing.append(was.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " "))
            }
            #expect(differing.isEmpty, "\(differing.count): \(differing.prefix(20))")
            #expect(made.suffix(2) == ["?", "?"])
        }
    }

    @Test func `old charts are merged, and parted again, and what an import adds joins them`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let old = try await world.clients(4)
            let parted = try await world.merge(old[1], into: old[0])
            #expect(parted.status == 201, "\(parted.text)")
            try await world.cleanOnce(
                """
                update client_merges set chart = chart || jsonb_build_object('given_name', \("Al\u{3164}ice"),
                    'preferred_name', \("\u{FFA0}"), 'other_names', jsonb_build_array(jsonb_build_object('kind', 'former',
                        'family', \(" Gold \u{180B}")), jsonb_build_object('kind', 'alias', 'given', \("\u{2060}"))))
                """,
                """
                update clients set given_name = \("Al\u{3164}ice"), family_name = \("Stone "), preferred_name = \("\u{FFA0}"),
                    other_names = jsonb_build_array(
                        jsonb_build_object('kind', 'former', 'family', \("\u{200D}Gold"), 'until', '2020'))
                where client_id in (\(old[2].clientID), \(old[3].clientID))
                """)
            let path = "/v1/clients/\(old[2].clientID)"
            let read = try await world.request(.get, path, as: house.intake)
            #expect(read["givenName"] == "Alice" && read["familyName"] == "Stone", "\(read.text)")
            #expect(read["preferredName"] == .null, "\(read.text)")
            #expect(read["otherNames"].list.map { $0["familyName"] } == ["Gold"], "\(read.text)")
            let merge = try #require(parted["id"].text)
            let undone = try await world.request(
                .put, "/v1/clients/\(old[0].clientID)/merges/\(merge)/reversal", as: house.admin)
            #expect(undone.status == 200, "\(undone.text)")
            let back = try await world.request(.get, "/v1/clients/\(old[1].clientID)", as: house.intake)
            #expect(back["givenName"] == "Alice" && back["preferredName"] == .null, "\(back.text)")
            #expect(back["otherNames"].list.map { $0["familyName"] } == ["Gold"], "\(back.text)")
            let merged = try await world.merge(old[3], into: old[2])
            #expect(merged.status == 201, "\(merged.text)")
            try await world.rename(
                old[2],
                """
                version = version + 1, other_names = access.names_joined(other_names,
                    '[{"kind": "former", "family": "Silver"}]')
                """)
        }
    }
}

extension World {
    /// Writes what a database of before has, and brings it to what this one is.
    fileprivate func cleanOnce(_ before: SQL...) async throws {
        let cleaning = try ["0019_clean_names.sql", "0021_names_cleaned_again.sql"].map { file in
            try String(contentsOf: Repository.file("Migrations/schema/\(file)"), encoding: .utf8)
        }
        try await database.superuser.transaction { tx in
            try await tx.script("set local session_replication_role = replica")
            for statement in before { _ = try await tx.pipeline(Query.run(statement)) }
            try await tx.script("set local session_replication_role = origin")
            for script in cleaning { try await tx.script(script) }
        }
    }
}
