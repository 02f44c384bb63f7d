import Practice

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

extension JSONShape {
    /// The id of a thing of one kind. The database judges whether it is there for the caller, before the handler's own
    /// statements (``Referable``).
    public static func id<Kind: Referable>(_ kind: Kind.Type = Kind.self) -> Self where Value == ID<Kind> {
        let judgedAs = Kind.referenceKind
        return Self(placeholder: .nil) { json, faults in
            let id: ID<Kind>? = faults.id(json)
            if let id { faults.refer(to: ID<Void>(id.uuid), of: judgedAs) }
            return id
        }
    }

    /// An id that is only compared: with what the request's own thing has, or with what stands in rows that the caller
    /// sees anyway. Nobody judges it, because whatever it is, it finds nothing else. So too the account that is put to a
    /// chart, of which `access.link_account` says who may know it.
    public static func criterion<Kind>(_ kind: Kind.Type = Kind.self) -> Self where Value == ID<Kind> {
        Self(placeholder: .nil) { json, faults in faults.id(json) }
    }
}

extension FaultSink {
    fileprivate mutating func id<Kind>(_ json: JSONValue) -> ID<Kind>? {
        guard case .text(let text) = json else { return wrongType("an id") }
        guard let id = ID<Kind>(text) else { return refuse("not_an_id", "This must be an id.") }
        return id
    }
}

extension FaultSink {
    /// Whether a day may lie in a range. Whether one that ends today has come where the practice is, the database judges.
    fileprivate mutating func judge(_ day: Day, in range: SensibleDays) -> Bool {
        guard let now else { return true }
        guard range.contains(day, at: now) else {
            record("out_of_range", range.words(at: now))
            return false
        }
        if range.mayBeToCome(day, at: now) { noteDay(day, range.words(at: now)) }
        return true
    }
}

extension JSONShape where Value == Day {
    /// A day, `YYYY-MM-DD`.
    public static var day: Self {
        Self(placeholder: Day(daysSince1970: 0)) { json, faults in
            guard case .text(let text) = json else { return faults.wrongType("a day, YYYY-MM-DD") }
            guard let day = Day(text) else { return faults.refuse("not_a_day", "This must be a day, YYYY-MM-DD.") }
            return day
        }
    }
}

extension JSONShape where Value == PartialDay {
    /// A day that makes sense for what it is about, or the year or the month of one: `YYYY-MM-DD`, `YYYY-MM`, `YYYY`.
    public static func partialDay(_ range: SensibleDays) -> Self {
        Self(placeholder: PartialDay(Day(daysSince1970: 0))) { json, faults in
            guard case .text(let text) = json else {
                return faults.wrongType("a day, YYYY-MM-DD, or its year or month")
            }
            guard let day = PartialDay(text) else {
                return faults.refuse(
                    "not_a_day", "This must be a day, YYYY-MM-DD, or its month or year: YYYY-MM, YYYY.")
            }
            return faults.judge(day.earliest, in: range) ? day : nil
        }
    }
}

extension JSONShape where Value == Day {
    /// A day that makes sense for what it is about: any other is refused with the range that is meant.
    public static func day(_ range: SensibleDays) -> Self {
        Self(placeholder: Day(daysSince1970: 0)) { json, faults in
            guard let day = Self.day.read(json, &faults), faults.judge(day, in: range) else { return nil }
            return day
        }
    }
}

extension JSONShape where Value == Instant {
    /// An instant that makes sense for what it is about: any other is refused with the range that is meant.
    public static func instant(_ range: SensibleDays) -> Self {
        Self(placeholder: Instant(microsecondsSince1970: 0)) { json, faults in
            guard let instant = Self.instant.read(json, &faults) else { return nil }
            if let now = faults.now, !range.contains(instant, at: now) {
                return faults.refuse("out_of_range", range.words(at: now))
            }
            return instant
        }
    }

    /// An instant as RFC 3339 writes it.
    public static var instant: Self {
        Self(placeholder: Instant(microsecondsSince1970: 0)) { json, faults in
            guard case .text(let text) = json else { return faults.wrongType("an instant, as RFC 3339 writes it") }
            guard let instant = Instant(text) else {
                return faults.refuse("not_an_instant", "This must be an instant, as RFC 3339 writes it.")
            }
            return instant
        }
    }
}

extension JSONShape where Value == LocalTime {
    /// A time of day, `HH:MM`.
    public static var localTime: Self {
        Self(placeholder: .midnight) { json, faults in
            guard case .text(let text) = json else { return faults.wrongType("a time of day, HH:MM") }
            guard let time = LocalTime(text) else {
                return faults.refuse("not_a_time", "This must be a time of day, HH:MM.")
            }
            return time
        }
    }
}

extension JSONShape where Value == TimeZoneID {
    /// A time zone of the IANA database.
    public static var timeZone: Self {
        Self(placeholder: .utc) { json, faults in
            guard case .text(let text) = json else { return faults.wrongType("the name of a time zone") }
            guard let zone = TimeZoneID(text) else {
                return faults.refuse("not_a_time_zone", "This must be a time zone such as America/Phoenix.")
            }
            return zone
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
