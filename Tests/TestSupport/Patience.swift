/// How long a test waits for what has to come. Nothing is measured by it: on a busy machine everything takes longer, and
/// whoever gives up earlier reports the machine, not the product.
public enum Patience {
    /// For one answer, statement or event.
    public static let long: Duration = .seconds(600)
    /// The same in seconds, for what counts so.
    public static let seconds = 600.0

    /// Asks again and again until the answer is yes; no after ``long``.
    public static func until(_ isSo: () async throws -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + long
        while ContinuousClock.now < end {
            if try await isSo() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
