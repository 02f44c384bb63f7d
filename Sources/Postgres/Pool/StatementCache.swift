/// Which statements one connection has prepared, the least recently used leaving first.
///
/// Pure. A statement counts as prepared only when the server has said so; while that answer is outstanding,
/// other segments send the statement unnamed, since the segment that prepares it may abort before it gets there.
struct StatementCache {
    enum Use: Equatable {
        /// Execute under this name.
        case ready(String)
        /// Prepare under this name, then execute under it.
        case prepare(String)
        /// Send without a name.
        case unnamed
    }

    let capacity: Int
    private var entries: [StatementKey: Entry] = [:]
    private var ordinal = 0
    private var tick = 0

    private struct Entry {
        let name: String
        var isReady: Bool
        var used: Int
    }

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { entries.count }
    var isOverfull: Bool { entries.count > capacity }

    mutating func use(_ key: StatementKey) -> Use {
        tick += 1
        if let index = entries.index(forKey: key) {
            guard entries.values[index].isReady else { return .unnamed }
            entries.values[index].used = tick
            return .ready(entries.values[index].name)
        }
        guard capacity > 0, entries.count < capacity || entries.values.contains(where: \.isReady) else {
            return .unnamed
        }
        ordinal += 1
        let name = "s\(ordinal)"
        entries[key] = Entry(name: name, isReady: false, used: tick)
        return .prepare(name)
    }

    /// The server has prepared the statement.
    mutating func prepared(_ key: StatementKey) {
        entries[key]?.isReady = true
    }

    /// The server did not prepare the statement, or has forgotten it.
    mutating func forget(_ key: StatementKey) {
        entries[key] = nil
    }

    /// The name of a statement to deallocate, if there are more than fit.
    mutating func evict() -> String? {
        guard entries.count > capacity else { return nil }
        guard let oldest = entries.filter(\.value.isReady).min(by: { $0.value.used < $1.value.used }) else {
            return nil
        }
        entries[oldest.key] = nil
        return oldest.value.name
    }
}
