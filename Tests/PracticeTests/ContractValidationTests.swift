import JSON
import Practice
import Testing
import TestSupport

/// The validator that holds every answer of the tests against `openapi.yaml`.
@Suite struct ContractValidationTests {
    private func faults(_ value: JSONValue, _ schema: JSONValue) -> [String] {
        Contract(document: ["components": ["schemas": ["ID": ["type": "string", "format": "uuid"]]]])
            .faults(of: value, schema: schema)
    }

    @Test(
        arguments: [
            (1, ["type": "integer"]), (1.0, ["type": "integer"]), (nil, ["type": ["string", "null"]]),
            ("a", ["enum": ["a", "b"]]), ("0190163d-8694-739b-aea5-966c26f8ad91", ["$ref": "#/components/schemas/ID"]),
            (
                ["a": 1],
                ["type": "object", "required": ["a"], "properties": ["a": true], "additionalProperties": false]
            ),
            ([1, 2], ["type": "array", "items": ["minimum": 1, "maximum": 2], "uniqueItems": true]),
            ("2026-01-05", ["format": "date"]), ("ab", ["minLength": 2, "maxLength": 2, "pattern": "^a"]),
            (
                ["a": 1, "b": 2],
                ["allOf": [["properties": ["a": true]]], "properties": ["b": true], "unevaluatedProperties": false]
            ),
            (1, ["oneOf": [["type": "integer"], ["type": "string"]]]), (1, ["not": ["type": "string"]]),
        ] as [(JSONValue, JSONValue)])
    func `a value that keeps its schema has no faults`(value: JSONValue, schema: JSONValue) {
        #expect(faults(value, schema) == [])
    }

    @Test(
        arguments: [
            (1.5, ["type": "integer"], "/: is not integer"), (nil, ["type": "string"], "/: is not string"),
            ("c", ["enum": ["a", "b"]], "/: is none of the enum"), ("x", ["const": "y"], "/: is not the constant"),
            (["b": 1], ["properties": ["a": true], "additionalProperties": false], "/: b is not in the schema"),
            ([:], ["required": ["a"]], "/: a is missing"),
            ([1, [3]], ["items": ["type": "integer"]], "/1: is not integer"),
            ("2026-02-30", ["format": "date"], "/: is not in the format date"),
            ("abc", ["maxLength": 2], "/: breaks maxLength 2"), ("b", ["pattern": "^a"], "/: does not match ^a"),
            (3, ["maximum": 2], "/: breaks maximum 2"), ([1, 1], ["uniqueItems": true], "/: breaks uniqueItems true"),
            (
                ["a": 1, "c": 2], ["allOf": [["properties": ["a": true]]], "unevaluatedProperties": false],
                "/: c is not in the schema"
            ),
            (1, ["oneOf": [["type": "integer"], ["type": "number"]]], "/: matches 2 of oneOf"),
            (
                1, ["$ref": "#/components/schemas/None"],
                "/: the schema refers to what is not there: #/components/schemas/None"
            ),
            (1, ["typo": "integer"], "/: the schema has a keyword that is not understood: typo"),
        ] as [(JSONValue, JSONValue, String)])
    func `a value that breaks its schema is told why`(value: JSONValue, schema: JSONValue, fault: String) {
        #expect(faults(value, schema) == [fault])
    }

    private let contract = Contract(document: [
        "paths": [
            "/v1/things/{thingId}": [
                "get": [
                    "responses": [
                        "200": [
                            "headers": ["ETag": ["required": true, "schema": ["type": "string"]]],
                            "content": ["application/json": ["schema": ["type": "object", "required": ["id"]]]],
                        ]
                    ]
                ]
            ]
        ]
    ])

    private func faults(_ status: Int, _ headers: [String: String], _ body: String, _ method: String = "GET")
        -> [String]
    {
        contract.faults(
            of: TestAnswer(status: status, headers: headers, body: Array(body.utf8)), to: method, "/v1/things/7")
    }

    @Test func `an answer must be declared: its status, its type, its header fields and its body`() {
        let json = ["content-type": "application/json; charset=utf-8", "etag": "\"1\""]
        #expect(faults(200, json, #"{"id":1}"#) == [])
        #expect(faults(200, json, "{}") == ["/: id is missing"])
        #expect(faults(201, json, "{}") == ["status 201 is not declared"])
        #expect(faults(200, ["content-type": "application/json"], #"{"id":1}"#) == ["the header ETag is missing"])
        #expect(
            faults(200, ["content-type": "text/html", "etag": "\"1\""], "") == [
                "the content type “text/html” is not declared"
            ])
        #expect(faults(200, json, "{}", "POST") == ["POST is not declared"])
        #expect(faults(405, [:], "", "POST") == [])
    }

    private let asking = Contract(document: [
        "paths": [
            "/v1/things/{thingId}": [
                "parameters": [["name": "thingId", "in": "path", "schema": ["type": "integer"]]],
                "patch": [
                    "parameters": [
                        ["name": "limit", "in": "query", "schema": ["type": "integer", "maximum": 9]],
                        ["name": "total", "in": "query", "required": true, "schema": ["type": "boolean"]],
                        ["name": "word", "in": "query", "schema": ["type": "string", "pattern": "^a b$"]],
                    ],
                    "requestBody": [
                        "required": true, "content": ["application/json": ["schema": ["required": ["name"]]]],
                    ],
                ],
            ],
            "/v1/things/all": ["patch": [:]],
        ]
    ])

    @Test(
        arguments: [
            ("/v1/things/7?limit=9&total=true&word=a%20b", "application/json", #"{"name":1}"#, []),
            ("/v1/things/7?total=true&word=a+b", "application/json; charset=utf-8", #"{"name":1}"#, []),
            ("/v1/things/all", nil, nil, []),
            ("/v1/things/x?total=true", "application/json", #"{"name":1}"#, ["the parameter thingId/: is not integer"]),
            ("/v1/things/7", "application/json", #"{"name":1}"#, ["the parameter total is missing"]),
            (
                "/v1/things/7?total=1&limit=10&sort=up", "application/json", "{}",
                [
                    "the parameter total/: is not boolean", "the parameter limit/: breaks maximum 9",
                    "the parameter sort is not declared", "of the request, /: name is missing",
                ]
            ),
            ("/v1/things/7?total=true", nil, nil, ["the body is missing"]),
            (
                "/v1/things/7?total=true", "text/csv", "a",
                ["the content type “text/csv” of the request is not declared"]
            ),
            ("/v1/things/7?total=true", "application/json", "{", ["the body of the request is not JSON"]),
            ("/v1/things/all", "application/json", "{}", ["a body of the request is not declared"]),
        ] as [(String, String?, String?, [String])])
    func `a request that is taken must be declared: its parameters and its body`(
        uri: String, type: String?, body: String?, faults: [String]
    ) {
        let request = TestRequest("PATCH", uri, contentType: type, body: body.map { Array($0.utf8) })
        #expect(asking.faults(ofTaken: request) == faults)
    }

    @Test func `the application answers, and its answer is held against the file`() async throws {
        try await withWorld { world in
            let answer = try await world.request(.get, "/v1/no-such-path", as: world.mesa.owner)
            #expect(answer.status == 404)
            #expect(answer.code == "no_such_path")
        }
    }
}
