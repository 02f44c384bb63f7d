import CLibPQ

extension Bindings {
    /// The types as libpq takes them.
    func withTypes<R>(_ body: (UnsafePointer<Oid>?, Int32) -> R) -> R {
        types.withUnsafeBytes { body($0.bindMemory(to: Oid.self).baseAddress, Int32(truncatingIfNeeded: count)) }
    }

    /// The values as libpq takes them, all binary.
    func withParameters<R>(
        _ body: (
            _ count: Int32, _ types: UnsafePointer<Oid>?, _ values: UnsafePointer<UnsafePointer<CChar>?>?,
            _ lengths: UnsafePointer<Int32>?, _ formats: UnsafePointer<Int32>?
        ) -> R
    ) -> R {
        // One value more than there are, so that there is always an address; an empty value needs one: only null has none.
        withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: places.count + 1) { values in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: places.count * 2 + 2) { numbers in
                let lengths = numbers.baseAddress
                let formats = lengths.map { $0 + places.count }
                return bytes.withUnsafeBytes { buffer in
                    let empty = UnsafeRawPointer(values.baseAddress)?.assumingMemoryBound(to: CChar.self)
                    let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self) ?? empty
                    for (index, place) in places.enumerated() {
                        let address = place.flatMap { place in base.map { $0 + place.lowerBound } }
                        values.initializeElement(at: index, to: address)
                        numbers.initializeElement(at: index, to: Int32(truncatingIfNeeded: place?.count ?? 0))
                        numbers.initializeElement(at: places.count + index, to: 1)
                    }
                    return withTypes { types, count in body(count, types, values.baseAddress, lengths, formats) }
                }
            }
        }
    }
}

/// What the server says of a failure, as far as we keep it.
struct ServerFailure {
    let error: PostgresError
    /// The failure ended the connection too.
    let endsConnection: Bool

    /// Nil if it was not the server that spoke, but libpq that found the connection broken.
    init?(_ result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        guard let sqlState = field("C") else { return nil }
        let refusal = PostgresError.Refusal(
            sqlState: sqlState, constraint: field("n"), table: field("t"), column: field("c"),
            raisedCode: sqlState.hasPrefix("PC") ? field("M") : nil, hint: sqlState.hasPrefix("PC") ? field("H") : nil)
        error = PostgresError(.server(refusal))
        let severity = field("V")
        endsConnection = severity == "FATAL" || severity == "PANIC"
    }
}
