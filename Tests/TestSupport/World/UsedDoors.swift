import Features
import Foundation
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
        let ofRoutes = doors.reduce(into: [String: Set<String>]()) { kinds, door in
            let words = door.text.split(separator: "\"").dropFirst().first?.split(separator: " ").map(String.init) ?? []
            kinds[words.first ?? door.text, default: []].insert(words.count == 3 ? words[2] : "none")
        }
        return ofRoutes.merging(readings) { $0.union($1) }
    }()

    /// The doors behind a change, through which it is answered with what `GET` shows: `call.reading("client.read", of:
    /// .client("clientId"))`, as the sources say it.
    public static let readings: [String: Set<String>] = {
        let sources = FileManager.default.enumerator(at: Repository.file("Sources"), includingPropertiesForKeys: nil)
        let files = (sources?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
        var kinds: [String: Set<String>] = [:]
        for file in files {
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
            for reading in text.matches(of: /\.reading\(\s*"([a-z_.]+)",\s*of:\s*\.([A-Za-z]+)/) {
                let words = reading.2.map { $0.isUppercase ? "_\($0.lowercased())" : String($0) }.joined()
                kinds[String(reading.1), default: []].insert(words == "practice" ? "none" : words)
            }
        }
        return kinds
    }()
}
