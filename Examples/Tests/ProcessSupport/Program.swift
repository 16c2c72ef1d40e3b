import Foundation

/// An executable of the example.
package enum Program: String, Sendable {
    case collector, worker, agents
    case cloudTasksLocal = "cloud-tasks-local"

    /// It has not been built.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Where it stands: SwiftPM puts executables beside the tests.
    ///
    /// - Throws: where it stands nowhere.
    package func path() throws -> String {
        let folders = Self.folders
        let found = folders.map { $0 + "/" + rawValue }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            throw Missing(description: "The executable '\(rawValue)' is in none of \(folders). Build it: swift build")
        }
        return found
    }

    private static var folders: [String] {
        let arguments = ProcessInfo.processInfo.arguments.map { URL(fileURLWithPath: $0).path }
        // On Linux the first argument is the tests' own executable. On macOS a helper runs them, and another argument
        // names their bundle, or the executable in it.
        var folders = arguments.compactMap { folder(ofBundleIn: $0) }
        if let first = arguments.first { folders.append(URL(fileURLWithPath: first).deletingLastPathComponent().path) }
        #if canImport(Darwin)
        folders += Bundle.allBundles.compactMap { folder(ofBundleIn: $0.bundlePath) }
        #endif
        folders.append(Bundle.main.bundlePath)
        return folders
    }

    private static func folder(ofBundleIn path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let index = parts.firstIndex(where: { $0.hasSuffix(".xctest") }) else { return nil }
        return parts[..<index].joined(separator: "/")
    }
}
