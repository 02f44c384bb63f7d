import Features
import Foundation
import Postgres
import Practice

/// A practice to look around in, with invented people, and a small second one, to see the wall between them.
package struct DemoWorld: Sendable {
    package static let slug = "saguaro-ridge"
    static let otherSlug = "copper-basin"
    /// Of every demo account. It is printed, so it protects nothing: never seed the demo where real people are.
    package static let password = "three stones mark the path"

    private let hands: any DemoHands

    package init(hands: any DemoHands) { self.hands = hands }

    /// Makes what is missing, each practice in one transaction, and says whether a practice was.
    package func seed() async throws -> Bool {
        let practices = try await hands.client.pipeline(
            Query.rows("select slug, practice_id from practices") { row in
                (slug: try row.next(String.self), id: try row.next(ID<Practice>.self))
            })
        let slugs = practices.map(\.slug)
        for practice in practices where [Self.slug, Self.otherSlug].contains(practice.slug) {
            try await addWhatIsNew(to: practice.id)
        }
        let hash = try await Passwords().hash(try Password(new: Self.password)).text
        var isNew = false
        if !slugs.contains(Self.slug) {
            var scene = try await DemoScene(
                hands, slug: Self.slug, name: "Saguaro Ridge Counseling", passwordHash: hash)
            try scene.addSaguaroRidge()
            try await hands.client.run(scene.statements)
            isNew = true
        }
        if !slugs.contains(Self.otherSlug) {
            var scene = try await DemoScene(
                hands, slug: Self.otherSlug, name: "Copper Basin Counseling", passwordHash: hash)
            _ = scene.staff("Olga Petrov", "owner", [.owner, .admin])
            _ = scene.staff("Ines Duarte", "intake", [.intake])
            _ = scene.staff("Colin Byrne", "counselor", [.counselor], credentials: "LPC")
            try await hands.client.run(scene.statements)
            isNew = true
        }
        return isNew
    }

    /// A demo that was made before there were questionnaires and consents gets those with which a new practice begins.
    private func addWhatIsNew(to practice: ID<Practice>) async throws {
        let now = hands.surroundings.now()
        let enter = hands.enter(practice, "seed.run", at: now)
        let (_, hasDocuments) = try await hands.client.pipeline(
            enter,
            Query.row("select exists (select from consent_documents where practice_id = \(practice))") {
                try $0.next(Bool.self)
            })
        let consents = hasDocuments ? [] : ConsentLibrary.insert(into: practice, at: now, hands.surroundings)
        try await hands.client.run([enter] + (try hands.library(for: practice, exercises: nil, at: now)) + consents)
    }

    package static let signIns = """

        Demo sign-ins; the password of each is: \(password)

          practice \(slug)
            owner        owner@saguaro-ridge.example
            intake       intake@saguaro-ridge.example
            counselor    counselor@saguaro-ridge.example     treats Marcus and, as a couple, Marcus and Dana
            counselor    newcomer@saguaro-ridge.example      treats nobody yet
            facilitator  facilitator@saguaro-ridge.example   leads SABR and Valor groups
            facilitator  leader@saguaro-ridge.example        leads the others
            supervisor   supervisor@saguaro-ridge.example
            intern       intern@saguaro-ridge.example        treats Dana
            auditor      auditor@saguaro-ridge.example
            client       marcus@saguaro-ridge.example
            client       dana@saguaro-ridge.example          his partner
            client       theo@saguaro-ridge.example          16, in a Valor group
            guardian     renee@saguaro-ridge.example         Theo's mother
            and some 80 who went through the groups in a year, such as aaron.whitfield@saguaro-ridge.example

          practice \(otherSlug)
            owner, intake, counselor   owner@, intake@, counselor@copper-basin.example

        """
}
