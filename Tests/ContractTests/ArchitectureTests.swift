import Testing

/// The shape of the sources, where a program can see it. That features do not call each other is in `FeatureFloorTests`, what
/// SQL files look like in `SQLStyleTests`. What may be otherwise stands here, with its reason.
@Suite struct ArchitectureTests {
    /// Where SQL stands in files that are not called `…+SQL.swift`.
    private static let homesOfSQL = [
        "Sources/Postgres/": "It is what statements are made with, and the migrator.",
        "Sources/Demo/": "The demo is a story told in inserts: each stands beside the people it tells of.",
    ]
    /// What names the request, the keys or chance in a `+SQL` file.
    private static let knowersOfTheCall = [
        "Sources/Features/Intake/Screening/Library/QuestionnaireLibrary+SQL.swift: insert":
            "It draws an id for each questionnaire of the library.",
        "Sources/Features/Common/Limits/Draws+SQL.swift: Call":
            "A limiter draws by what it knows of who asks, and tells the answer what is left.",
        "Sources/Features/Common/Limits/Failures+SQL.swift: Call":
            "A limiter counts by what it knows of who asks, and tells the answer what is left.",
        "Sources/Features/Common/Limits/Failures+SQL.swift: secondFactorFailures":
            "How many failures are left it tells the answer, as it reads the row.",
        "Sources/Features/Accounts/SignIn/SignIn+SQL.swift: tried":
            "A stranger's try: how many failures are left it tells the answer, as it reads the row.",
    ]
    /// Functions of more than 40 lines. Those of tests are stories, one step after the other, and are not counted.
    private static let longFunctions = [
        "Sources/Features/Accounts/Keys/KeyRoutes.swift: routes": "A table of routes, of which most need a line more."
    ]

    @Test func `a Swift file has no more than 300 lines`() throws {
        let files = try SwiftShape.all(in: "Sources", "Tests")
        #expect(files.count > 400)
        #expect(files.filter { $0.count > 300 }.map(\.path) == [])
    }

    @Test func `a function has no more than 40 lines`() throws {
        let functions = try SwiftShape.all(in: "Sources").flatMap { file in file.functions.map { (file.path, $0) } }
        #expect(functions.count > 3_000)
        let long = functions.filter { $0.1.count > 40 }.map { "\($0.0): \($0.1.name)" }
        #expect(Set(long).subtracting(Self.longFunctions.keys) == [])
        #expect(Set(Self.longFunctions.keys).subtracting(long) == [], "what is short again is no exception any more")
    }

    @Test func `SQL stands in +SQL files alone`() throws {
        let files = try SwiftShape.all(in: "Sources")
        let others = files.filter { !$0.path.hasSuffix("+SQL.swift") }
        #expect(files.count - others.count > 100)
        let elsewhere = others.filter { $0.texts.contains(where: SwiftShape.isSQL) }.map(\.path)
        let homes = Self.homesOfSQL.keys
        #expect(elsewhere.filter { path in !homes.contains { path.hasPrefix($0) } } == [])
        #expect(
            homes.filter { home in !elsewhere.contains { $0.hasPrefix(home) } } == [],
            "what has none any more is no exception any more")
    }

    /// It takes what it needs, such as the practice, the time, ids and hashes: so anything can ask, and one sees what a statement
    /// hangs on.
    @Test func `SQL knows nothing of the request`() throws {
        let files = try SwiftShape.all(in: "Sources/Features").filter { $0.path.hasSuffix("+SQL.swift") }
        #expect(files.count > 80)
        let knowing = files.flatMap { file in
            ["Call", "ServerKeys", "Surroundings"].flatMap(file.declarations(naming:)).map { "\(file.path): \($0)" }
        }
        #expect(Set(knowing).subtracting(Self.knowersOfTheCall.keys) == [])
        #expect(
            Set(Self.knowersOfTheCall.keys).subtracting(knowing) == [],
            "what has none any more is no exception any more")
    }
}

/// That the checks above see what they look for.
@Suite struct SwiftShapeTests {
    @Test(arguments: [(300, 300), (301, 301)])
    func `lines are counted, and the line feed at the end is not one more`(lines: Int, count: Int) {
        let text = String(repeating: "// One.\n", count: lines)
        #expect(SwiftShape(path: "Sources/Long.swift", text: text).count == count)
    }

