import Charts
import JSON
import Practice
import WebAPI

extension GroupHomeworkReport: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.object("group") { json in
                json.member("id", group)
                json.member("name", frame.groupName)
            }
            json.member("from", frame.from)
            json.member("to", frame.to)
            json.object("total") { json in
                cells.reduce(HomeworkFigures()) { $0 + $1.figures }.write(to: &json)
            }
            json.array("members", members)
            json.array(
                "assignments",
                assignments.map { sum in
                    Written { json in
                        json.object { json in
                            json.member("id", sum.of)
                            json.member("title", sum.cells.first?.title)
                            sum.figures.write(to: &json)
                        }
                    }
                })
            json.array(
                "weeks",
                weeks.map { sum in
                    Written { json in
                        json.object { json in
                            days(of: sum.of).write(to: &json)
                            sum.figures.write(to: &json)
                        }
                    }
                })
        }
    }

    /// A table of the cells; without the member's columns for who may read counts alone.
    var csv: CSV {
        let names = cells.contains { $0.member != nil }
        var table = CSV(
            columns: (names ? ["Family name", "Given name"] : []) + ["Assignment", "Week"] + HomeworkFigures.csvColumns
                + ["Assignment id"] + (names ? ["Client id"] : []))
        for cell in cells {
            table.row(
                cells: (names ? [cell.member?.familyName, cell.member?.givenName] : []) + [cell.title, cell.week]
                    + cell.figures.csvCells + [cell.assignment] + (names ? [cell.member?.id] : []))
        }
        return table
    }

    /// Who is meant by a bar of one member would be plain to whoever knows the group: a picture shows none.
    var chart: Chart {
        Chart(
            title: "Homework of \(frame.groupName ?? "the group")".prefix(60).description,
            notes: ["Of what was due, how much was done. \(frame.from) to \(frame.to)."],
            panels: HomeworkPanels.byWeek(weeks.map { (days(of: $0.of), $0.figures) }) + [
                HomeworkPanels.completion(
                    "By assignment", assignments.map { ($0.cells.first?.title ?? "", $0.figures) })
            ])
    }

    /// The days of a week that the report is about.
    private func days(of week: Day) -> ReportPeriod {
        ReportPeriod(from: max(week, frame.from), to: min(week.adding(days: 6), frame.to))
    }
}

extension GroupHomeworkReport.Sum: JSONWritable where Of == GroupHomeworkReport.Member {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("clientId", of.id)
            json.member("givenName", of.givenName.ifAny)
            json.member("preferredName", of.preferredName)
            json.member("familyName", of.familyName.ifAny)
            figures.write(to: &json)
            json.array("cells", cells)
        }
    }
}

extension GroupHomeworkReport.Cell: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("assignmentId", assignment)
            json.member("week", week)
            figures.write(to: &json)
        }
    }
}
