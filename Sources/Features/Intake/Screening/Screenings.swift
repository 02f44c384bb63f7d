import JSON
import Practice
import WebAPI

extension Screening {
    /// A questionnaire of the practice in its present version.
    struct Listed: Sendable {
        let code: String
        let title: String
        let versionID: ID<QuestionnaireVersion>
        let number: Int
        let definition: [UInt8]
    }

    /// What was answered, and the version that the answers are to.
    struct Answers: Sendable {
        let versionID: ID<QuestionnaireVersion>
        let answers: JSONValue

        init(_ body: inout JSONObjectReader) {
            versionID = body.required("questionnaireVersionId", .criterion())
            answers = body.required("answers", .value)
        }
    }

    /// A questionnaire that was asked for: its definition, if the version named is one of its own.
    struct Asked: Sendable {
        let definition: [UInt8]?
    }

    /// One set of answers.
    struct Record: Sendable {
        let id: ID<Screening>
        let code: String
        let title: String
        let versionID: ID<QuestionnaireVersion>
        let number: Int
        let score: Int
        let band: String
        let raisesRisk: Bool
        let takenAt: Instant
        let recordedBy: ID<Account>
        let sealedAnswers: [UInt8]
        var answers: [UInt8] = []
    }
}

extension Place {
    static func answers(of id: ID<Screening>) -> Place { Place("inquiry_screenings", "answers", id) }
}

extension Screening.Listed: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("code", code)
            json.member("title", title)
            json.member("questionnaireVersionId", versionID)
            json.member("number", number)
            json.member("definition") { $0.raw(definition) }
        }
    }
}

extension Screening.Record: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("questionnaire", code)
            json.member("title", title)
            json.member("questionnaireVersionId", versionID)
            json.member("number", number)
            json.member("score", score)
            json.member("band", band)
            json.member("raisesRisk", raisesRisk)
            json.member("answers") { $0.raw(answers) }
            json.member("takenAt", takenAt)
            json.member("recordedBy", recordedBy)
        }
    }

    func opened(with vault: Vault) throws(Problem) -> Screening.Record {
        var opened = self
        do {
            opened.answers = try vault.open(sealedAnswers, at: .answers(of: id))
        } catch {
            throw .unexpected
        }
        return opened
    }
}
