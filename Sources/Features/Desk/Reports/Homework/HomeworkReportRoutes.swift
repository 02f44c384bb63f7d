import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// What homework comes to: for the client as encouragement, for who leads a group, for the practice; and what waits.
struct HomeworkReportRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/clients/{clientId}/homework-progress", "homework.read", of: .client("clientId"), progress)
                .offering(.json, .svg),
            .get("/v1/groups/{groupId}/homework-report", "homework_report.read", of: .group("groupId"), group)
                .offering(.json, .csv, .svg),
            .get("/v1/reports/homework", "homework_report.read", of: .practice, practice).offering(.json, .csv, .svg),
            .get("/v1/reports/homework/overdue", "homework_report.read", of: .practice, overdue).offering(.json, .csv),
            .get("/v1/reports/homework/unreviewed", "homework_report.read", of: .practice, unreviewed).offering(
                .json, .csv),
        ]
    }

    @Sendable private func progress(_ call: Call) async throws -> Answer {
        let question = try call.query { Self.question(&$0) }
        let client = call.id("clientId", of: Client.self)
        let (frame, pieces, firstShared, isForGuardian) = try await call.run(
            question.frame(in: call.practiceID),
            ClientProgress.pieces(question, of: client, in: call.practiceID, at: call.now),
            ClientProgress.firstShared(),
            ClientProgress.isForGuardian())
        try frame.check(question)
        let progress = ClientProgress(
            frame: frame, client: client, pieces: pieces, firstShared: firstShared, isForGuardian: isForGuardian,
            at: call.now)
        return switch call.representation {
        case .svg: .svg(progress.chart, named: "homework-\(frame.to).svg")
        default: .json(.ok, progress)
        }
    }

    @Sendable private func group(_ call: Call) async throws -> Answer {
        let group = call.id("groupId", of: Group.self)
        var question = try call.query { Self.question(&$0) }
        question.group = group
        let (frame, cells) = try await call.run(
            question.frame(in: call.practiceID),
            GroupHomeworkReport.cells(question, of: group, in: call.practiceID, at: call.now))
        try frame.check(question)
        let report = GroupHomeworkReport(frame: frame, group: group, cells: cells)
        return call.answer(report, report.csv, report.chart, named: "homework-\(frame.to)")
    }

    @Sendable private func practice(_ call: Call) async throws -> Answer {
        let (question, division) = try call.query { query in
            (Self.question(&query), query.optional("by", .choice(HomeworkReport.Division.self)) ?? .group)
        }
        let (frame, rows) = try await call.run(
            question.frame(in: call.practiceID),
            HomeworkReport.rows(question, division, in: call.practiceID, at: call.now))
        try frame.check(question)
        let report = HomeworkReport(frame: frame, division: division, rows: rows)
        return call.answer(report, report.csv, report.chart, named: "homework-\(division.rawValue)-\(frame.to)")
    }

    @Sendable private func overdue(_ call: Call) async throws -> Answer {
        let form = call.representation
        let page = try call.query { form == .json ? $0.page() : Page() }
        return try await list(.overdue, form, page, call)
    }

    @Sendable private func unreviewed(_ call: Call) async throws -> Answer {
        let form = call.representation
        let (days, page) = try call.query { query in
            (query.integer("days", 1...365) ?? ReviewFigures.patienceInDays, form == .json ? query.page() : Page())
        }
        return try await list(.unreviewed(days: days), form, page, call)
    }

    private func list(
        _ waiting: HomeworkWaiting, _ form: Representation, _ page: Page, _ call: Call
    ) async throws -> Answer {
        guard form == .json else { return try await table(waiting, call) }
        let place = try HomeworkWaiting.Place(page)
        let (principal, pieces, heaps) = try await call.enter(
            waiting.pieces(place, in: call.practiceID, at: call.now),
            waiting.heaps(place, in: call.practiceID, at: call.now))
        return principal.showsNames ? self.page(page, "pieces", pieces, call) : self.page(page, "counts", heaps, call)
    }

    private func page(_ page: Page, _ word: String, _ rows: [some WaitingRow], _ call: Call) -> Answer {
        .json { json in
            json.member("asOf", call.now)
            json.member("shows", word)
            json.array("items", rows.prefix(page.limit))
            json.member("next", call.next(page, rows) { $0.key })
        }
    }

    private func table(_ waiting: HomeworkWaiting, _ call: Call) async throws -> Answer {
        let open = try await call.open()
        let hash = QueryHash(.csv, ["report": "homework-\(waiting.name)", "asOf": call.now.description])
        return open.answer(Answer.csvFields("homework-\(waiting.name).csv"), hash: hash) { body, transaction in
            if open.principal.showsNames {
                try await Self.write(
                    waiting.pieces(.all, in: call.practiceID, at: call.now), from: transaction, to: &body)
            } else {
                try await Self.write(
                    waiting.heaps(.all, in: call.practiceID, at: call.now), from: transaction, to: &body)
            }
        }
    }

    /// All of it, written while it comes.
    private static func write<Row: WaitingRow>(
        _ rows: Query<[Row]>, from transaction: Transaction, to body: inout BodyWriter
    ) async throws {
        var table = CSV(columns: Row.columns)
        for try await row in try await transaction.stream(rows) {
            row.write(to: &table)
            if table.count >= BodyWriter.pieceSize { try await body.write(table.take()) }
        }
        try await body.write(table.take())
    }

    private static func question(_ query: inout QueryReader) -> ReportQuestion {
        var question = ReportQuestion(beginning: .quarter)
        question.readSpan(&query)
        return question
    }
}

extension Principal {
    /// Whether the rule that let the request in shows more than counts. The database has judged; this only chooses which of
    /// two lists was meant, and the other is empty.
    fileprivate var showsNames: Bool { shows.contains("all") || shows.contains("names") }
}
