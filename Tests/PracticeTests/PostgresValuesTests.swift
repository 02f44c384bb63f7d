import Postgres
import Practice
import Testing

/// The binary formats, byte by byte; that PostgreSQL agrees is shown by every test that stores a row.
@Suite struct PostgresValuesTests {
    private func bytes(_ value: some PostgresEncodable) -> [UInt8] {
        var bytes: [UInt8] = []
        value.encode(into: &bytes)
        return bytes
    }

    private func read<Value: PostgresCodable>(_ bytes: [UInt8], as: Value.Type) throws -> Value {
        try bytes.withUnsafeBytes { try Value(postgres: $0, type: Value.postgresType) }
    }

    @Test func `values come back as they were stored`() throws {
        let id = Surroundings.live.id(Client.self)
        #expect(try read(bytes(id), as: ID<Client>.self) == id)
        #expect(bytes(id) == bytes(id.uuid))
        for text in ["2026-01-05T16:00:00.000001Z", "1999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"] {
            let instant = try #require(Instant(text))
            #expect(try read(bytes(instant), as: Instant.self) == instant)
        }
        for text in ["2000-01-01", "1999-12-31", "0001-01-01", "9999-12-31"] {
            let day = try #require(Day(text))
            #expect(try read(bytes(day), as: Day.self) == day)
        }
        let time = try #require(LocalTime("18:05"))
        #expect(try read(bytes(time), as: LocalTime.self) == time)
        #expect(try read(bytes(Role.counselor), as: Role.self) == .counselor)
        let zone = try #require(TimeZoneID("America/Phoenix"))
        #expect(try read(bytes(zone), as: TimeZoneID.self) == zone)
    }

    @Test func `the epoch is that of PostgreSQL`() throws {
        #expect(bytes(try #require(Instant("2000-01-01T00:00:01Z"))) == [0, 0, 0, 0, 0, 0x0F, 0x42, 0x40])
        #expect(bytes(try #require(Day("2000-01-02"))) == [0, 0, 0, 1])
    }

    @Test func `infinity and unknown words are refused`() {
        let infinity: [UInt8] = [0x7F, 255, 255, 255, 255, 255, 255, 255]
        #expect(throws: PostgresDecodingError.self) { try read(infinity, as: Instant.self) }
        #expect(throws: PostgresDecodingError.self) { try read(Array(infinity.prefix(4)), as: Day.self) }
        #expect(throws: PostgresDecodingError.self) { try read(Array("king".utf8), as: Role.self) }
        #expect(throws: PostgresDecodingError.self) { try read([1, 2, 3], as: ID<Client>.self) }
    }
}
