import EventLedger
import Logging
import Synchronization

/// Tells of each record that cannot be read once, however often it is come across.
final class CorruptRecords: Sendable {
    private static let most = 10_000

    private let told = Mutex<Set<String>>([])
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Logs the error, which names the record and the field, and nothing of what it holds.
    func tell(_ error: LedgerError) {
        let path = error.details["path"] ?? error.message
        let isNew = told.withLock { told in
            guard told.count < Self.most else { return false }
            return told.insert(path).inserted
        }
        guard isNew else { return }
        logger.error(
            "A record cannot be read; what it is about waits, and all others go on.", metadata: ["error": "\(error)"]
        )
    }
}
