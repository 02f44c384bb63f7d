import Charts
import JSON
import Practice
import WebAPI

/// How far those who began a program came.
///
/// A client begins a program on the first day with a seat in one of its groups, and walks the track of that group; the
/// quarter of that day is the cohort. Of each cohort, for each phase of the track in order: how many ever had a seat in a
/// group of the phase, and how many completed one, up to today and as the practice believes today. Each client counts once.
struct FunnelReport: Sendable {
    let asOf: Day
    let programs: [OfProgram<Way>]

    /// One track, and how far each cohort came on it.
    struct Way: Sendable {
        /// Nil of groups that are of no track.
        let id: ID<Track>?
        let name: String?
        var cohorts: [Cohort]
    }

    struct Cohort: Sendable {
        /// The first day of the quarter.
        let from: Day
        let began: Int
        var stretches: [Stretch]

        var quarter: String {
            let (year, month, _) = from.components
            return "\(year)-Q\((month + 2) / 3)"
        }

        /// Who completed the last phase; nil where the reader sees no group of it.
        var completed: Int? { stretches.last(where: \.isLast)?.completed }
    }

    /// One phase of the way.
    struct Stretch: Sendable {
        /// Nil of groups that are of no phase.
        let id: ID<Phase>?
        let name: String?
        let isLast: Bool
        var enrolled: Int
        var completed: Int
    }
}

extension FunnelReport {
    /// One row: a phase of a cohort.
    struct Line: Sendable {
        let program: ID<Program>
        let programName: String
        let track: ID<Track>?
        let trackName: String?
        let cohort: Day
        let began: Int
        let stretch: Stretch
    }

    /// Rows in the order of programs, tracks, cohorts and phases.
    init(asOf: Day, _ lines: [Line]) {
        var programs: [OfProgram<Way>] = []
        for line in lines {
            if programs.last?.id != line.program {
                programs.append(OfProgram(id: line.program, name: line.programName, figures: []))
            }
            let program = programs.count - 1
            if programs[program].figures.last.map({ $0.id != line.track }) ?? true {
                programs[program].figures.append(Way(id: line.track, name: line.trackName, cohorts: []))
            }
            let way = programs[program].figures.count - 1
            if programs[program].figures[way].cohorts.last?.from != line.cohort {
                programs[program].figures[way].cohorts.append(
                    Cohort(from: line.cohort, began: line.began, stretches: []))
            }
            let cohort = programs[program].figures[way].cohorts.count - 1
            programs[program].figures[way].cohorts[cohort].stretches.append(line.stretch)
        }
        self.asOf = asOf
        self.programs = programs
    }
}

extension FunnelReport.Way {
    var began: Int { cohorts.reduce(0) { $0 + $1.began } }

    /// The phases of all cohorts together, which have the same.
    var together: [FunnelReport.Stretch] {
        guard var sum = cohorts.first?.stretches else { return [] }
        for cohort in cohorts.dropFirst() {
            for (index, stretch) in cohort.stretches.enumerated() where index < sum.count {
                sum[index].enrolled += stretch.enrolled
                sum[index].completed += stretch.completed
            }
        }
        return sum
    }
}

extension FunnelReport: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("asOf", asOf)
            json.member("programs") { json in
                json.array { json in
                    for program in programs { json.element(Written { program.write("tracks", to: &$0) }) }
                }
            }
        }
    }

    /// The same as a table: a row for each phase of each cohort.
    var csv: CSV {
        var table = CSV(columns: [
            "Program", "Track", "Cohort", "Began", "Phase", "Enrolled", "Completed", "Program id", "Track id",
            "Phase id",
        ])
        for program in programs {
            for way in program.figures {
                for cohort in way.cohorts {
                    for stretch in cohort.stretches {
                        table.row(cells: [
                            program.name, way.name, cohort.quarter, cohort.began, stretch.name, stretch.enrolled,
                            stretch.completed, program.id, way.id, stretch.id,
                        ])
                    }
                }
            }
        }
        return table
    }

    var chart: Chart {
        let panels = programs.flatMap { program in
            program.figures.map { way in
                FunnelPanel(
                    [program.name, way.name].compactMap(\.self).joined(separator: ", "), of: way.began,
                    steps: way.together.flatMap { stretch in
                        [
                            FunnelPanel.Step(stretch.title("began"), stretch.enrolled, isCompletion: false),
                            FunnelPanel.Step(stretch.title("completed"), stretch.completed, isCompletion: true),
                        ]
                    })
            }
        }
        return Chart(
            title: "How far people come",
            notes: ["Of all who ever began, those who had a seat in each phase, and who completed it; until \(asOf)."],
            panels: panels.isEmpty ? [FunnelPanel("All programs", of: 0, steps: [])] : panels)
    }
}

extension FunnelReport.Stretch {
    fileprivate func title(_ event: String) -> String { name.map { "\($0): \(event)" } ?? event }
}

extension FunnelReport.Way: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.array("cohorts", cohorts)
        }
    }
}

extension FunnelReport.Cohort: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("quarter", quarter)
            json.member("began", began)
            json.array("phases", stretches)
            json.member("completed", completed)
        }
    }
}

extension FunnelReport.Stretch: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("enrolled", enrolled)
            json.member("completed", completed)
        }
    }
}
