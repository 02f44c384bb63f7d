import Features
import Postgres
import Practice
import WebAPI

/// The doors of the database that routes go through, as the routes declare them.
public enum UsedDoors {
    /// By action, the kinds of things that it is about; `none` is the practice as a whole, or a list.
    public static let kinds: [String: Set<String>] = {
        let passwords = Passwords(surroundings: .counted(clock: TestClock()), cost: .none)
        let routes = Features.routes(FeatureSettings(openAPI: [], passwords: passwords))
        let doors = routes.compactMap(\.door) + routes.compactMap { $0.other?.door }
        return doors.reduce(into: [:]) { kinds, door in
            let words = door.text.split(separator: "\"").dropFirst().first?.split(separator: " ").map(String.init) ?? []
            kinds[words.first ?? door.text, default: []].insert(words.count == 3 ? words[2] : "none")
        }
    }()
}
