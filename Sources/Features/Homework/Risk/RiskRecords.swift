import JSON
import Postgres
import Practice
import WebAPI

extension RiskRecord {
    /// What a professional made of a record.
    enum Judgment: String, PostgresWord, JSONWritable, CaseIterable {
        case noConcern = "no_concern"
        case watch, acted
    }

    /// A record in the list of what waits.
    struct Item: Sendable, JSONWritable {
        var id: ID<RiskRecord>
        var homework: ID<Homework>
        /// Which submission.
        var number: Int
        var client: ID<Client>
        var couple: ID<Couple>?
        var group: ID<Group>?
        var title: String
        var sources: [String]
        var raisedAt: Instant
        /// When the client took the submission back: what it said is gone then, unless somebody had assessed it.
        var takenBackAt: Instant?
        /// When it was last assessed; nil while it is open.
        var assessedAt: Instant?
        var outcome: Judgment?
        var version: Int

        init(_ row: inout Row) throws(PostgresError) {
            id = try row.next()
            homework = try row.next()
            number = try row.next()
            client = try row.next()
            couple = try row.next()
            group = try row.next()
            title = try row.next()
            sources = try row.next()
            raisedAt = try row.next()
            takenBackAt = try row.next()
            assessedAt = try row.next()
            outcome = try row.next()
            version = try row.next()
        }

        func write(to json: inout JSONWriter) {
            json.object { write(membersTo: &$0) }
        }

        fileprivate func write(membersTo json: inout JSONWriter) {
            json.member("id", id)
            json.member("homeworkId", homework)
            json.member("number", number)
            json.member("clientId", client)
            json.member("coupleId", couple)
            json.member("groupId", group)
            json.member("title", title)
            json.array("sources", sources)
            json.member("raisedAt", raisedAt)
            json.member("takenBackAt", takenBackAt)
            json.member("assessedAt", assessedAt)
            json.member("outcome", outcome)
        }
    }

    /// A record with the words that were found, sealed.
    struct Detail: Sendable {
        var item: Item
        var sealedWords: [UInt8]?
    }

    /// A record opened, with everything that was made of it.
    struct Opened: JSONWritable {
        var item: Item
        var words: JSONValue
        var assessments: [OpenedAssessment]

        init(_ detail: Detail, _ assessments: [RiskAssessment.Entry], _ vault: Vault) throws {
            item = detail.item
            words = []
            if let sealed = detail.sealedWords {
                words = try JSONValue(parsing: try vault.open(sealed, at: .riskDetail(detail.item.id)))
            }
            self.assessments = try assessments.map { try OpenedAssessment($0, vault) }
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                item.write(membersTo: &json)
                json.member("words", words)
                json.array("assessments", assessments)
            }
        }
    }

    struct OpenedAssessment: JSONWritable {
        var entry: RiskAssessment.Entry
        var note: String?
        var reportedTo: String?

        init(_ entry: RiskAssessment.Entry, _ vault: Vault) throws(KeyError) {
            self.entry = entry
            note = try entry.sealedNote.map { sealed throws(KeyError) in
                try vault.openText(sealed, at: .riskNote(entry.id))
            }
            reportedTo = try entry.sealedReportedTo.map { sealed throws(KeyError) in
                try vault.openText(sealed, at: .riskReport(entry.id))
            }
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("id", entry.id)
                json.member("outcome", entry.outcome)
                json.member("note", note)
                json.member("reportedTo", reportedTo)
                json.member("reportedAt", entry.reportedAt)
                json.member("assessedAt", entry.assessedAt)
                json.member("assessedById", entry.assessedBy)
                json.member("assessedByName", entry.assessedByName)
            }
        }
    }
}

extension Place {
    static func riskNote(_ assessment: ID<RiskAssessment>) -> Place { Place("risk_assessments", "note", assessment) }
    static func riskReport(_ assessment: ID<RiskAssessment>) -> Place {
        Place("risk_assessments", "reported_to", assessment)
    }
}
