import Logging
import Synchronization

/// Keeps all that is logged, of every level.
final class RecordingLogs: Sendable {
    private struct Handler: LogHandler {
        let logs: RecordingLogs
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            let error = event.error.map { "\($0)" } ?? ""
            logs.lines.withLock { $0.append("\(event.level) \(event.message) \(all) \(error)") }
        }
    }

    private let lines = Mutex<[String]>([])

    /// What was logged, in order.
    var all: [String] { lines.withLock { $0 } }

    /// A logger whose lines are kept.
    var logger: Logger { Logger(label: "recorded") { _ in Handler(logs: self) } }
}
