import Hummingbird
import NIOCore

/// What Hummingbird carries along with a request: its own things and the connection.
public struct CallContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The address at the other end, without its port.
    var remoteAddress: String? { channel.remoteAddress?.ipAddress }
}
