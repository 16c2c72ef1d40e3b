public import EventLedgerCommands
import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension CommandFailure {
    /// What a person can do about a server that cannot listen where it was told to.
    ///
    /// - Parameters:
    ///   - error: what the server threw; for an error of another kind there is no failure.
    ///   - host: where it was to listen, as `--host` says.
    ///   - port: where it was to listen, as `--port` says.
    public init?(_ error: any Error, listeningOn host: String, port: Int) {
        let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        if error is SocketAddressError.UnknownHost {
            self.init(.unavailable, "There is no address '\(host)' to listen on. Give another --host.")
            return
        }
        guard let error = error as? IOError else { return nil }
        switch error.errnoCode {
        case EADDRINUSE:
            self.init(
                .unavailable,
                "The address \(address) is taken: another process listens there. Give another --port, or end that one."
            )
        case EADDRNOTAVAIL:
            self.init(
                .unavailable, "'\(host)' is no address of this machine. Give another --host, such as 127.0.0.1.")
        case EACCES:
            self.init(
                .unavailable, "Listening on \(address) is not permitted. Give another --port, such as one above 1023.")
        default:
            let reason = String(cString: strerror(error.errnoCode))
            self.init(
                .unavailable, "The server cannot listen on \(address) (\(reason)). Give another --host or --port.")
        }
    }
}
