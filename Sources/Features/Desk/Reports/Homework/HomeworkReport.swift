import Charts
import JSON
import Practice
import WebAPI

/// What came of the homework that was due in a period, by group, exercise, counselor or week.
struct HomeworkReport: Sendable {
    let frame: ReportFrame
    let division: Division
    let rows: [Row]

    enum Division: String, CaseIterable, Sendable {
        case group, exercise, counselor, week

        fileprivate var column: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    }

    /// One group, exercise, counselor or week.
    struct Row: Sendable {
        /// Nil of weeks, and of what the reader is not shown.
        let id: ID<Void>?
        let name: String?
        /// Of weeks.
        let days: ReportPeriod?
        let figures: HomeworkFigures
        let review: ReviewFigures
    }

    var total: HomeworkFigures { rows.reduce(HomeworkFigures()) { $0 + $1.figures } }
}

extension HomeworkReport: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("from", frame.from)
            json.member("to", frame.to)
            json.member("by", division.rawValue)
            json.object("total") { total.write(to: &$0) }
            json.array("rows", rows)
        }
    }

    /// The same as a table.
    var csv: CSV {
        let isByWeek = division == .week
        var table = CSV(
            columns: (isByWeek ? ["From", "To"] : [division.column]) + HomeworkFigures.csvColumns
                + ReviewFigures.csvColumns + (isByWeek ? [] : ["\(division.column) id"]))
        for row in rows {
            let figures = row.figures.csvCells + row.review.csvCells
            table.row(cells: isByWeek ? [row.days?.from, row.days?.to] + figures : [row.name] + figures + [row.id])
        }
        return table
    }

    var chart: Chart {
        Chart(
            title: "Homework by \(division.rawValue)",
            notes: ["Of what was due, how much was done. \(frame.from) to \(frame.to)."],
            panels: division == .week
                ? HomeworkPanels.byWeek(rows.compactMap { row in row.days.map { ($0, row.figures) } })
                : [HomeworkPanels.completion("Done, of what was due", rows.map { ($0.name ?? "Others", $0.figures) })])
    }
}

extension HomeworkReport.Row: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            if let days {
                days.write(to: &json)
            } else {
                json.member("id", id)
                json.member("name", name)
            }
            figures.write(to: &json)
            json.member("review", review)
        }
    }
}

/// The pictures of homework.
enum HomeworkPanels {
    /// How many rows have a bar; the words of the chart say no more than it shows.
    private static let most = 24

    /// A bar for each.
    static func completion(_ heading: String, _ rows: [(name: String, figures: HomeworkFigures)]) -> SharePanel {
        let left = rows.count - min(rows.count, most)
        return SharePanel(
            heading + (left > 0 ? " (the first \(most) of \(rows.count))" : ""),
            rows: rows.prefix(most).map { SharePanel.Row($0.name, $0.figures.done, of: $0.figures.due) })
    }

    /// How much of each week's was done, and how many pieces that were.
    static func byWeek(_ weeks: [(days: ReportPeriod, figures: HomeworkFigures)]) -> [any ChartPanel] {
        let labels = weeks.map { $0.days.label(.week) }
        return [
            LinePanel(
                "Done, of what was due in the week", .share, labels: labels,
                series: [LinePanel.Series("Done", weeks.map { $0.figures.completion?.value })]),
            BarPanel("Pieces done", labels: labels, counts: weeks.map(\.figures.done)),
        ]
    }
}
