import JSON
import Practice
import WebAPI

extension CalendarFeed {
    /// A secret address as its owner sees it: not the address itself, which is shown once.
    struct Details: Sendable {
        let id: ID<CalendarFeed>
        let createdAt: Instant
        let lastReadAt: Instant?
        let revokedAt: Instant?
    }

    /// A new one, with the path under which it is read.
    struct New: Sendable {
        let id: ID<CalendarFeed>
        let createdAt: Instant
        let token: Token

        var path: String { "/v1/calendars/\(token.text).ics" }
    }

    /// So many addresses one account may have at a time.
    static let limit = 5
}

extension CalendarFeed.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("createdAt", createdAt)
            json.member("lastReadAt", lastReadAt)
            json.member("revokedAt", revokedAt)
        }
    }
}

extension CalendarFeed.New: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("path", path)
            json.member("createdAt", createdAt)
        }
    }
}
