import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#endif

/// Finds out before anything is started whether an address can be listened on, to say so in a sentence.
enum PortCheck {
    static func isFree(_ address: Settings.Address, setting: Setting) throws(Refusal) {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        do {
            try bootstrap.bind(host: address.host, port: address.port).flatMap { $0.close() }.wait()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Refusal(
                "Something else already listens on \(address). Stop it, or choose another port with "
                    + "\(setting.rawValue).")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw Refusal("This user may not listen on \(address); ports below 1024 are for root.")
        } catch {
            throw Refusal("\(address) cannot be listened on: \(error).")
        }
    }
}
