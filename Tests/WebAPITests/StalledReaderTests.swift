import NIOCore
import NIOEmbedded
import Testing

@testable import WebAPI

@Suite struct StalledReaderTests {
    @Test func `who takes nothing for half a minute is hung up on, and who takes something is not`() throws {
        let loop = EmbeddedEventLoop()
        let channel = EmbeddedChannel(handler: StalledReaderHandler(), loop: loop)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/tmp/x")).wait()
        func set(isWritable: Bool) {
            channel.isWritable = isWritable
            channel.pipeline.fireChannelWritabilityChanged()
        }
        set(isWritable: false)
        loop.advanceTime(by: .seconds(29))
        #expect(channel.isActive)
        set(isWritable: true)
        loop.advanceTime(by: .seconds(60))
        #expect(channel.isActive)
        set(isWritable: false)
        set(isWritable: false)
        loop.advanceTime(by: .seconds(29))
        #expect(channel.isActive)
        loop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }
}
