import EventLedgerSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that appears under its name when it is complete: until then it has a temporary name in the same folder.
final class PartialFile: OutputSink {
    private let path: String
    private let partialPath: String
    private let descriptor: Int32

    private init(path: String, partialPath: String, descriptor: Int32) {
        self.path = path
        self.partialPath = partialPath
        self.descriptor = descriptor
    }

    deinit { _ = close(descriptor) }

    static func create(_ path: String) async throws -> PartialFile {
        try await BlockingWork.run {
            let partialPath = "\(path).partial-\(getpid())"
            let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw CommandFailure(
                    .usage,
                    "The file '\(path)' cannot be written (\(String(cString: strerror(errno)))). Check the path."
                )
            }
            return PartialFile(path: path, partialPath: partialPath, descriptor: descriptor)
        }
    }

    func write(_ bytes: [UInt8]) throws { try DescriptorSink.write(bytes, to: descriptor) }

    /// Makes the file durable and gives it its name.
    func finish() async throws {
        try await BlockingWork.run { [path, partialPath, descriptor] in
            guard fsync(descriptor) == 0, rename(partialPath, path) == 0 else {
                throw CommandFailure(
                    .unavailable,
                    "The file '\(path)' cannot be completed (\(String(cString: strerror(errno)))). Try again."
                )
            }
        }
    }

    /// Leaves nothing behind.
    func discard() async {
        try? await BlockingWork.run { [partialPath] in _ = unlink(partialPath) }
    }
}
