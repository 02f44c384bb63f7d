import JSON
import Postgres
import Practice
import WebAPI

extension ProgressNote {
    /// What a note is about. A note of a group meeting is one of the group, and one of each attendee for their chart.
    enum Form: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case individual, couple, group, attendee
    }

    enum State: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case draft, signed, cosigned
    }

    enum Modality: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case inPerson = "in_person"
        case telehealth, phone
    }

    /// A note as it is stored: its text sealed.
    struct Sealed: Sendable {
        let id: ID<ProgressNote>
        let form: Form
        let clientID: ID<Client>?
        let coupleID: ID<Couple>?
        let groupID: ID<Group>?
        let meetingID: ID<Meeting>?
        let author: Group.Colleague
        let heldAt: Instant
        let minutes: Int?
        let modality: Modality
        let body: [UInt8]
        let sharedBody: [UInt8]?
        let state: State
        let needsCosignature: Bool
        let createdAt: Instant
        let signature: Signature?
        let cosignature: Signature?
        let version: Int
        let addendumCount: Int
    }

    /// Printed beside a note: who signed it, as they were called on that day (R4-6-1103).
    struct Signature: Sendable {
        let name: String
        let credentials: String?
        let at: Instant
    }

    /// A note as the API shows it.
    struct Details: Sendable {
        let note: Sealed
        let body: String
        let sharedBody: String?
        var attendees: [Attendee]?
        var addenda: [Addendum.Details]?
    }

    /// One attendee's part of a group note, as its author sees it beside the shared part.
    struct Attendee: Sendable {
        let noteID: ID<ProgressNote>
        let clientID: ID<Client>
        let body: String
    }

    /// When, how long and how.
    struct Occasion: Sendable {
        let heldAt: Instant
        let minutes: Int?
        let modality: Modality
    }

    /// The largest body of a request: a shared part and those of a large group.
    static let bodyLimit = 1_048_576
    static let textLength = 1...50_000
}

extension ProgressNote.Sealed {
    /// Opens the text. In a chart of the group it is the shared part.
    func opened(with vault: Vault) throws(KeyError) -> ProgressNote.Details {
        ProgressNote.Details(
            note: self, body: try vault.openText(body, at: .body(of: id)),
            sharedBody: try sharedBody.map { sealed throws(KeyError) in
                try vault.openText(sealed, at: .sharedBody(of: id))
            })
    }
}

extension Place {
    static func body(of note: ID<ProgressNote>) -> Place { Place("progress_notes", "body", note) }
    static func sharedBody(of note: ID<ProgressNote>) -> Place { Place("progress_notes", "shared_body", note) }
    static func body(of addendum: ID<Addendum>) -> Place { Place("note_addenda", "body", addendum) }
}

extension Addendum {
    struct Sealed: Sendable {
        let id: ID<Addendum>
        let body: [UInt8]
        let signature: ProgressNote.Signature
    }

    struct Details: Sendable {
        let id: ID<Addendum>
        let body: String
        let signature: ProgressNote.Signature
    }
}

extension Addendum.Sealed {
    func opened(with vault: Vault) throws(KeyError) -> Addendum.Details {
        Addendum.Details(id: id, body: try vault.openText(body, at: .body(of: id)), signature: signature)
    }
}

extension ProgressNote.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", note.id)
            json.member("kind", note.form)
            json.member("clientId", ifPresent: note.clientID)
            json.member("coupleId", ifPresent: note.coupleID)
            json.member("groupId", ifPresent: note.groupID)
            json.member("meetingId", ifPresent: note.meetingID)
            json.member("author", note.author)
            json.member("heldAt", note.heldAt)
            json.member("minutes", note.minutes)
            json.member("modality", note.modality)
            if note.form == .group {
                json.member("sharedBody", body)
            } else {
                json.member("body", body)
                json.member("sharedBody", ifPresent: sharedBody)
            }
            json.member("state", note.state)
            json.member("needsCosignature", note.needsCosignature)
            json.member("createdAt", note.createdAt)
            json.member("signature", note.signature)
            json.member("cosignature", note.cosignature)
            json.member("addendumCount", note.addendumCount)
            json.member("attendees", ifPresent: attendees)
            json.member("addenda", ifPresent: addenda)
        }
    }
}

extension ProgressNote.Attendee: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("noteId", noteID)
            json.member("clientId", clientID)
            json.member("body", body)
        }
    }
}

extension ProgressNote.Signature: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("credentials", credentials)
            json.member("at", at)
        }
    }
}

extension Addendum.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("body", body)
            json.member("signature", signature)
        }
    }
}
