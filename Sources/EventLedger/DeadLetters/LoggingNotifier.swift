public import Logging

/// Writes dead letters to a log, without their payloads.
public struct LoggingNotifier: DeadLetterNotifier {
    private let logger: Logger
    private let level: Logger.Level

    /// Makes a notifier.
    ///
    /// - Parameters:
    ///   - logger: Where to write.
    ///   - level: With which level.
    public init(logger: Logger, level: Logger.Level = .error) {
        self.logger = logger
        self.level = level
    }

    public func notify(_ letter: DeadLetter) async throws {
        var metadata: Logger.Metadata = [
            "id": "\(letter.id)", "origin": "\(letter.origin)", "type": "\(letter.type)",
            "error": "\(letter.errorType): \(letter.errorMessage)", "attempts": "\(letter.attempts)",
        ]
        if let correlationID = letter.correlationID { metadata["correlationId"] = "\(correlationID)" }
        if let traceparent = letter.traceparent { metadata["traceparent"] = "\(traceparent)" }
        logger.log(level: level, "A \(letter.isTask ? "task" : "event") became a dead letter", metadata: metadata)
    }

    public func notifyOfMore(_ count: Int, last: DeadLetter) async throws {
        logger.log(level: level, "And \(count) more dead letters", metadata: ["last": "\(last.id)"])
    }
}
