import JSON
import Practice
import WebAPI

/// What a report is asked about.
struct ReportQuestion: Sendable {
    /// The length of a period: a month of the calendar, or a week from Monday on.
    enum Step: String, CaseIterable, Sendable {
        case month, week
    }

    /// On which day a report begins where nobody says otherwise.
    enum Beginning: Sendable {
        /// The first of the month, eleven months before the end.
        case year
        /// The Monday, eleven weeks before the end.
        case quarter
    }

    var from: Day?
    var to: Day?
    var step = Step.month
    var beginning = Beginning.year
    var program: ID<Program>?
    var group: ID<Group>?

    /// Five years, with the days of their leap years.
    static let longest = 1_827

    /// Reads `from` and `to`.
    mutating func readSpan(_ query: inout QueryReader) {
        from = query.optional("from", .day)
        to = query.optional("to", .day)
    }

    /// Reads `from`, `to` and `by`.
    mutating func readDays(_ query: inout QueryReader) {
        readSpan(&query)
        step = query.optional("by", .choice(Step.self)) ?? .month
    }

    /// Reads `programId`.
    mutating func readProgram(_ query: inout QueryReader) {
        program = query.optional("programId", .id())
    }
}

/// The frame of a report: the days it is about, and the program and group that were asked for.
struct ReportFrame: Sendable {
    /// Today, on the practice's calendar.
    let today: Day
    let from: Day
    let to: Day
    let programName: String?
    let groupName: String?

    /// - Throws: 404 where the program or the group is not there, or not visible; 400 for days that make no sense.
    func check(_ question: ReportQuestion) throws(Problem) {
        guard question.program == nil || programName != nil, question.group == nil || groupName != nil else {
            throw .notFound
        }
        var faults: [FieldFault] = []
        if to > today {
            faults.append(FieldFault("/to", "in_the_future", "A report ends today at the latest."))
        }
        if to < from {
            faults.append(FieldFault("/to", "end_before_start", "This must not be before `from`."))
        } else if from.days(until: to) >= ReportQuestion.longest {
            faults.append(FieldFault("/from", "too_long", "A report is about five years at most."))
        }
        if !faults.isEmpty { throw .invalidQuery(faults) }
    }
}

/// A program, as a report names it, and what the report says of it.
struct OfProgram<Figures: Sendable>: Sendable {
    let id: ID<Program>
    let name: String
    var figures: [Figures]

    func write(_ member: StaticString, to json: inout JSONWriter) where Figures: JSONWritable {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.array(member, figures)
        }
    }
}

extension Array {
    /// Rows of several programs, those of one behind each other.
    static func grouped<Figures>(_ rows: [(id: ID<Program>, name: String, figures: Figures)]) -> [OfProgram<Figures>]
    where Element == OfProgram<Figures> {
        var programs: [OfProgram<Figures>] = []
        for row in rows {
            if programs.last?.id != row.id { programs.append(OfProgram(id: row.id, name: row.name, figures: [])) }
            programs[programs.count - 1].figures.append(row.figures)
        }
        return programs
    }
}

/// A share of a whole, nil of nothing.
struct Share: Sendable, JSONWritable, CustomStringConvertible {
    let value: Double

    init?(_ part: Int, of whole: Int) {
        guard whole > 0 else { return nil }
        value = (Double(part) / Double(whole) * 10_000).rounded() / 10_000
    }

    var description: String { value.description }

    func write(to json: inout JSONWriter) { value.write(to: &json) }
}

/// A period of a report: its days, the ends with it.
struct ReportPeriod: Sendable {
    let from: Day
    let to: Day

    func write(to json: inout JSONWriter) {
        json.member("from", from)
        json.member("to", to)
    }

    /// What stands below it in a chart.
    func label(_ step: ReportQuestion.Step) -> String {
        step == .month ? String(from.description.prefix(7)) : from.description
    }
}

extension ReportFrame {
    func writeDays(_ step: ReportQuestion.Step, to json: inout JSONWriter) {
        json.member("from", from)
        json.member("to", to)
        json.member("by", step.rawValue)
    }
}
