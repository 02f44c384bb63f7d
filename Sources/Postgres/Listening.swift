import CLibPQ
import Synchronization

/// What `NOTIFY` sent: an id and a hint, never the news itself, since notifications are lost while nobody listens.
public struct PostgresNotification: Sendable, Hashable {
    /// The channel it came on.
    public let channel: String
    /// What the sender said; empty for a gap.
    public let payload: String
    /// Listening has just begun, or begun again after the connection was lost: look for yourself what has happened.
    public let isGap: Bool
}

extension PostgresClient {
    /// Listens to a channel, on one connection for all channels, which is made again when it is lost.
    ///
    /// The first element is a gap, and so is one after each reconnection. A reader that falls behind loses the oldest
    /// notifications but is told so by a gap. Ends when the client does.
    public func listen(_ channel: String) -> some AsyncSequence<PostgresNotification, Never> & Sendable {
        AsyncStream(bufferingPolicy: .bufferingNewest(1024)) { continuation in
            let subscription = Subscription(channel: channel, continuation: continuation)
            continuation.onTermination = { [reactor] _ in reactor.post(.unsubscribe(subscription)) }
            if !reactor.post(.subscribe(subscription)) { continuation.finish() }
        }
    }
}

/// One reader of one channel.
final class Subscription: Sendable {
    let channel: String
    private let continuation: AsyncStream<PostgresNotification>.Continuation

    init(channel: String, continuation: AsyncStream<PostgresNotification>.Continuation) {
        self.channel = channel
        self.continuation = continuation
    }

    func deliver(_ payload: String) {
        let notification = PostgresNotification(channel: channel, payload: payload, isGap: false)
        if case .dropped = continuation.yield(notification) { deliverGap() }
    }

    func deliverGap() {
        continuation.yield(PostgresNotification(channel: channel, payload: "", isGap: true))
    }

    func finish() {
        continuation.finish()
    }
}

/// Who listens to what. Pure.
struct Subscriptions {
    private var channels: [String: [Subscription]] = [:]

    var isEmpty: Bool { channels.isEmpty }
    var all: [String] { channels.keys.sorted() }

    subscript(channel: String) -> [Subscription] { channels[channel] ?? [] }

    mutating func add(_ subscription: Subscription) {
        channels[subscription.channel, default: []].append(subscription)
    }

    /// True if it was the last for its channel.
    mutating func remove(_ subscription: Subscription) -> Bool {
        guard channels[subscription.channel] != nil else { return false }
        channels[subscription.channel]?.removeAll { $0 === subscription }
        guard self[subscription.channel].isEmpty else { return false }
        channels[subscription.channel] = nil
        return true
    }

    mutating func finish() {
        for subscription in channels.values.joined() { subscription.finish() }
        channels = [:]
    }
}

extension Loop {
    private var listener: Link? { links.values.first { $0.purpose == .listener } }

    func subscribe(_ subscription: Subscription) {
        guard drainingUntil == nil else { return subscription.finish() }
        subscriptions.add(subscription)
        guard let listener else {
            if !reconnects.contains(where: { $0.purpose == .listener }) { connect(.listener) }
            return
        }
        if listener.phase == .ready { listen(to: [subscription.channel], on: listener) }
    }

    func unsubscribe(_ subscription: Subscription) {
        guard subscriptions.remove(subscription), let listener else { return }
        if subscriptions.isEmpty {
            links[listener.id] = nil
            listener.close()
        } else if listener.phase == .ready {
            tell(listener, ["unlisten \(SQL.identifier(subscription.channel))"], .collect)
        }
    }

    func listenerIsReady(_ link: Link) {
        listen(to: subscriptions.all, on: link)
    }

    func listenerAnswered(_ segment: Segment) {
        guard case .listen(let channels) = segment.kind else { return }
        for channel in channels { subscriptions[channel].forEach { $0.deliverGap() } }
    }

    private func listen(to channels: [String], on link: Link) {
        tell(link, channels.map { "listen \(SQL.identifier($0))" }, .listen(channels))
    }

    private func tell(_ link: Link, _ statements: [SQL], _ kind: Segment.Kind) {
        let segment = Segment(
            statements.map { Statement($0, isPrepared: false) }, kind: kind,
            patience: configuration.patience(with: statements.count), continuation: nil)
        guard link.send(WaitQueue.Entry(element: segment, since: now, deadline: now), now) else { return link.fail() }
    }

    func link(_ link: Link, notifiedOn channel: String, payload: String, by process: Int32) {
        for subscription in subscriptions[channel] { subscription.deliver(payload) }
    }
}
