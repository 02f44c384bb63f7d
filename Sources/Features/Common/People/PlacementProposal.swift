import JSON
import Practice
import WebAPI

/// Somebody for whom the leader of a group asks for a seat, in the leader's own words. Who it is, and whether the practice
/// knows them, is for the desk to find.
struct PlacementProposal: Sendable {
    let name: String
    let contact: String?
    let note: String?

    init(_ body: inout JSONObjectReader) {
        name = body.required("name", .line(1...200))
        contact = body.optional("contact", .line(1...200))
        note = body.optional("note", .text(1...2_000))
    }

    /// Opens what was sealed.
    init(sealed: [UInt8], of task: ID<FrontDeskTask>, with vault: Vault) throws {
        let json = try JSONValue(parsing: try vault.open(sealed, at: .proposal(of: task)))
        self = try JSONShape.object(PlacementProposal.init).value(of: json)
    }

    func sealed(for task: ID<FrontDeskTask>, with vault: Vault) throws(KeyError) -> [UInt8] {
        try vault.seal(jsonBytes(), at: .proposal(of: task))
    }
}

extension PlacementProposal: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { write(members: &$0) }
    }

    func write(members json: inout JSONWriter) {
        json.member("name", name)
        json.member("contact", contact)
        json.member("note", note)
    }
}

extension Place {
    fileprivate static func proposal(of task: ID<FrontDeskTask>) -> Place { Place("tasks", "proposal", task) }
}