    @Test(arguments: [
        "    func carryOut(_ plan: Plan) async throws -> Made {", "    private init?(_ row: inout Row) throws {",
        "    @discardableResult public static func + (left: Self, right: Self) -> Self {", "    var routes: [Route] {",
        "    func seal(\n        while goesOn: () -> Bool = { true }\n    ) async throws -> Int {",
        "    func cells(_ question: Question)\n        -> [Cell]\n    {",
        "    package nonisolated func `a name`<each V>() {",
    ])
    func `a function is as long as from its first line to its brace`(head: String) {
        let head = "struct One {\n    func short() -> Int { 1 }\n    let before = 0\n\n\(head)\n"
        for inner in [35, 36, 60] {
            let body = String(repeating: "        try await (\"{\", { $0 }, [\"}\"])\n", count: inner)
            let file = SwiftShape(path: "One.swift", text: head + body + "    }\n\n    func last() {\n    }\n}\n")
            let lines = head.split(separator: "\n").count - 3
            #expect(file.functions.map(\.count) == [1, lines + inner + 1, 2])
        }
    }

    @Test func `a declaration is seen to name a type`() {
        let text = """
            extension Call {
                /// Draws for a Call.
                func draw() -> Query { .run("Call") }
            }

            extension Couple {
                let callers: [Caller] = []

                static func one(_ id: ID<Couple>, _ call: Call) -> Query {
                }
                static func insert(
                    _ id: ID<Couple>, _ call: Call
                ) -> Query {
                    Call.none
                }
                init(_ call: Call?) {
                }
            }
            """
        let declarations = SwiftShape(path: "One+SQL.swift", text: text).declarations(naming: "Call")
        #expect(declarations == ["Call", "draw", "one", "insert", "insert", "init"])
    }

    @Test func `what has no body is no function`() {
        let text = """
            protocol Hands {
                var client: Client { get }
                func enter(_ practice: Practice) -> Query
                func library(
                    for practice: Practice
                ) throws -> [Query]
            }

            func after() {
            }
            """
        let functions = SwiftShape(path: "Hands.swift", text: text).functions
        #expect(functions == [.init(name: "client", count: 1), .init(name: "after", count: 2)])
    }

    @Test(arguments: [
        #".rows("select practice_id from practices") { try $0.next() }"#,
        #"Query.run("select from access.hold(\(clients))")"#, #".run("set local work_mem = '4MB'")"#,
        #"let account: SQL = "access.account_of(\(id), null)""#,
        #"practice = "(select practice_id from named(\(slug)))""#,
        #"filter.page.total("from groups g where \(conditions)")"#,
        ".run(\n    \"\"\"\n    insert into staff (practice_id)\n    values (1)\n    \"\"\")",
        ".run(\n    \"\"\"\n    update tasks t\n    set done_at = 1\n    \"\"\")",
        ".row(\n    \"\"\"\n    with target as materialized (select 1)\n    table target\n    \"\"\", read)",
        ".run(\n    \"\"\"\n    delete from attachments\n    \"\"\")",
        "\"\"\"\n    with \\(question.span) select 1\n    \"\"\"",
        "\"\"\"\n    and exists (\n        select from enrollments)\n    \"\"\"",
    ])
    func `a statement is seen`(code: String) {
        let file = SwiftShape(path: "Sources/Features/One.swift", text: "extension One {\n    \(code)\n}\n")
        #expect(!file.statements.isEmpty)
    }

    @Test(arguments: [
        #"/// Calls `"select practice_id from practices"`."#, #"throw Refusal("Give --name, and update the day.")"#,
        #"let select = words["with"]"#, #"case .stale: "Read it again, and select another.""#,
        #"log("Updated \(count) with \(name) from where it stood")"#,
        "\"\"\"\n    A plan: delete what hurts you.\n    \"\"\"",
    ])
    func `what is none is not taken for one`(code: String) {
        let file = SwiftShape(path: "Sources/Features/One.swift", text: "extension One {\n    \(code)\n}\n")
        #expect(file.statements == [])
    }
}
