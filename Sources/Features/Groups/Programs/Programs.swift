import JSON
import Postgres
import Practice
import WebAPI

extension Program {
    /// A program as the API shows it. Ages, sizes and names are the practice's own: data, never code.
    struct Details: Sendable {
        let id: ID<Program>
        let name: String
        let description: String
        let isPublished: Bool
        let minimumAge: Int?
        let maximumAge: Int?
        let consents: [String]
        let version: Int
    }

    /// A program with the whole way through it.
    struct Path: Sendable {
        let program: Details
        let tracks: [Track.Details]
        let phases: [Phase.Details]
    }

    /// What a new program is made of.
    struct New: Sendable {
        let name: String
        let description: String
        let isPublished: Bool
        let minimumAge: Int?
        let maximumAge: Int?
        let consents: [String]
    }

    /// What may be changed of a program.
    struct Change: Sendable {
        let name: String?
        let description: String?
        let isPublished: Bool?
        let minimumAge: Patch<Int>
        let maximumAge: Patch<Int>
        let consents: [String]?
    }

    static let ages = 0...120

    /// What the constraints of the table say about members.
    static let faults: [String: FieldFault] = [
        "programs_name_is_taken": FieldFault("/name", "taken", "Another program has this name."),
        "programs_age_range": FieldFault("/maximumAge", "out_of_range", "This must not be below the minimum age."),
        "no_such_kind": FieldFault("/consents", "unknown", "The practice has no document of one of these kinds."),
    ]
}

extension Program.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { members(&$0) }
    }

    fileprivate func members(_ json: inout JSONWriter) {
        json.member("id", id)
        json.member("name", name)
        json.member("description", description)
        json.member("published", isPublished)
        json.member("minimumAge", minimumAge)
        json.member("maximumAge", maximumAge)
        json.array("consents", consents)
    }
}

extension Program.Path: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            program.members(&json)
            json.array("tracks", tracks)
            json.array("phases", phases)
        }
    }
}
