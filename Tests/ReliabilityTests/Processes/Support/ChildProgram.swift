import Foundation
import Testing

/// The executable of the children.
enum ChildProgram {
    /// Where it stands: SwiftPM puts executables beside the tests.
    ///
    /// - Throws: where it stands nowhere.
    static func path() throws -> String {
        let found = folders.map { $0 + "/LedgerChild" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        return try #require(found, "The executable 'LedgerChild' is in none of \(folders). Build it: swift build")
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
