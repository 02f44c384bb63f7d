import Charts
import JSON
import Practice
import WebAPI

extension ClientProgress: JSONWritable {
    func write(to json: inout JSONWriter) {
        let figures = HomeworkFigures(counted)
        json.object { json in
            json.member("clientId", client)
            json.member("from", frame.from)
            json.member("to", frame.to)
            guard !isForGuardian else {
                json.member("due", figures.due)
                json.member("done", figures.done)
                return
            }
            figures.write(to: &json)
            writeReview(to: &json)
            json.array(
                "exercises",
                exercises.map { exercise in
                    Written { json in
                        json.object { json in
                            json.member("id", exercise.id)
                            json.member("title", exercise.title)
                            exercise.figures.write(to: &json)
                        }
                    }
                })
            json.array(
                "weeks",
                weeks.map { week in
                    Written { json in
                        json.object { json in
                            week.days.write(to: &json)
                            week.figures.write(to: &json)
                        }
                    }
                })
            writeReached(to: &json)
        }
    }

    private func writeReview(to json: inout JSONWriter) {
        json.object("review") { json in
            json.member("answered", counted.count { $0.detail?.lagMinutes != nil })
            json.member("medianLagHours", medianLagMinutes.map { (Double($0) / 6).rounded() / 10 })
            json.member("waiting", pieces.count { $0.detail?.isWaiting == true })
        }
    }

    private func writeReached(to json: inout JSONWriter) {
        json.object("reached") { json in
            json.member("done", run.done)
            json.member("presentRun", run.present)
            json.member("longestRun", run.longest)
        }
        json.array(
            "victories", SmallVictory.all(pieces, run, firstShared: firstShared, today: frame.today))
        json.member("encouragement", Encouragement.now(run))
    }

    /// What is due and done by weeks, which is no more than everybody who gets this far may see.
    var chart: Chart {
        Chart(
            title: "Homework, week by week",
            notes: ["\(frame.from) to \(frame.to)."] + (isForGuardian ? [] : [Encouragement.now(run)]),
            panels: HomeworkPanels.byWeek(weeks))
    }
}
