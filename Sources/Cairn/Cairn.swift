import ArgumentParser
import Configuration
import NIOPosix
import ServiceLifecycle

@main
struct Cairn: AsyncParsableCommand {
    func run() async throws {}
}
