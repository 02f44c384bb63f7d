import Charts
import JSON
import Practice
import WebAPI

/// Who stayed.
///
/// A client begins a program on the first day with a seat in one of its groups; the quarter of that day is the cohort.
/// So many weeks later the client is retained who has a seat in any group of the program on that day, active or paused;
/// or who has none and whose last episode that ended by then was completed. So a transfer within the program, and coming
/// back, keep a client; a withdrawal does not. Of weeks that have not passed yet nothing is said: who has not had the time
/// is not at risk, as survival curves call it, and is in neither number of the rate.
struct RetentionReport: Sendable {
    static let weeks = [4, 8, 12, 26, 52]

    let asOf: Day
    let programs: [OfProgram<Cohort>]

    struct Cohort: Sendable {
        /// The first day of the quarter.
        let from: Day
        let began: Int
        var points: [Point]
    }

    struct Point: Sendable {
        let weeks: Int
        var atRisk: Int
        var retained: Int

        var rate: Share? { Share(retained, of: atRisk) }

        /// The rate as a chart shows it: a few people are no curve.
        var drawn: Double? { atRisk < 5 ? nil : rate?.value }
    }

    /// One row: a point of a cohort.
    struct Line: Sendable {
        let program: ID<Program>
        let programName: String
        let cohort: Day
        let began: Int
        let point: Point
    }

    /// Rows in the order of programs, cohorts and weeks.
    init(asOf: Day, _ lines: [Line]) {
        var programs: [OfProgram<Cohort>] = []
        for line in lines {
            if programs.last?.id != line.program {
                programs.append(OfProgram(id: line.program, name: line.programName, figures: []))
            }
            let program = programs.count - 1
            if programs[program].figures.last?.from != line.cohort {
                programs[program].figures.append(Cohort(from: line.cohort, began: line.began, points: []))
            }
            programs[program].figures[programs[program].figures.count - 1].points.append(line.point)
        }
        self.asOf = asOf
        self.programs = programs
    }
}

extension OfProgram<RetentionReport.Cohort> {
    var began: Int { figures.reduce(0) { $0 + $1.began } }

    /// All cohorts together.
    var points: [RetentionReport.Point] {
        RetentionReport.weeks.map { weeks in
            let points = figures.flatMap(\.points).filter { $0.weeks == weeks }
            return RetentionReport.Point(
                weeks: weeks, atRisk: points.reduce(0) { $0 + $1.atRisk },
                retained: points.reduce(0) { $0 + $1.retained })
        }
    }
}

extension RetentionReport: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("asOf", asOf)
            json.member("programs") { json in
                json.array { json in
                    for program in programs {
                        json.element(
                            Written { json in
                                json.object { json in
                                    json.member("id", program.id)
                                    json.member("name", program.name)
                                    json.member("began", program.began)
                                    json.array("points", program.points)
                                    json.array("cohorts", program.figures)
                                }
                            })
                    }
                }
            }
        }
    }

    /// The same as a table: a row for each point of each cohort.
    var csv: CSV {
        var table = CSV(columns: ["Program", "Cohort", "Began", "Weeks", "At risk", "Retained", "Rate", "Program id"])
        for program in programs {
            for cohort in program.figures {
                for point in cohort.points {
                    table.row(cells: [
                        program.name, cohort.quarter, cohort.began, point.weeks, point.atRisk, point.retained,
                        point.rate, program.id,
                    ])
                }
            }
        }
        return table
    }

    var chart: Chart {
        let shown = programs.prefix(OfProgramLines.most)
        let times = [0] + Self.weeks
        return Chart(
            title: "Who stays",
            notes: [
                "Of all who ever began and have had the time, the share that is in the program or has completed it.",
                "Below: of how many (at risk); of fewer than five no share is drawn. Until \(asOf)."
                    + (programs.count > shown.count ? " The first \(shown.count) of \(programs.count) programs." : ""),
            ],
            panels: [
                LinePanel(
                    "Still there so many weeks after the beginning", .share, labels: times.map(String.init),
                    at: times.map(Double.init),
                    series: shown.map { program in
                        LinePanel.Series(program.name, [1] + program.points.map(\.drawn))
                    },
                    footings: shown.map { program in
                        LinePanel.Footing(
                            program.name, ([program.began] + program.points.map(\.atRisk)).map(String.init))
                    })
            ])
    }
}

extension RetentionReport.Cohort: JSONWritable {
    var quarter: String {
        let (year, month, _) = from.components
        return "\(year)-Q\((month + 2) / 3)"
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("quarter", quarter)
            json.member("began", began)
            json.array("points", points)
        }
    }
}

extension RetentionReport.Point: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("weeks", weeks)
            json.member("atRisk", atRisk)
            json.member("retained", retained)
            json.member("rate", rate)
        }
    }
}
