import Foundation
import Testing

/// How tests wait: as long as it takes (``Patience``). What a client or a waiter gives up after by default is for servers, and
/// on a busy machine is the machine's fault, never the product's.
@Suite struct PatienceTests {
    private static let tests = URL(filePath: #filePath).appending(path: "../..").standardized

    /// What gives up by itself, and what is to stand in its place.
    private static let hurried: [(pattern: String, instead: String)] = [
        (#"PostgresClient\.with\("#, "PostgresClient.patiently"),
        (#"PostgresConfiguration\(connection:"#, "PostgresConfiguration.patient"),
        (#"URLRequest\(url: \w+\)|\.data\(from:"#, "a timeoutInterval of Patience.seconds"),
        (#"TestClient\((?!.*Patience)"#, "a timeout of Patience.long"),
        (#"\.timeLimit\("#, "nothing: no test is timed"),
        (#"\.disabled\(|withKnownIssue"#, "nothing: what is skipped has not been tried"),
        (#"for _ in 0\.\.<[0-9_]+ where"#, "Patience.until"),
        (#"\b(lock|statement|idle_in_transaction_session)_timeout = '?[1-9]"#, "what the client of the test has"),
        (#"(waitTime|connectTime|statementTime|patience)( =|:) \.seconds"#, "Patience.long"),
    ]

    /// Tests of waiting itself, and a client that reaches nobody.
    private static let exempt: Set = [
        "PatienceTests.swift", "Patience.swift", "WaitingTests.swift", "CancellationByTaskTests.swift",
        "RoutingTests.swift",
    ]

    @Test func `no test depends on when a client or a waiter gives up by default`() throws {
        let files = try #require(FileManager.default.enumerator(at: Self.tests, includingPropertiesForKeys: nil))
        var (found, count) = ([String](), 0)
        for case let file as URL in files
        where file.pathExtension == "swift" && !Self.exempt.contains(file.lastPathComponent) {
            count += 1
            let text = try String(contentsOf: file, encoding: .utf8)
            for (pattern, instead) in Self.hurried {
                let expression = try NSRegularExpression(pattern: pattern)
                for match in expression.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
                    let place = Range(match.range, in: text).map { text[$0] } ?? ""
                    found.append("\(file.lastPathComponent): \(place): \(instead)")
                }
            }
        }
        #expect(count > 200)
        #expect(found == [])
    }
}
