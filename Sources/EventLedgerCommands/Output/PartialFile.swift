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

    /// Makes a file. One of that name is replaced in the end.
    ///
    /// - Parameters:
    ///   - path: The name that it gets when it is complete.
    ///   - kept: Files that must not be replaced, whatever they are called.
    static func create(_ path: String, sparing kept: [String]) async throws -> PartialFile {
        try await BlockingWork.run {
            try Self.checkReplacing(path, sparing: kept)
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

    /// A renamed file takes the place of whatever is there: of a device or a pipe as well, and of the ledger itself.
    private static func checkReplacing(_ path: String, sparing kept: [String]) throws {
        var target = stat()
        guard stat(path, &target) == 0 else { return }
        guard (target.st_mode & mode_t(S_IFMT)) == mode_t(S_IFREG) else {
            throw CommandFailure(.usage, "'\(path)' is not a regular file, so it is not replaced. Name another file.")
        }
        for file in kept {
            var other = stat()
            if stat(file, &other) == 0, other.st_dev == target.st_dev, other.st_ino == target.st_ino {
                throw CommandFailure(
                    .usage, "'\(path)' belongs to the ledger, so it is not replaced. Name another file.")
            }
        }
    }

    func write(_ bytes: [UInt8]) throws { try DescriptorSink.write(bytes, to: descriptor) }

    /// Makes the file durable and gives it its name, which is durable too.
    ///
    /// - Parameter replaces: Whether a file that has this name by now is replaced.
    func finish(replacing replaces: Bool = true) async throws {
        try await BlockingWork.run { [path, partialPath, descriptor] in
            guard Self.sync(descriptor) else { throw Self.failure(path) }
            if replaces {
                guard rename(partialPath, path) == 0 else { throw Self.failure(path) }
            } else {
                try Self.name(partialPath, path)
            }
            try Self.syncFolder(of: path)
        }
    }

    /// A file's name stands in its folder, which is synced by itself.
    private static func syncFolder(of path: String) throws {
        let name = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last?.count ?? 0
        let folder = String(decoding: path.utf8.dropLast(name), as: UTF8.self)
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // One that may be written but not read cannot be opened, and some file systems sync no folders.
        guard descriptor >= 0 else {
            if errno == EACCES { return }
            throw failure(path)
        }
        defer { _ = close(descriptor) }
        guard sync(descriptor) || errno == EINVAL || errno == ENOTSUP else { throw failure(path) }
    }

    /// Waits until the disk has what was written.
    private static func sync(_ descriptor: Int32) -> Bool {
        #if canImport(Darwin)
        // There, fsync leaves it in the disk's own memory.
        if fcntl(descriptor, F_FULLFSYNC) == 0 { return true }
        #endif
        return fsync(descriptor) == 0
    }

    /// Gives a file a name that no other has.
    private static func name(_ partialPath: String, _ path: String) throws {
        // Unlike a new name, a second one never takes the place of another file.
        if link(partialPath, path) == 0 {
            _ = unlink(partialPath)
            return
        }
        let reason = errno
        var target = stat()
        if reason == EEXIST || lstat(path, &target) == 0 {
            throw CommandFailure(
                .negative, "There is a file '\(path)' by now, so it is not replaced. Name another file.")
        }
        // Some file systems know no second names.
        guard reason == EPERM || reason == ENOTSUP || reason == ENOSYS, rename(partialPath, path) == 0 else {
            errno = reason
            throw failure(path)
        }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(
            .unavailable, "The file '\(path)' cannot be completed (\(String(cString: strerror(errno)))). Try again."
        )
    }

    /// Leaves nothing behind.
    func discard() async {
        try? await BlockingWork.run { [partialPath] in _ = unlink(partialPath) }
    }
}
