import EventLedgerSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads a file or standard input, block by block.
final class FileSource: ByteSource {
    private static let blockSize = 64 * 1024

    private let descriptor: Int32
    private let isOwned: Bool

    /// Takes an open file, which stays open.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        isOwned = false
    }

    private init(owning descriptor: Int32) {
        self.descriptor = descriptor
        isOwned = true
    }

    deinit { if isOwned { _ = close(descriptor) } }

    static func open(_ path: String) async throws -> FileSource {
        try await BlockingWork.run {
            let descriptor = descriptorForReading(path)
            guard descriptor >= 0 else {
                throw CommandFailure(
                    .usage, "The file '\(path)' cannot be read (\(String(cString: strerror(errno)))). Check the path."
                )
            }
            return FileSource(owning: descriptor)
        }
    }

    func next() async throws -> [UInt8]? {
        try await BlockingWork.run { [descriptor] in
            var count = 0, reason: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: Self.blockSize) { buffer, initialized in
                repeat {
                    count = read(descriptor, buffer.baseAddress, buffer.count)
                    reason = errno
                } while count < 0 && reason == EINTR
                initialized = max(0, count)
            }
            guard count >= 0 else {
                throw CommandFailure(.usage, "The input cannot be read (\(String(cString: strerror(reason)))).")
            }
            return bytes.isEmpty ? nil : bytes
        }
    }
}

// A free function: within the class, `open` is the method.
private func descriptorForReading(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC) }
