import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A temporary folder, and the processes that work in it.
package final class ProcessFolder: Sendable {
    private let folder: String
    private let children = Mutex<[ChildProcess]>([])

    /// Runs `body` with a new folder. Afterwards, whatever happens, its processes have ended and it is gone.
    package static func with<Value>(_ body: (ProcessFolder) async throws -> Value) async throws -> Value {
        let folder = try ProcessFolder()
        do {
            let value = try await body(folder)
            await folder.clear()
            return value
        } catch {
            await folder.clear()
            throw error
        }
    }

    private init() throws {
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("research-processes-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// The absolute path of a file in the folder.
    package func path(_ name: String) -> String { folder + "/" + name }

    /// Makes a folder in the folder.
    ///
    /// - Returns: its absolute path.
    package func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
        return path(name)
    }

    /// The text of a file; `nil` where there is none.
    package func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: path(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Removes a file, if it is there.
    package func remove(_ name: String) { try? FileManager.default.removeItem(atPath: path(name)) }

    /// Starts an executable.
    ///
    /// - Parameters:
    ///   - variables: what its environment has beside that of this process.
    ///   - limit: after so many seconds it is killed.
    package func start(
        _ program: Program, _ arguments: [String], variables: [String: String] = [:], limit: Int = 240
    ) throws -> ChildProcess {
        let child = try ChildProcess(
            program, arguments, writingTo: path("output-\(UUID().uuidString)"), variables: variables, limit: limit)
        children.withLock { $0.append(child) }
        return child
    }

    private func clear() async {
        let all = children.withLock { $0 }
        for child in all { child.send(SIGKILL) }
        for child in all { _ = await child.finished() }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
