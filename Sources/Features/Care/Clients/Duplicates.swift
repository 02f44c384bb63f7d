import JSON
import Practice
import WebAPI

extension Client {
    /// A chart that may be the person's, and why: a near name, and what else is the same.
    struct Likely: Sendable {
        let client: Listed
        let reasons: [String]
    }

    /// Two charts that an import found to be of one person, perhaps.
    struct LikelyPair: Sendable {
        let first: Listed
        let second: Listed
        let reasons: [String]
        let foundAt: Instant
    }
}

extension Client.Likely: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            client.write(members: &json)
            json.array("reasons", reasons)
        }
    }
}

extension Client.LikelyPair: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.array("clients", [first, second])
            json.array("reasons", reasons)
            json.member("foundAt", foundAt)
        }
    }
}
