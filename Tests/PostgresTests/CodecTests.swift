import Foundation
import Postgres
import Testing

@Suite struct CodecTests {
    @Test func `every type comes back as it was bound`() async throws {
        let id = UUID()
        try await withClient { client async throws in
            let (scalars, arrays) = try await client.pipeline(
                Query.row("select \(true), \(Int.min), \(Int32(-7)), \(Int16(7)), \(1.5), \("grün"), \(id)") { row in
                    Scalars(
                        bool: try row.next(), int: try row.next(), int32: try row.next(), int16: try row.next(),
                        double: try row.next(), text: try row.next(), uuid: try row.next())
                },
                Query.row(
                    "select \([1, 2]), \([id]), \(["a", nil]), \([String]()), \([[UInt8]([1])]), \([UInt8]([0, 255]))"
                ) { row in
                    Arrays(
                        ints: try row.next(), uuids: try row.next(), optionals: try row.next(), none: try row.next(),
                        nested: try row.next(), bytes: try row.next())
                })
            #expect(
                scalars == Scalars(bool: true, int: .min, int32: -7, int16: 7, double: 1.5, text: "grün", uuid: id))
            #expect(
                arrays
                    == Arrays(
                        ints: [1, 2], uuids: [id], optionals: ["a", nil], none: [], nested: [[1]], bytes: [0, 255]))
        }
    }

    private struct Scalars: Equatable {
        let bool: Bool
        let int: Int
        let int32: Int32
        let int16: Int16
        let double: Double
        let text: String
        let uuid: UUID
    }

    private struct Arrays: Equatable {
        let ints: [Int]
        let uuids: [UUID]
        let optionals: [String?]
        let none: [String]
        let nested: [[UInt8]]
        let bytes: [UInt8]
    }

    @Test func `an empty text is not null, and null is no text`() async throws {
        try await withClient { client async throws in
            let texts = try await client.pipeline(
                Query.row("select \(""), \(String?.none), \([UInt8]())") { row in
                    (try row.next(String?.self), try row.next(String?.self), try row.next([UInt8]?.self))
                })
            #expect(texts.0 == "" && texts.1 == nil && texts.2 == [])
        }
    }

    @Test func `jsonb goes there and back`() async throws {
        try await withClient { client async throws in
            let json = try await client.pipeline(
                Query.row("select \(JSONB(bytes: Array(#"{"a":[1,2]}"#.utf8)))") { try $0.next(JSONB.self) })
            #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"a": [1, 2]}"#)
        }
    }

    @Test func `small integers and short floats are read as their larger kin`() async throws {
        try await withClient { client async throws in
            let values = try await client.pipeline(
                Query.row("select 1::int2, 2::int4, 2.5::float4, 'n'::name, 'c'::char(2)") { row in
                    (
                        try row.next(Int.self), try row.next(Int.self), try row.next(Double.self),
                        try row.next(String.self), try row.next(String.self)
                    )
                })
            #expect(values == (1, 2, 2.5, "n", "c "))
        }
    }

    @Test(arguments: [
        (PostgresType.textArray, [UInt8]([0, 0, 0, 1])),
        (.textArray, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1]),
        (.textArray, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 65]),
        (.textArray, [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 0, 0, 0, 0, 1]),
        (.uuidArray, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
    ])
    func `a malformed array is refused`(type: PostgresType, bytes: [UInt8]) {
        #expect(throws: PostgresDecodingError.self) {
            try bytes.withUnsafeBytes { _ = try [String](postgres: $0, type: type) }
        }
    }
}
