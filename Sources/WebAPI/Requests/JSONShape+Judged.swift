import JSON
import Practice

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
        guard let now = asked.now else { return true }
        guard range.contains(day, at: now) else {
            record("out_of_range", range.words(at: now))
            return false
        }
        if range.mayBeToCome(day, at: now) { noteDay(day, range.words(at: now)) }
        return true
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
            if let now = faults.asked.now, !range.contains(instant, at: now) {
                return faults.refuse("out_of_range", range.words(at: now))
            }
            return instant
        }
    }
}
