import JSON
import Practice

extension Answer {
    /// The body with null for what stands at some JSON pointers. Nil where the body is not JSON: then nobody knows where they are.
    func body(without secrets: [String]) -> [UInt8]? {
        guard !secrets.isEmpty else { return body }
        do {
            let whole = try JSONValue(parsing: body)
            return secrets.reduce(whole) { $0.silent(at: $1.split(separator: "/")[...]) }.bytes
        } catch {
            return nil
        }
    }
}

extension JSONValue {
    /// This value with null for the member at the end of a path of names.
    fileprivate func silent(at path: ArraySlice<Substring>) -> JSONValue {
        guard let name = path.first else { return .null }
        guard case .object(let members) = self else { return self }
        return .object(
            members.map { member in
                member.name == name ? JSONMember(member.name, member.value.silent(at: path.dropFirst())) : member
            })
    }
}
