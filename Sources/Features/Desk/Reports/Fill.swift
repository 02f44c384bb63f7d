import Charts
import JSON
import Practice
import WebAPI

/// How full the groups are, and who waits.
///
/// Of each program, at the end of each period, as the practice believes today: the seats of the groups that run on that
/// day, with the capacity they have today; the seats that are taken on it, by who is active or paused or is kept an offer;
/// who waits on it. So a figure is what the rosters as of that day say.
struct FillReport: Sendable {
    let frame: ReportFrame
    let step: ReportQuestion.Step
    let programs: [OfProgram<Period>]

    struct Period: Sendable {
        let days: ReportPeriod
        let seats: Int
        let taken: Int
        let offered: Int
        let waiting: Int
        let offers: Offers

        var rate: Share? { Share(taken, of: seats) }
    }

    /// What became of the offers that were made in a period.
    struct Offers: Sendable {
        let made: Int
        /// A seat was taken.
        let accepted: Int
        /// They ran out, or were declined.
        let lapsed: Int

        var standing: Int { made - accepted - lapsed }
    }
}

extension FillReport: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            frame.writeDays(step, to: &json)
            json.member("programs") { json in
                json.array { json in
                    for program in programs { json.element(Written { program.write("periods", to: &$0) }) }
                }
            }
        }
    }

    /// The same as a table.
    var csv: CSV {
        var table = CSV(columns: [
            "Program", "From", "To", "Seats", "Seats taken", "Of these offered", "Fill rate", "Waiting", "Offers made",
            "Offers accepted", "Offers lapsed", "Offers standing", "Program id",
        ])
        for program in programs {
            for period in program.figures {
                let offers = period.offers
                table.row(cells: [
                    program.name, period.days.from, period.days.to, period.seats, period.taken, period.offered,
                    period.rate, period.waiting, offers.made, offers.accepted, offers.lapsed, offers.standing,
                    program.id,
                ])
            }
        }
        return table
    }

    var chart: Chart {
        let days = programs.first?.figures.map(\.days) ?? []
        let labels = days.map { $0.label(step) }
        let together = days.indices.map { index in programs.map { $0.figures[index] } }
        let lines =
            programs.count <= OfProgramLines.most
            ? programs.map { program in LinePanel.Series(program.name, program.figures.map { $0.rate?.value }) }
            : [
                LinePanel.Series(
                    "All programs",
                    together.map { Share($0.reduce(0) { $0 + $1.taken }, of: $0.reduce(0) { $0 + $1.seats })?.value })
            ]
        return Chart(
            title: "How full the groups are",
            notes: [
                "Seats taken, of the seats there are, and who waits for one, on the last day of each \(step.rawValue).",
                "\(frame.from) to \(frame.to).",
            ],
            panels: [
                LinePanel("Fill rate", .share, labels: labels, series: lines),
                BarPanel(
                    "On waitlists", labels: labels, counts: together.map { $0.reduce(0) { $0 + $1.waiting } }),
            ])
    }
}

extension FillReport.Period: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            days.write(to: &json)
            json.member("seats", seats)
            json.member("seatsTaken", taken)
            json.member("offered", offered)
            json.member("fillRate", rate)
            json.member("waiting", waiting)
            json.object("offers") { json in
                json.member("made", offers.made)
                json.member("accepted", offers.accepted)
                json.member("lapsed", offers.lapsed)
                json.member("standing", offers.standing)
            }
        }
    }
}

/// How many programs have a line of their own in a chart; of more than these there is one line for all.
enum OfProgramLines {
    static let most = 5
}

/// A value that is written by a closure.
struct Written: JSONWritable {
    let body: (inout JSONWriter) -> Void

    init(_ body: @escaping (inout JSONWriter) -> Void) { self.body = body }

    func write(to json: inout JSONWriter) { body(&json) }
}
