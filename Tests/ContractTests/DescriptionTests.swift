import JSON
import Practice
import Testing
import TestSupport

/// What people read in `openapi.yaml`.
@Suite struct DescriptionTests {
    private let contract: Contract

    init() throws {
        contract = try Contract.current()
    }

    @Test func `every property, parameter and header field says what it is`() {
        var count = 0
        for schema in contract.schemas {
            for property in schema.properties {
                count += 1
                #expect(Self.isDescribed(property.value), "\(schema.name).\(property.name)")
            }
        }
        #expect(count > 1_500)
        for kind in ["parameters", "headers"] {
            for part in contract.document["components"]?[kind]?.fields ?? [] {
                #expect(Self.isDescribed(part.value), "\(part.name)")
            }
        }
        for operation in contract.operations {
            for parameter in operation.description["parameters"]?.list ?? [] where parameter["$ref"] == nil {
                #expect(
                    Self.isDescribed(parameter),
                    "\(operation.method) \(operation.path) \(parameter["name"]?.text ?? "")")
            }
        }
    }

    private static func isDescribed(_ value: JSONValue) -> Bool {
        (value["description"]?.text?.count ?? 0) > 4
    }

    @Test func `every property has an example that keeps its schema`() {
        for schema in contract.schemas {
            for property in schema.properties {
                let name = "\(schema.name).\(property.name)"
                for example in property.value["examples"]?.list ?? [] {
                    #expect(contract.faults(of: example, schema: property.value) == [], "\(name)")
                }
                // What is made of parts has the examples of its parts.
                let kind = contract.meant(property.value)
                let isMadeOfParts = contract.isMadeOfParts(kind)
                #expect(isMadeOfParts || property.value["examples"]?.list.isEmpty == false, "\(name)")
            }
        }
    }

    @Test func `the examples of its parts make a whole of every schema`() {
        for schema in contract.schemas {
            let sample = contract.sample(of: schema.schema)
            #expect(sample != nil, "\(schema.name)")
            #expect(contract.faults(of: sample ?? .null, schema: schema.schema) == [], "\(schema.name)")
        }
    }

    @Test func `a summary says in a few words what a developer looks for`() {
        var summaries: Set<String> = []
        for operation in contract.operations {
            let summary = operation.description["summary"]?.text ?? ""
            #expect((8...90).contains(summary.count), "\(summary)")
            #expect(summary.first?.isUppercase == true && !summary.hasSuffix("."), "\(summary)")
            #expect(summaries.insert(summary).inserted, "\(summary)")
        }
    }

    @Test func `tags stand in the order of the work, and each has operations`() {
        let tags = contract.document["tags"]?.list.compactMap { $0["name"]?.text } ?? []
        let used = Set(contract.operations.flatMap { $0.description["tags"]?.words ?? [] })
        #expect(Set(tags) == used)
        let work = [
            "Sign-in", "Intake", "Clients", "Couples", "Programs", "Groups", "Roster", "Homework", "Notes", "Reports",
        ]
        #expect(tags.filter(work.contains) == work)
        #expect(tags.last == "Meta")
    }
}

extension Contract {
    /// Whether a value of a schema has members, or elements with members, that have examples of their own.
    fileprivate func isMadeOfParts(_ schema: JSONValue) -> Bool {
        let schema = meant(schema)
        if schema["properties"] != nil || schema["oneOf"] != nil || schema["anyOf"] != nil { return true }
        return schema["items"].map(isMadeOfParts) ?? false
    }

    /// A value of a schema, made of its examples; nil where there are none.
    fileprivate func sample(of schema: JSONValue) -> JSONValue? {
        if let example = schema["examples"]?.list.first { return example }
        if let reference = schema["$ref"]?.text?.split(separator: "/").last {
            return document["components"]?["schemas"]?[String(reference)].flatMap(sample)
        }
        if let choice = schema["oneOf"]?.list.first ?? schema["anyOf"]?.list.first { return sample(of: choice) }
        if let properties = schema["properties"]?.fields {
            return .object(
                properties.compactMap { member in sample(of: member.value).map { JSONMember(member.name, $0) } })
        }
        if let element = schema["items"].flatMap(sample) {
            let count = max(1, Int(schema["minItems"]?.number ?? 1))
            return .array(Array(repeating: element, count: count))
        }
        return schema["enum"]?.list.first
    }
}

extension JSONValue {
    fileprivate var number: Double? { if case .number(let number) = self { number.double } else { nil } }
}
