import Dispatch

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files in a temporary directory that take the ids that do not fit into memory. All work is done on a thread that may
/// wait for the disk.
struct IDSpill: Sendable {
    /// An id and where it was seen.
    struct Record: Sendable {
        let digest: IDDigest
        let position: Position
    }

    private static let recordBytes = 24

    private let directory: String

    /// Names the directory; it is made with the first file.
    ///
    /// - Parameter parent: Where to make it; the system's temporary directory where it is `nil`.
    init(in parent: String?) {
        directory =
            "\(parent ?? FileManager.default.temporaryDirectory.path)/eventledger-verify-\(TimeOrderedUUID.next())"
    }

    /// Appends records to the file of each partition.
    func append(_ partitions: [[Record]]) async throws {
        try await offPool {
            try prepare()
            for (partition, records) in partitions.enumerated() where !records.isEmpty {
                var bytes: [UInt8] = []
                bytes.reserveCapacity(records.count * Self.recordBytes)
                for record in records {
                    for word in [record.digest.high, record.digest.low, UInt64(bitPattern: record.position.rawValue)] {
                        withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) }
                    }
                }
                try append(bytes, to: file(of: partition))
            }
        }
    }

    /// The records of a partition.
    func read(_ partition: Int) async throws -> [Record] {
        try await offPool {
            let path = file(of: partition)
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            guard let content = FileManager.default.contents(atPath: path), content.count % Self.recordBytes == 0 else {
                throw failure()
            }
            let bytes = [UInt8](content)
            return bytes.withUnsafeBytes { buffer in
                stride(from: 0, to: buffer.count, by: Self.recordBytes).map { offset in
                    Record(
                        digest: IDDigest(
                            high: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                            low: buffer.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
                        ),
                        position: Position(buffer.loadUnaligned(fromByteOffset: offset + 16, as: Int64.self))
                    )
                }
            }
        }
    }

    /// Removes directory and files, if there are any. It also works in a task that was cancelled.
    func remove() async {
        // What cannot be removed from a temporary directory is left to the system that cleans it.
        try? await offPool {
            if FileManager.default.fileExists(atPath: directory) {
                try FileManager.default.removeItem(atPath: directory)
            }
        }
    }

    private func prepare() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: nil)
        } catch {
            throw failure()
        }
    }

    private func append(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "ab") else { throw failure() }
        let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        // Closing writes what is buffered, so it is where a full disk may show.
        guard fclose(file) == 0, written == bytes.count else { throw failure() }
    }

    private func file(of partition: Int) -> String { "\(directory)/\(partition)" }

    private func failure() -> LedgerError {
        LedgerError(
            .unavailable,
            "The temporary directory '\(directory)' cannot be used. Make room there, or choose another with the option "
                + "'temporaryDirectory'.",
            details: ["directory": directory]
        )
    }

    private func offPool<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                do {
                    continuation.resume(returning: try work())
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
