import Foundation

/// What the program takes from the world around it: the time, new ids and chance. Tests put in their own, so that
/// whole answers can be compared literally.
public struct Surroundings: Sendable {
    /// The present instant.
    public var now: @Sendable () -> Instant
    /// A new UUIDv7.
    public var newID: @Sendable () -> UUID
    /// So many bytes that nobody can guess.
    public var randomBytes: @Sendable (Int) -> [UInt8]

    /// Surroundings of the caller's making.
    public init(
        now: @escaping @Sendable () -> Instant,
        newID: @escaping @Sendable () -> UUID,
        randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.now = now
        self.newID = newID
        self.randomBytes = randomBytes
    }

    /// The system's clock and the system's random numbers.
    public static let live = Surroundings(
        now: Instant.systemClock,
        newID: {
            var random = SystemRandomNumberGenerator()
            return UUID(version7At: .systemClock(), random: random.next())
        },
        randomBytes: { count in
            var random = SystemRandomNumberGenerator()
            return (0..<max(0, count)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        })

    /// A new id of one kind.
    public func id<Kind>(_: Kind.Type = Kind.self) -> ID<Kind> { ID(newID()) }
}

extension UUID {
    /// A UUIDv7 (RFC 9562, 5.7): milliseconds since 1970, then the fraction of the millisecond in 12 bits (method 3 of
    /// 6.2), so that ids of one server sort by the microsecond, then 62 bits of chance.
    public init(version7At instant: Instant, random: UInt64) {
        let microseconds = UInt64(max(0, instant.microsecondsSince1970))
        let fraction = (microseconds % 1_000) * 4_096 / 1_000
        let high = (microseconds / 1_000) << 16 | 0x7000 | fraction
        let low = random >> 2 | 0x8000_0000_0000_0000
        self = ID<Void>(high: high, low: low).uuid
    }
}
