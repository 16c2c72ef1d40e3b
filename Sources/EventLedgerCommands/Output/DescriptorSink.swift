#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes to an open file of the process; it stays open.
struct DescriptorSink: OutputSink {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func write(_ bytes: [UInt8]) throws { try Self.write(bytes, to: descriptor) }

    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = writeSome(UnsafeRawBufferPointer(rebasing: rest), to: descriptor)
                let reason = errno
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if reason == EPIPE {
                    throw ClosedPipe()
                } else if reason != EINTR && reason != EAGAIN {
                    throw CommandFailure(
                        .unavailable,
                        "The output cannot be written (\(String(cString: strerror(reason)))). Free some space."
                    )
                }
            }
        }
    }
}

// A free function: within the type, `write` is the method.
private func writeSome(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
