import Foundation
import TestSupport

/// A folder of folders: one for each life of a ledger.
final class Survivors: Sendable {
    private let base: TemporaryFolder

    init() throws {
        base = try TemporaryFolder()
        for life in 0...2 {
            try FileManager.default.createDirectory(atPath: folder(life), withIntermediateDirectories: true)
        }
    }

    func folder(_ life: Int) -> String { base.file("\(life)") }
    func path(_ life: Int) -> String { folder(life) + "/ledger.sqlite" }
}
