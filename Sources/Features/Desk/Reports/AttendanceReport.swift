import Charts
import JSON
import Practice
import WebAPI

/// Who came to the groups' meetings.
///
/// Of each program, by the period in which a meeting was held, on the calendar of its group: attended are those marked
/// present, late, left early or remote; expected are all who are marked, but for the excused. The rate is attended of
/// expected. A meeting that was cancelled, and one in which nobody is marked, counts for nobody.
struct AttendanceReport: Sendable {
    let frame: ReportFrame
    let question: ReportQuestion
    let programs: [OfProgram<Period>]

    struct Period: Sendable {
        let days: ReportPeriod
        let meetings: Int
        let marks: Marks

        var attended: Int { marks.present + marks.late + marks.leftEarly + marks.remote }
        var expected: Int { attended + marks.absent }
        var rate: Share? { Share(attended, of: expected) }
    }

    struct Marks: Sendable {
        let present: Int
        let late: Int
        let leftEarly: Int
        let remote: Int
        let absent: Int
        let excused: Int
    }
}

extension AttendanceReport: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            frame.writeDays(question.step, to: &json)
            if let group = question.group {
                json.object("group") { json in
                    json.member("id", group)
                    json.member("name", frame.groupName)
                }
            }
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
            "Program", "From", "To", "Meetings", "Expected", "Attended", "Rate", "Present", "Late", "Left early",
            "Remote", "Absent", "Excused", "Program id",
        ])
        for program in programs {
            for period in program.figures {
                let marks = period.marks
                table.row(cells: [
                    program.name, period.days.from, period.days.to, period.meetings, period.expected, period.attended,
                    period.rate, marks.present, marks.late, marks.leftEarly, marks.remote, marks.absent, marks.excused,
                    program.id,
                ])
            }
        }
        return table
    }

    var chart: Chart {
        let labels = programs.first?.figures.map { $0.days.label(question.step) } ?? []
        let together = labels.indices.map { index in programs.map { $0.figures[index] } }
        let lines =
            programs.count <= OfProgramLines.most
            ? programs.map { program in LinePanel.Series(program.name, program.figures.map { $0.rate?.value }) }
            : [
                LinePanel.Series(
                    "All programs",
                    together.map {
                        Share($0.reduce(0) { $0 + $1.attended }, of: $0.reduce(0) { $0 + $1.expected })?.value
                    }
                )
            ]
        return Chart(
            title: frame.groupName.map { "Who came: \($0)".prefix(60).description } ?? "Who came to the meetings",
            notes: [
                "Attended, of those who were expected and not excused, in each \(question.step.rawValue).",
                "\(frame.from) to \(frame.to).",
            ],
            panels: [
                LinePanel("Attendance", .share, labels: labels, series: lines),
                BarPanel("Meetings", labels: labels, counts: together.map { $0.reduce(0) { $0 + $1.meetings } }),
            ])
    }
}

extension AttendanceReport.Period: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            days.write(to: &json)
            json.member("meetings", meetings)
            json.member("expected", expected)
            json.member("attended", attended)
            json.member("rate", rate)
            json.object("marks") { json in
                json.member("present", marks.present)
                json.member("late", marks.late)
                json.member("leftEarly", marks.leftEarly)
                json.member("remote", marks.remote)
                json.member("absent", marks.absent)
                json.member("excused", marks.excused)
            }
        }
    }
}
