import HTTPTypes
import JSON

/// A patch that changes nothing: `{}`. Whoever might change the thing is told what `GET` shows of it, and nothing becomes
/// a new version of anything.
struct EmptyPatch: Sendable {
    private let call: Call
    private let reading: Call
    private let seen: Int

    /// Nil where the patch has members, or where no route shows the thing.
    ///
    /// - Throws: 415, 428 or 400, as any patch does.
    init?(_ call: Call, _ shown: ShownThings) throws(Problem) {
        guard MediaTypes.matches(call.headers.value(.contentType), MediaTypes.mergePatch),
            let bytes = call.bodyBytes, bytes.filter({ !Self.isBlank($0) }).elementsEqual([0x7B, 0x7D]),
            let (route, parameters) = shown.route(to: call.path), route.template == call.route.template
        else { return nil }
        seen = try call.ifMatch()
        self.call = call
        reading = call.reading(call.path, by: route, parameters)
    }

    /// - Throws: as the change would, 412 where the version is another.
    func answer() async throws -> Answer {
        // The door of the change judges who asks, and about what.
        _ = try await call.run { _ in }
        let answer = try await reading.route.handler(reading)
        guard let tag = answer.headers[.eTag], try EntityTag.version(ifMatch: tag) == seen else { throw Problem.stale }
        return answer
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
