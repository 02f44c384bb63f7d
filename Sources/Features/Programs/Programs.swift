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
        let version: Int
    }

    /// What a new program is made of.
    struct New: Sendable {
        let name: String
        let description: String
        let isPublished: Bool
        let minimumAge: Int?
        let maximumAge: Int?
    }

    /// What may be changed of a program.
    struct Change: Sendable {
        let name: String?
        let description: String?
        let isPublished: Bool?
        let minimumAge: Patch<Int>
        let maximumAge: Patch<Int>
    }

    static let ages = 0...120

    /// What the constraints of the table say about members.
    static let faults: [String: FieldFault] = [
        "programs_name_is_taken": FieldFault("/name", "taken", "Another program has this name."),
        "programs_age_range": FieldFault("/maximumAge", "out_of_range", "This must not be below the minimum age."),
    ]
}

extension Program.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("description", description)
            json.member("published", isPublished)
            json.member("minimumAge", minimumAge)
            json.member("maximumAge", maximumAge)
        }
    }
}
