#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension WorkerName {
    /// A new name for a worker of this process: host, process id and a few random digits, so that several workers of one
    /// process can be told apart.
    public static func ofThisProcess() -> WorkerName {
        // Asked of the kernel: Foundation's host name may wait for a name server.
        var buffer = [CChar](repeating: 0, count: 201)
        let isKnown = gethostname(&buffer, 200) == 0
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let host = isKnown && !bytes.isEmpty ? String(decoding: bytes, as: UTF8.self) : "host"
        return WorkerName("\(host)/\(getpid())/\(String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16))")
    }
}
