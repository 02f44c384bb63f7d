import Features
import Practice
import TestSupport
import Testing

/// Days that the practice judges, wherever they are sent.
@Suite struct DateBoundsTests {
    @Test func `a guardianship ends after it begins, and a name of before has been, whoever is told`() async throws {
        try await withWorld { (world: World) async throws in
            let house = world.mesa
            let guardian: JSONValue = ["name": "Gus Gray", "phone": "480 555 0177"]
            let path = "/v1/clients/\(house.minor.clientID)/guardians"
            for (day, faults) in [("2026-01-05", ["/until before_from"]), ("2026-01-06", [])] {
                let made = try await world.request(
                    .post, path, as: house.intake,
                    json: ["guardian": guardian, "scopes": ["schedule"], "until": .text(day)])
                #expect(made.faults == faults && made.status == (faults.isEmpty ? 201 : 422), "\(made.text)")
            }
            let acceptance = try await world.offered()
            let name: JSONValue = ["kind": "former", "familyName": "Gold", "until": "2026-01-06"]
            let child: JSONValue = [
                "givenName": "Gina", "familyName": "Gray", "birthDate": "2012-02-03", "otherNames": [name],
            ]
            let accepted = try await world.request(
                .put, acceptance, as: house.intake,
                json: [
                    "kind": "minor", "counselorId": .text("\(house.counselor.accountID)"), "client": child,
                    "guardians": [
                        ["name": "Gus Gray", "scopes": ["schedule"], "until": "2026-01-06"],
                        ["name": "Gia Gray", "scopes": ["schedule"], "until": "2026-01-05"],
                    ],
                ])
            #expect(accepted.faults == ["/guardians/1/until before_from"], "\(accepted.text)")
            let named = try await world.request(
                .put, acceptance, as: house.intake,
                json: [
                    "kind": "minor", "counselorId": .text("\(house.counselor.accountID)"), "client": child,
                    "guardians": [["name": "Gus Gray", "scopes": ["schedule"]]],
                ])
            #expect(named.faults == ["/client/otherNames out_of_range"], "\(named.text)")
            let added = try await world.request(.post, "/v1/clients", as: house.intake, json: child)
            #expect(added.faults == ["/otherNames out_of_range"], "\(added.text)")
        }
    }
}
