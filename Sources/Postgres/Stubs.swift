final class StreamBuffer: Sendable {}
enum CopyStep: Sendable {}
final class Subscription: Sendable {}
struct Subscriptions { var isEmpty: Bool { true }; func finish() {} }
extension Loop {
    func listenerIsReady(_ link: Link) {}
    func subscribe(_ s: Subscription) {}
    func unsubscribe(_ s: Subscription) {}
    func resumeReading(_ id: Int) {}
    func copy(_ step: CopyStep, _ id: Int) {}
    func link(_ link: Link, notifiedOn channel: String, payload: String, by process: Int32) {}
}
