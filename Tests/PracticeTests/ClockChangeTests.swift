import Practice
import Testing

/// Clock changes, each looked up by hand in the IANA database.
@Suite struct ClockChangeTests {
    @Test(arguments: [
        // New York: forward on 2026-03-08 at 02:00 (EST → EDT), back on 2026-11-01 at 02:00.
        ("America/New_York", "2026-03-08", "01:59", "2026-03-08T06:59:00Z"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30:00Z"),
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-11-01", "00:59", "2026-11-01T04:59:00Z"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"),
        ("America/New_York", "2026-11-01", "02:00", "2026-11-01T07:00:00Z"),
        // Berlin: forward on 2026-03-29 at 02:00 (CET → CEST), back on 2026-10-25 at 03:00.
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30:00Z"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00Z"),
        ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00:00Z"),
        // London: forward on 2026-03-29 at 01:00 (GMT → BST), back on 2026-10-25 at 02:00.
        ("Europe/London", "2026-03-29", "01:30", "2026-03-29T01:30:00Z"),
        ("Europe/London", "2026-03-29", "02:30", "2026-03-29T01:30:00Z"),
        ("Europe/London", "2026-10-25", "01:30", "2026-10-25T00:30:00Z"),
        // Dublin and Casablanca call their winter time, and the hour that they take back for Ramadan, the exception.
        ("Europe/Dublin", "2021-10-31", "02:15", "2021-10-31T02:15:00Z"),
        ("Europe/Dublin", "2026-03-29", "01:30", "2026-03-29T01:30:00Z"),
        ("Europe/Dublin", "2026-10-25", "01:30", "2026-10-25T00:30:00Z"),
        ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T01:30:00Z"),
        ("Africa/Casablanca", "2026-03-22", "02:30", "2026-03-22T02:30:00Z"),
        // Phoenix keeps its clocks.
        ("America/Phoenix", "2026-03-08", "02:30", "2026-03-08T09:30:00Z"),
        ("America/Phoenix", "2026-11-01", "01:30", "2026-11-01T08:30:00Z"),
        // Lord Howe moves by half an hour: back on 2026-04-05 at 02:00, forward on 2026-10-04 at 02:00.
        ("Australia/Lord_Howe", "2026-04-05", "01:30", "2026-04-04T14:30:00Z"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"),
        ("Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04T15:30:00Z"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45:00Z"),
        ("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30:00Z"),
        // Santiago leaves midnight out on 2026-09-06, and has the last hour of 2026-04-04 twice.
        ("America/Santiago", "2026-09-06", "00:00", "2026-09-06T04:00:00Z"),
        ("America/Santiago", "2026-09-06", "00:30", "2026-09-06T04:30:00Z"),
        ("America/Santiago", "2026-09-06", "01:00", "2026-09-06T04:00:00Z"),
        ("America/Santiago", "2026-04-04", "23:30", "2026-04-05T02:30:00Z"),
        ("America/Santiago", "2026-04-05", "00:00", "2026-04-05T04:00:00Z"),
        // Apia left out the whole of 2011-12-30 when it crossed the date line.
        ("Pacific/Apia", "2011-12-29", "20:00", "2011-12-30T06:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "20:00", "2011-12-31T06:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "20:00", "2011-12-31T06:00:00Z"),
        // Cairo leaves midnight out on 2026-04-24; Kiritimati is as far ahead as it gets.
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00:00Z"),
        ("Pacific/Kiritimati", "2026-01-05", "06:00", "2026-01-04T16:00:00Z"),
    ])
    func `a wall clock gives one instant`(zone: String, day: String, time: String, expected: String) throws {
        let zone = try #require(TimeZoneID(zone))
        let instant = zone.instant(on: try #require(Day(day)), at: try #require(LocalTime(time)))
        #expect(instant.description == expected)
    }

    @Test func `the day of an instant is the one on the wall calendar`() throws {
        let instant = try #require(Instant("2026-01-05T06:30:00Z"))
        #expect(TimeZoneID("America/Phoenix")?.day(at: instant).description == "2026-01-04")
        #expect(TimeZoneID("Pacific/Kiritimati")?.day(at: instant).description == "2026-01-05")
        #expect(TimeZoneID.utc.day(at: instant).description == "2026-01-05")
    }

    @Test(arguments: ["America/Phoenix", "Europe/Berlin", "UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires"])
    func `names of the database are taken`(name: String) {
        #expect(TimeZoneID(name)?.name == name)
    }

    @Test(arguments: [
        "", "MST", "EST", "GMT+7", "Etc/GMT+7", "America/Atlantis", "america/phoenix", "America/Phoenix ", "+07:00",
        "../etc/passwd",
    ])
    func `other names are refused`(name: String) {
        #expect(TimeZoneID(name) == nil)
    }
}
