import JSON
import Postgres
import Practice
import WebAPI

extension ProcessNote {
    /// A process note as it is stored: sealed under the key that opens nothing else.
    struct Sealed: Sendable {
        let id: ID<ProcessNote>
        let clientID: ID<Client>
        let body: [UInt8]
        let createdAt: Instant
        let version: Int
    }

    struct Details: Sendable {
        let note: Sealed
        let body: String
    }

    static let bodyLimit = 262_144
    static let textLength = 1...50_000
}

extension Place {
    static func body(of note: ID<ProcessNote>) -> Place { Place("process.notes", "body", note) }
}

extension ProcessNote.Sealed {
    func opened(with vault: Vault) throws(KeyError) -> ProcessNote.Details {
        ProcessNote.Details(note: self, body: try vault.openText(body, at: .body(of: id)))
    }
}

extension ProcessNote.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", note.id)
            json.member("clientId", note.clientID)
            json.member("body", body)
            json.member("createdAt", note.createdAt)
        }
    }
}
