import Charts
import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// What the rosters come to over time: counts, and nobody's name. Whoever may read rosters may read these, of the same
/// groups: the whole practice, or those that one leads or oversees.
struct ReportRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/reports/fill", "roster.read", of: .practice, fill).offering(.json, .csv, .svg),
            .get("/v1/reports/funnel", "roster.read", of: .practice, funnel).offering(.json, .csv, .svg),
            .get("/v1/reports/attendance", "roster.read", of: .practice, attendance).offering(.json, .csv, .svg),
            .get("/v1/reports/retention", "roster.read", of: .practice, retention).offering(.json, .csv, .svg),
        ]
    }

    @Sendable private func fill(_ call: Call) async throws -> Answer {
        let question = try question(call) { question, query in
            question.readDays(&query)
            question.readProgram(&query)
        }
        let (frame, lines) = try await call.run(
            question.frame(in: call.practiceID), FillReport.lines(question, in: call.practiceID, at: call.now))
        try frame.check(question)
        let report = FillReport(frame: frame, step: question.step, programs: .grouped(lines))
        return call.answer(report, report.csv, report.chart, named: "fill-\(frame.to)")
    }

    @Sendable private func funnel(_ call: Call) async throws -> Answer {
        let question = try question(call) { $0.readProgram(&$1) }
        let (frame, lines) = try await call.run(
            question.frame(in: call.practiceID), FunnelReport.lines(question, in: call.practiceID))
        try frame.check(question)
        let report = FunnelReport(asOf: frame.today, lines)
        return call.answer(report, report.csv, report.chart, named: "funnel-\(frame.today)")
    }

    @Sendable private func attendance(_ call: Call) async throws -> Answer {
        let question = try question(call) { question, query in
            question.readDays(&query)
            question.readProgram(&query)
            question.group = query.optional("groupId", .id())
        }
        let (frame, lines) = try await call.run(
            question.frame(in: call.practiceID), AttendanceReport.lines(question, in: call.practiceID))
        try frame.check(question)
        let report = AttendanceReport(frame: frame, question: question, programs: .grouped(lines))
        return call.answer(report, report.csv, report.chart, named: "attendance-\(frame.to)")
    }

    @Sendable private func retention(_ call: Call) async throws -> Answer {
        let question = try question(call) { $0.readProgram(&$1) }
        let (frame, lines) = try await call.run(
            question.frame(in: call.practiceID), RetentionReport.lines(question, in: call.practiceID))
        try frame.check(question)
        let report = RetentionReport(asOf: frame.today, lines)
        return call.answer(report, report.csv, report.chart, named: "retention-\(frame.today)")
    }

    private func question(
        _ call: Call, _ read: (inout ReportQuestion, inout QueryReader) -> Void
    ) throws(Problem) -> ReportQuestion {
        try call.query { query in
            var question = ReportQuestion()
            read(&question, &query)
            return question
        }
    }
}

extension Call {
    /// A report in the form that is asked for.
    func answer(
        _ report: some JSONWritable, _ table: @autoclosure () -> CSV, _ chart: @autoclosure () -> Chart,
        named name: String
    ) -> Answer {
        switch representation {
        case .csv: .csv(table(), named: "\(name).csv")
        case .svg: .svg(chart(), named: "\(name).svg")
        default: .json(.ok, report)
        }
    }
}
