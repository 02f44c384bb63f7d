import Practice
import Testing

@Suite struct DayTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-01-05", 20_458), ("1969-12-31", -1),
        ("0001-01-01", -719_162), ("9999-12-31", 2_932_896), ("1900-03-01", -25_508),
    ])
    func `a day is counted, written and read back`(text: String, days: Int) {
        #expect(Day(text)?.daysSince1970 == days)
        #expect(Day(daysSince1970: days).description == text)
    }

    @Test func `every day of 400 years has the day after it`() throws {
        var expected = try #require(Day(year: 1800, month: 1, day: 1))
        for year in 1800..<2200 {
            for month in 1...12 {
                for day in 1...31 {
                    guard let found = Day(year: year, month: month, day: day) else { continue }
                    #expect(found == expected)
                    #expect(found.components == (year, month, day))
                    expected = expected.adding(days: 1)
                }
            }
        }
        #expect(expected == Day("2200-01-01"))
    }

    @Test(arguments: [
        "", "2026-1-5", "2026-02-29", "1900-02-29", "2026-04-31", "2026-00-01", "2026-01-00", "0000-01-01",
        "2026-01-05T", "20260105", "26-01-05", "2026/01/05", "-026-01-05",
    ])
    func `what is not a day is refused`(text: String) {
        #expect(Day(text) == nil)
    }

    @Test(arguments: [
        ("2010-06-15", "2028-06-14", 17), ("2010-06-15", "2028-06-15", 18), ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18), ("2008-02-29", "2028-02-29", 20), ("2026-01-05", "2026-01-05", 0),
        ("2026-01-05", "2026-01-04", -1),
    ])
    func `an age is counted in birthdays`(born: String, day: String, age: Int) throws {
        #expect(try #require(Day(born)).age(on: try #require(Day(day))) == age)
    }

    @Test func `weekdays follow the calendar`() {
        #expect(Day("2026-01-05")?.weekday == .monday)
        #expect(Day("1969-12-28")?.weekday == .sunday)
        #expect(Day("2000-02-29")?.weekday == .tuesday)
    }

    @Test func `arithmetic stops at the ends of the calendar`() {
        #expect(Day.last.adding(days: 1) == .last)
        #expect(Day.first.adding(days: .min) == .first)
    }

    @Test(arguments: ["24:00", "9:00", "09:60", "09:00:00", "", "09.00"])
    func `what is not a time is refused`(text: String) {
        #expect(LocalTime(text) == nil)
    }

    @Test func `a time is written and read back`() {
        #expect(LocalTime("18:05")?.description == "18:05")
        #expect(LocalTime("18:05") == LocalTime(hour: 18, minute: 5))
        #expect(LocalTime("00:00") == .midnight)
    }
}
