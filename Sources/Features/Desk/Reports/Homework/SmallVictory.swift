import JSON
import Practice
import WebAPI

/// Something that was reached, worth a kind word. A victory stays, however it goes on.
struct SmallVictory: Sendable, Hashable {
    let code: String
    let text: String
    let firstAt: Instant
    /// How often, so far.
    let times: Int

    /// How many pieces are a victory.
    static let milestones = [5, 10, 25, 50, 100, 250, 500, 1_000]

    /// All of a client's, the earliest first.
    static func all(
        _ pieces: [ClientProgress.Piece], _ run: ProgressRun, firstShared: Instant?, today: Day
    ) -> [SmallVictory] {
        var victories: [SmallVictory] = []
        if let first = run.hours.first {
            victories.append(SmallVictory(code: "first", text: Encouragement.first, firstAt: first, times: 1))
        }
        for count in milestones where count <= run.done {
            victories.append(
                SmallVictory(
                    code: "done_\(count)", text: Encouragement.done(count), firstAt: run.hours[count - 1], times: 1))
        }
        let weeks = wholeWeeks(pieces, today: today)
        if let first = weeks.min() {
            victories.append(
                SmallVictory(
                    code: "whole_week", text: Encouragement.wholeWeek(weeks.count), firstAt: first, times: weeks.count))
        }
        if let first = run.returns.first {
            victories.append(
                SmallVictory(
                    code: "came_back", text: Encouragement.cameBack, firstAt: first, times: run.returns.count))
        }
        if let firstShared {
            victories.append(
                SmallVictory(code: "shared", text: Encouragement.shared, firstAt: firstShared, times: 1))
        }
        return victories.sorted { ($0.firstAt, $0.code) < ($1.firstAt, $1.code) }
    }

    /// When the last piece of each week that is over was handed in, of the weeks in which all were.
    private static func wholeWeeks(_ pieces: [ClientProgress.Piece], today: Day) -> [Instant] {
        Dictionary(grouping: pieces.filter { $0.isDue || $0.detail?.reachedAt != nil }, by: \.week)
            .compactMap { week, pieces in
                let hours = pieces.compactMap { $0.detail?.reachedAt }
                return week.adding(days: 6) < today && hours.count == pieces.count ? hours.max() : nil
            }
    }
}

extension SmallVictory: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("code", code)
            json.member("text", text)
            json.member("firstAt", firstAt)
            json.member("times", times)
        }
    }
}
