extension JSONShape where Value == Int {
    /// A whole number in a range, however it is written: `7.0` and `70e-1` are 7.
    public static func integer(_ range: ClosedRange<Int>) -> Self {
        Self(placeholder: range.lowerBound) { json, faults in
            guard case .number(let number) = json, number.isWhole else { return faults.wrongType("a whole number") }
            guard let value = number.integer, range.contains(value) else {
                return faults.refuse("out_of_range", "This must be \(range.lowerBound) to \(range.upperBound).")
            }
            return value
        }
    }
}

extension JSONShape where Value == Bool {
    /// `true` or `false`.
    public static var bool: Self {
        Self(placeholder: false) { json, faults in
            guard case .bool(let value) = json else { return faults.wrongType("true or false") }
            return value
        }
    }
}

extension JSONShape where Value == JSONValue {
    /// Any JSON value, as it is but for the blanks at the ends of its texts.
    public static var value: Self {
        Self(placeholder: .null) { json, _ in json.cleaned }
    }
}

extension JSONShape where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enum's words.
    public static func choice(_ type: Value.Type = Value.self) -> Self {
        Self(placeholder: type.allCases[type.allCases.startIndex]) { json, faults in
            guard case .text(let text) = json else { return faults.wrongType("one of the words that the API names") }
            guard let value = Value(rawValue: text) else {
                let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
                return faults.refuse("not_a_choice", "This must be one of: \(words).")
            }
            return value
        }
    }
}

extension JSONShape {
    /// An array of so many values of one shape.
    public static func array<Element>(_ count: ClosedRange<Int>, of element: JSONShape<Element>) -> Self
    where Value == [Element] {
        Self(placeholder: []) { json, faults in
            guard case .array(let values) = json else { return faults.wrongType("an array") }
            if values.count > count.upperBound {
                return faults.refuse("too_many", "This may have \(count.upperBound) elements at most.")
            }
            if values.count < count.lowerBound {
                return faults.refuse("too_few", "This must have \(count.lowerBound) elements at least.")
            }
            var elements: [Element] = []
            elements.reserveCapacity(values.count)
            for (index, value) in values.enumerated() {
                faults.path.enter(element: index)
                if let element = element.read(value, &faults) { elements.append(element) }
                faults.path.leave()
            }
            return elements
        }
    }

    /// An object, read by a closure or an initializer: `.object(Address.init)`.
    public static func object(_ read: @escaping @Sendable (inout JSONObjectReader) -> Value) -> Self {
        Self(placeholder: JSONObjectReader.placeholder(read)) { json, faults in
            guard case .object(let members) = json else { return faults.wrongType("an object") }
            var reader = JSONObjectReader(members, faults)
            let value = read(&reader)
            faults = reader.finish()
            return value
        }
    }
}
