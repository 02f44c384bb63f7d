import HTTPTypes
import Synchronization

/// How much of a limit is left.
public struct LimitState: Sendable, Hashable {
    /// How many tries the window allows.
    public let most: Int
    /// The window, in seconds.
    public let window: Int
    /// How many are left.
    public let remaining: Int
    /// In so many seconds all of them are there again.
    public let resetsIn: Int

    /// Makes a state of a limit.
    public init(most: Int, window: Int, remaining: Int, resetsIn: Int) {
        self.most = most
        self.window = window
        self.remaining = max(0, remaining)
        self.resetsIn = max(0, resetsIn)
    }

    var fields: HTTPFields {
        [
            .rateLimitPolicy: "\"default\";q=\(most);w=\(window)",
            .rateLimit: "\"default\";r=\(remaining);t=\(resetsIn)",
        ]
    }
}

/// The limit that a request has met, for the fields of its answer: of several the one that is nearest to its end.
final class ShownLimit: Sendable {
    private let state = Mutex<LimitState?>(nil)

    func note(_ new: LimitState) {
        state.withLock { state in
            if let known = state, (known.remaining, -known.resetsIn) < (new.remaining, -new.resetsIn) { return }
            state = new
        }
    }

    /// Tells the limit. A refusal says by itself what is left, which is nothing; the policy is added to it where this is
    /// the limit that is used up.
    func tell(in headers: inout HTTPFields) {
        guard let state = state.withLock({ $0 }) else { return }
        if headers[.rateLimit] != nil, state.remaining > 0 { return }
        for field in state.fields where headers[field.name] == nil { headers.append(field) }
    }
}

extension Call {
    /// Has the answer tell how much of a limit is left, whatever becomes of the request.
    public func tell(_ limit: LimitState) { shownLimit.note(limit) }
}
