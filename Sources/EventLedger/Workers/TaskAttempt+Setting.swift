package import Logging

extension TaskAttempt {
    /// What the attempts of one worker share.
    package struct Setting: Sendable {
        let ledger: any Ledger
        let handlers: TaskRouter
        let timeout: Duration?
        package let worker: WorkerName
        let logger: Logger

        /// - Parameter timeout: After this an attempt is cancelled and counts as failed; `nil` for never.
        package init(
            ledger: any Ledger, handlers: TaskRouter, timeout: Duration?, worker: WorkerName, logger: Logger
        ) {
            self.ledger = ledger
            self.handlers = handlers
            self.timeout = timeout
            self.worker = worker
            self.logger = logger
        }
    }
}
