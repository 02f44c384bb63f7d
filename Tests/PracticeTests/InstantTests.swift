import Practice
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-01-05T16:00:00Z", 1_767_628_800_000_000),
        ("2026-01-05T16:00:00.250Z", 1_767_628_800_250_000), ("2026-01-05T16:00:00.000001Z", 1_767_628_800_000_001),
        ("1969-12-31T23:59:59.999999Z", -1), ("2024-02-29T23:59:59Z", 1_709_251_199_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ])
    func `an instant is written in RFC 3339 and read back`(text: String, microseconds: Int64) {
        #expect(Instant(microsecondsSince1970: microseconds).description == text)
        #expect(Instant(text) == Instant(microsecondsSince1970: microseconds))
    }

    @Test(arguments: [
        ("2026-01-05T09:00:00-07:00", "2026-01-05T16:00:00Z"), ("2026-01-06T02:30:00+10:30", "2026-01-05T16:00:00Z"),
        ("2026-01-05T16:00:00.5Z", "2026-01-05T16:00:00.500Z"),
        ("2026-01-05T16:00:00.123456789Z", "2026-01-05T16:00:00.123456Z"),
        ("2026-01-05T16:00:00-00:00", "2026-01-05T16:00:00Z"),
    ])
    func `offsets and fractions are understood`(text: String, expected: String) {
        #expect(Instant(text)?.description == expected)
    }

    @Test(arguments: [
        "", "2026-01-05", "2026-01-05T16:00Z", "2026-01-05T16:00:00", "2026-01-05 16:00:00Z", "2026-01-05t16:00:00z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-05T24:00:00Z", "2026-01-05T23:59:60Z",
        "2026-01-05T16:00:00.Z", "2026-01-05T16:00:00.1234567890Z", "2026-01-05T16:00:00+0700",
        "2026-01-05T16:00:00+24:00", "2026-01-05T16:00:00Z ", " 2026-01-05T16:00:00Z", "+002026-01-05T16:00:00Z",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "２０２６-01-05T16:00:00Z",
    ])
    func `what is not RFC 3339 is refused`(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func `arithmetic stops at the ends of time`() throws {
        let instant = try #require(Instant("2026-01-05T16:00:00Z"))
        #expect((instant + .seconds(90)).description == "2026-01-05T16:01:30Z")
        #expect((instant - .milliseconds(1)).description == "2026-01-05T15:59:59.999Z")
        #expect((instant + .seconds(90)) - instant == .seconds(90))
        #expect(instant + .seconds(Int64.max) == .distantFuture)
        #expect(instant - .seconds(Int64.max) == .distantPast)
        #expect(Instant(microsecondsSince1970: .max) == .distantFuture)
        #expect(Instant(secondsSince1970: .min) == .distantPast)
    }

    @Test func `the day of an instant before 1970 is rounded down`() {
        #expect(Instant(microsecondsSince1970: -1).utcDay.description == "1969-12-31")
        #expect(Instant.distantPast.utcDay == .first)
        #expect(Instant.distantFuture.utcDay == .last)
    }
}
